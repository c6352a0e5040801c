// SPDX-License-Identifier: MIT
// How a hop is written, and copied.
#include <sockscat/proxy_spec.hpp>

#include "url_text.hpp"

#include <sockscat/text.hpp>

#include <utility>

namespace sockscat {
namespace {

using base::percent_encode;

std::string scheme_name(const proxy_spec& spec) {
    if (spec.protocol == proxy_protocol::http)
        return "http";
    if (spec.protocol == proxy_protocol::socks4)
        return spec.names == name_resolution::proxy ? "socks4a" : "socks4";
    return spec.names == name_resolution::proxy ? "socks5h" : "socks5";
}

std::string query_of(const proxy_spec& spec) {
    std::string query;
    const auto add = [&](std::string_view key, std::string_view value) {
        query += (query.empty() ? "?" : "&") + std::string{key} + "=" + percent_encode(value, "/");
    };
    for (const auto& [key, value] :
         {std::pair{"password-file", &spec.password_file}, std::pair{"cacert", &spec.trust.cacert},
          std::pair{"cert", &spec.trust.cert}, std::pair{"key", &spec.trust.key},
          std::pair{"servername", &spec.trust.servername}})
        if (!value->empty())
            add(key, *value);
    if (spec.trust.insecure)
        add("insecure", "1");
    return query;
}

} // namespace

proxy_spec proxy_spec::clone() const {
    proxy_spec copy;
    copy.protocol = protocol;
    copy.names = names;
    copy.host = host;
    copy.port = port;
    copy.unix_path = unix_path;
    if (login) {
        copy.login.emplace();
        copy.login->user = login->user;
        if (login->password)
            copy.login->password = login->password->clone();
    }
    copy.password_file = password_file;
    copy.tls = tls;
    copy.trust = trust;
    copy.explicit_scheme = explicit_scheme;
    return copy;
}

std::string proxy_spec::label() const {
    if (!unix_path.empty())
        return escape(unix_path);
    const bool brackets = host.find(':') != std::string::npos;
    return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string proxy_spec::url() const {
    const std::string user = login ? percent_encode(login->user) + "@" : "";
    const std::string scheme = scheme_name(*this) + (tls                 ? "+tls"
                                                     : unix_path.empty() ? ""
                                                                         : "+unix");
    const std::string place =
        unix_path.empty() ? label() : (tls ? "localhost" : "") + percent_encode(unix_path, "/");
    return scheme + "://" + user + place + query_of(*this);
}

} // namespace sockscat
