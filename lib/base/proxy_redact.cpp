// SPDX-License-Identifier: MIT
// The password in the text of a proxy URL, also of one that does not parse.
#include <sockscat/proxy_spec.hpp>

#include "url_text.hpp"

#include <sockscat/text.hpp>

namespace sockscat {

using namespace base;

std::optional<text_range> find_password(std::string_view url) {
    return parse_proxy_url(url) ? password_place(url) : uncertain_place(url);
}

std::string redact_url(std::string_view url) {
    const auto password = find_password(url);
    if (!password)
        return quote_value(url);
    std::string shown{url};
    shown.replace(password->offset, password->length, "***");
    return quote_value(shown);
}

} // namespace sockscat
