// SPDX-License-Identifier: MIT
/// The options and operands of `resolve`.
#pragma once

#include "options/arguments.hpp"
#include "options/relay_settings.hpp"

#include <sockscat/client.hpp>
#include <sockscat/dns_client.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sockscat::cli {

/// One operand.
struct resolve_subject {
    resolve_subject() = default;

    std::string operand;
    dns_query query;
};

struct resolve_settings {
    resolve_settings() = default;

    std::vector<resolve_subject> subjects;
    dns_client_options client;
    std::optional<tls_settings> tls; ///< with dns_way::tls
    bool json{false};
};

/// Everything is checked, against the chain too. `options` get the TLS of dns_way::tls.
result<resolve_settings> resolve_settings_from(const arguments& given, connect_options& options);

} // namespace sockscat::cli
