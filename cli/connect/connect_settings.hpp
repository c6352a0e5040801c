// SPDX-License-Identifier: MIT
/// The options of `connect` that are not about the proxy.
#pragma once

#include "options/arguments.hpp"
#include "options/relay_settings.hpp"

#include <sockscat/address.hpp>
#include <sockscat/tls_settings.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace sockscat::cli {

struct connect_settings {
    connect_settings() = default;

    sockscat::host host;
    std::vector<std::uint16_t> ports; ///< one, or with -z several
    bool is_scan{false};              ///< -z with a list: lines on stdout
    bool only_set_up{false};          ///< -z
    int jobs{10};
    bool fdpass{false};
    std::optional<tls_settings> tls; ///< --tls
    relay_options relay;
    account_settings account;
};

result<connect_settings> connect_settings_from(const arguments& given);

} // namespace sockscat::cli
