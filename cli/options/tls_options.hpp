// SPDX-License-Identifier: MIT
/// The options of one TLS connection: to a proxy, to the target, to a DNS server.
#pragma once

#include "arguments.hpp"
#include "output/console.hpp"

#include <sockscat/tls_settings.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

/// TLS with the target or a DNS server.
inline constexpr option_spec tls_specs[] = {
    {0, "cacert", takes::value},     {0, "cert", takes::value},       {0, "key", takes::value},
    {0, "servername", takes::value}, {0, "insecure", takes::nothing},
};
/// The same five of TLS with a proxy.
inline constexpr option_spec proxy_tls_specs[] = {
    {0, "proxy-cacert", takes::value},     {0, "proxy-cert", takes::value},
    {0, "proxy-key", takes::value},        {0, "proxy-servername", takes::value},
    {0, "proxy-insecure", takes::nothing},
};

/// Those that take a text, and where it goes.
struct tls_text_option {
    const char* name;
    std::string tls_settings::*place;
};
inline constexpr tls_text_option tls_text_options[] = {
    {"cacert", &tls_settings::cacert},
    {"cert", &tls_settings::cert},
    {"key", &tls_settings::key},
    {"servername", &tls_settings::servername},
};

/// The options of tls_specs (`prefix` "") or proxy_tls_specs (`prefix` "proxy-").
tls_settings tls_settings_from(const arguments& given, std::string_view prefix = "");

/// The first of these options that is there, as "--name"; empty if none is.
std::string first_tls_option(const arguments& given, std::string_view prefix = "");

/// Says that nothing is verified, if so; `whom` as messages name it.
void warn_if_insecure(const tls_settings& settings, std::string_view whom, console& out);

} // namespace sockscat::cli
