// SPDX-License-Identifier: MIT
// How a hop is written, and copied.
#include <sockscat/proxy_spec.hpp>

#include "url_keys.hpp"
#include "url_schemes.hpp"
#include "url_text.hpp"

#include <sockscat/text.hpp>

namespace sockscat {
namespace {

using namespace base;

// What follows the scheme's name.
std::string_view suffix_of(const transport& via) {
    if (via.tls)
        return "+tls"; // "localhost" before the path says that it is a Unix socket
    return via.is_unix() ? "+unix" : "";
}

} // namespace

proxy_spec proxy_spec::clone() const {
    proxy_spec copy;
    static_cast<proxy_settings&>(copy) = *this;
    if (login)
        copy.login = login->clone();
    return copy;
}

std::string proxy_spec::label() const {
    if (via.is_unix())
        return escape(via.unix_path);
    const bool brackets = host.find(':') != std::string::npos;
    return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string proxy_spec::url() const {
    const std::string user = login ? percent_encode(login->user) + "@" : "";
    const std::string place =
        via.is_unix() ? (via.tls ? "localhost" : "") + percent_encode(via.unix_path, "/") : label();
    return std::string{scheme_of(*this).name}.append(suffix_of(via)) + "://" + user + place +
           query_of(*this);
}

} // namespace sockscat
