// SPDX-License-Identifier: MIT
/// The schemes of proxy URLs: the one table of them.
#pragma once

#include <sockscat/proxy_spec.hpp>

#include <string>
#include <string_view>

namespace sockscat::base {

struct url_scheme {
    std::string_view name;
    proxy_protocol protocol;
    name_resolution names;
};

/// The first with a protocol and resolution is the one that is written; the others are only read.
inline constexpr url_scheme url_schemes[] = {
    {"socks4", proxy_protocol::socks4, name_resolution::local},
    {"socks4a", proxy_protocol::socks4, name_resolution::proxy},
    {"socks5", proxy_protocol::socks5, name_resolution::local},
    {"socks5h", proxy_protocol::socks5, name_resolution::proxy},
    {"socks", proxy_protocol::socks5, name_resolution::proxy},
    {"http", proxy_protocol::http, name_resolution::proxy},
};

/// The scheme of this name in lower case, without what follows a '+'; null if there is none.
const url_scheme* find_scheme(std::string_view name);

/// The one that is written for a hop.
const url_scheme& scheme_of(const proxy_settings& hop);

/// "socks4, socks4a, ...": those that are written.
std::string scheme_names();

} // namespace sockscat::base
