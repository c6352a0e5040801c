// SPDX-License-Identifier: MIT
/// The query keys of proxy URLs: the one table of them.
#pragma once

#include "url_text.hpp"

#include <sockscat/proxy_spec.hpp>
#include <sockscat/result.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace sockscat::base {

/// What a key sets: a text, or a flag, which has the one value 1.
using url_key_member = std::variant<
    std::string proxy_settings::*,
    bool proxy_settings::*,
    std::string tls_settings::*,
    bool tls_settings::*>;

struct url_key {
    std::string_view name;
    url_key_member sets;
};

/// In the order in which they are written.
inline constexpr url_key url_keys[] = {
    {"password-file", &proxy_settings::password_file},
    {"cacert", &tls_settings::cacert},
    {"cert", &tls_settings::cert},
    {"key", &tls_settings::key},
    {"servername", &tls_settings::servername},
    {"insecure", &tls_settings::insecure},
    {"clear", &proxy_settings::accepts_clear},
};

/// Sets what the query of a URL says.
result<void> apply_query(const url_parts& parts, proxy_settings& hop);

/// "?key=value&..." of what is set; empty if nothing is.
std::string query_of(const proxy_settings& hop);

/// True if a text begins with a known key and its '='.
bool begins_with_key(std::string_view query);

} // namespace sockscat::base
