// SPDX-License-Identifier: MIT
/// The options and operands of `resolve`.
#pragma once

#include "options/arguments.hpp"
#include "options/relay_settings.hpp"

#include <sockscat/client.hpp>
#include <sockscat/dns_message.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sockscat::cli {

/// A way to ask.
enum class resolve_way : std::uint8_t {
    tor, ///< RESOLVE and RESOLVE_PTR
    udp, ///< a DNS server through UDP ASSOCIATE
    tcp, ///< through CONNECT
    tls, ///< through CONNECT, inside TLS
};
std::string_view to_string(resolve_way value);

/// One operand.
struct resolve_subject {
    resolve_subject() = default;

    std::string operand;
    host what; ///< a name (the root is ".") or an address
    std::vector<record_type> types;
    /// A and AAAA because nothing else was said: one of them is enough.
    bool any_address{false};
    /// In the order of preference, not empty.
    std::vector<resolve_way> ways;

    /// The name to ask a DNS server for.
    [[nodiscard]] std::string dns_name() const;
};

struct resolve_settings {
    resolve_settings() = default;

    std::vector<resolve_subject> subjects;
    std::optional<address> server;
    std::optional<tls_settings> tls; ///< with resolve_way::tls
    /// How long a question over UDP waits for its answer before it is sent again.
    std::chrono::milliseconds udp_patience{0};
    bool json{false};
};

/// Everything is checked, against the chain too. `options` get the TLS of resolve_way::tls.
result<resolve_settings> resolve_settings_from(const arguments& given, connect_options& options);

} // namespace sockscat::cli
