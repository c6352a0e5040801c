// SPDX-License-Identifier: MIT
/// The text of a URL: its parts, and the percent-encoding in them (RFC 3986).
#pragma once

#include <sockscat/proxy_spec.hpp>

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

/// The parts as they are in the text, nothing decoded yet. A ':' before the last '@' of all makes
/// everything up to that '@' user information; otherwise it ends at the last '@' before a path or a
/// query.
struct url_parts {
    std::string_view scheme; // "" if there is none
    std::string_view user_info;
    bool has_user_info{false};
    std::string_view host_port;
    std::string_view path; // with its leading '/'
    std::string_view query;
    bool has_certain_place{false}; // see uncertain_place()
};

url_parts split_url(std::string_view url);

/// What a text taken from a URL is, as far as the parser can tell.
enum class url_part : std::uint8_t { scheme, host, port, key };

/// A part with `noun` before it, as messages have it: `port "70000"`, or `port` where the text
/// may be a piece of a password. The only way from a URL into a message.
std::string shown(
    const url_parts& url, url_part what, std::string_view noun, std::string_view text);

/// Where the text after "scheme://" begins; 0 if there is no scheme.
std::size_t authority_offset(std::string_view url);

/// The first ':' at `from` or after it, which may be percent-encoded; of length 0 if there is
/// none.
text_range find_colon(std::string_view text, std::size_t from);

/// From the first ':' after the scheme, also a percent-encoded one, to the last '@': the only
/// place of a password. Nothing if there is no such place.
std::optional<text_range> password_place(std::string_view url);

/// What may be a password in a URL that does not parse: all but its scheme and what is a host and a
/// port for certain. That is an address, "localhost", or a name with neither ':' nor '@' nor '%' in
/// all the URL: a name before a ':' may be a user's, and what follows a password.
std::optional<text_range> uncertain_place(std::string_view url);

/// RFC 3986 section 2.1; nothing on a bad escape. The caller wipes what was secret.
std::optional<std::string> percent_decode(std::string_view text);

/// Everything but unreserved characters (RFC 3986 section 2.3), and those in `but`.
std::string percent_encode(std::string_view text, std::string_view but = "");

} // namespace sockscat::base
