// SPDX-License-Identifier: MIT
#include "proxy_facts.hpp"

#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::probing {
namespace {

using std::chrono::milliseconds;

bool offers(const connect_options& options, auth_method wanted) {
    const auto& methods = options.handshake.methods;
    return methods.empty() || std::find(methods.begin(), methods.end(), wanted) != methods.end();
}

std::string url_as(const proxy_spec& hop, proxy_protocol version, name_resolution names) {
    proxy_spec other = hop.clone();
    other.protocol = version;
    other.names = names;
    if (version == proxy_protocol::socks4 && other.login)
        other.login->password.reset();
    return other.url();
}

std::string url_without_tls(const proxy_spec& hop, proxy_protocol version) {
    proxy_spec other = hop.clone();
    other.via.tls = false;
    return url_as(other, version, name_resolution::proxy);
}

std::vector<std::pair<std::string, std::string>> ways_to(const std::vector<proxy_spec>& chain) {
    std::vector<std::pair<std::string, std::string>> out;
    std::string before;
    for (const proxy_spec& each : chain) {
        const std::string url = "'" + each.url() + "'";
        out.emplace_back(each.label(), before + url);
        before += "-x " + url + " ";
    }
    return out;
}

milliseconds shortened(milliseconds limit) {
    constexpr milliseconds most{2'000};
    return limit == milliseconds{0} ? most : std::min(limit, most);
}

} // namespace

std::string proxy_facts::limit_text() const {
    return seconds_text(limit);
}

std::string proxy_facts::short_limit_text() const {
    return seconds_text(short_limit);
}

proxy_facts facts_of(const connect_options& options) {
    const proxy_spec& hop = options.chain.back();
    proxy_facts out;
    out.hop = hop.label();
    out.port = hop.port;
    out.ways = ways_to(options.chain);
    out.url_as_socks4 = url_as(hop, proxy_protocol::socks4, name_resolution::local);
    out.url_as_socks4a = url_as(hop, proxy_protocol::socks4, name_resolution::proxy);
    out.url_as_socks5h = url_as(hop, proxy_protocol::socks5, name_resolution::proxy);
    out.url_as_plain_socks4a = url_without_tls(hop, proxy_protocol::socks4);
    out.url_as_plain_socks5h = url_without_tls(hop, proxy_protocol::socks5);
    out.url_as_http = url_as(hop, proxy_protocol::http, name_resolution::proxy);
    out.wanted = hop.protocol;
    out.resolves_here = hop.names == name_resolution::local && hop.protocol != proxy_protocol::http;
    out.over_tls = hop.via.tls;
    out.is_direct = options.chain.size() == 1 && hop.via.is_plain_tcp();
    out.has_port = !hop.via.is_unix();
    out.has_login = hop.login.has_value() && hop.protocol != proxy_protocol::socks4;
    out.has_password = out.has_login && hop.login->password.has_value();
    // Methods are of SOCKS5: what --isolate made of them is not meant where SOCKS4 is.
    out.may_use_none = offers(options, auth_method::none) || hop.protocol == proxy_protocol::socks4;
    out.may_log_in = offers(options, auth_method::password);
    out.user = out.has_login ? hop.login->user : "";
    out.limit = options.time_limit;
    out.short_limit = shortened(options.time_limit);
    return out;
}

} // namespace sockscat::probing
