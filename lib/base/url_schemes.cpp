// SPDX-License-Identifier: MIT
#include "url_schemes.hpp"

#include <algorithm>
#include <iterator>

namespace sockscat::base {
namespace {

const url_scheme& usual(proxy_protocol protocol, name_resolution names) {
    const auto* const found =
        std::find_if(std::begin(url_schemes), std::end(url_schemes), [&](const url_scheme& each) {
            return each.protocol == protocol && each.names == names;
        });
    // HTTP with names of our own cannot be written: it is written as HTTP.
    return found == std::end(url_schemes) ? *std::prev(found) : *found;
}

} // namespace

const url_scheme* find_scheme(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(url_schemes), std::end(url_schemes), [&](const url_scheme& each) {
            return each.name == name;
        });
    return found == std::end(url_schemes) ? nullptr : found;
}

const url_scheme& scheme_of(const proxy_settings& hop) {
    return usual(hop.protocol, hop.names);
}

std::string scheme_names() {
    std::string all;
    for (const url_scheme& each : url_schemes)
        if (&usual(each.protocol, each.names) == &each)
            all.append(all.empty() ? "" : ", ").append(each.name);
    return all;
}

} // namespace sockscat::base
