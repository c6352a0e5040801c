// SPDX-License-Identifier: MIT
/// The text of a URL: its parts, and the percent-encoding in them (RFC 3986).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sockscat::base {

/// A text cut in two; without the place to cut, all of it is head.
struct cut {
    std::string_view head;
    std::string_view tail;
    bool found;
};

/// Cuts at `where`, and leaves out `width` characters there. npos: no cut.
cut cut_at(std::string_view text, std::size_t where, std::size_t width = 1);

/// The parts as they stand in the text, nothing decoded yet. User information ends at the last '@'
/// before a path or a query.
struct url_parts {
    std::string_view scheme; // "" if there is none
    std::string_view user_info;
    bool has_user_info{false};
    std::string_view host_port;
    std::string_view path; // with its leading '/'
    std::string_view query;
};

url_parts split_url(std::string_view url);

/// What a text taken from a URL is, as far as the parser can tell.
enum class url_part : std::uint8_t { scheme, user, host, port, path, key, value };

/// A part as messages have it. The only way from a URL into a message: what must not be printed is
/// left out here.
std::string shown(url_part what, std::string_view text);

/// Where the text behind "scheme://" begins; 0 if there is no scheme.
std::size_t authority_offset(std::string_view url);

/// RFC 3986 section 2.1; nothing on a bad escape. The caller wipes what was secret.
std::optional<std::string> percent_decode(std::string_view text);

/// Everything but unreserved characters (RFC 3986 section 2.3), and those in `but`.
std::string percent_encode(std::string_view text, std::string_view but = "");

} // namespace sockscat::base
