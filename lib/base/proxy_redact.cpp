// SPDX-License-Identifier: MIT
// The password in the text of a proxy URL, also of one that does not parse.
#include <sockscat/proxy_spec.hpp>

#include "url_keys.hpp"
#include "url_text.hpp"

#include <sockscat/text.hpp>

namespace sockscat {

using namespace base;

std::optional<text_range> find_password(std::string_view url) {
    // The widest reading: to the last '@', so that a badly written password is found as well.
    const std::size_t begin = authority_offset(url);
    std::size_t query = url.find('?');
    while (query != std::string_view::npos && !begins_with_key(url.substr(query + 1)))
        query = url.find('?', query + 1);
    std::size_t at = url.substr(0, query).rfind('@');
    if (at == std::string_view::npos) // then that was no key, but a part of the password
        at = url.rfind('@');
    if (at == std::string_view::npos || at < begin)
        return std::nullopt;
    const std::size_t colon = url.find(':', begin);
    if (colon == std::string_view::npos || colon >= at)
        return std::nullopt;
    return text_range{colon + 1, at - colon - 1};
}

std::string redact_url(std::string_view url) {
    const auto password = find_password(url);
    if (!password)
        return quote(url);
    std::string shown{url};
    shown.replace(password->offset, password->length, "***");
    return quote(shown);
}

} // namespace sockscat
