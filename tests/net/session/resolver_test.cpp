// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run.hpp"

#include <sockscat/resolver.hpp>

namespace sockscat::tests {
namespace {

using std::errc;

connect_options options_for(const std::string& url) {
    connect_options options;
    options.chain.push_back(parse_proxy_url(url).value());
    return options;
}

error failed(failure kind, phase at, std::error_code code = {}) {
    error why{kind, at, "cause"};
    why.code = code;
    return why;
}

std::error_code rep(int code) {
    return {code, socks5_reply_category()};
}

TEST_CASE("what no proxy of the kind can look up is refused before the first packet") {
    const host name{host_name{"www.test"}};
    const host v4 = *parse_ip("192.0.2.1");
    const host v6 = *parse_ip("2001:db8::1");
    for (const char* url : {"socks5://h", "socks5h://h", "socks4://h", "socks4a://h"}) {
        CAPTURE(url);
        CHECK(check_resolve(options_for(url), name));
        CHECK(check_resolve(options_for(url), v4));
    }
    CHECK(check_resolve_ptr(options_for("socks5://h"), v6));
    CHECK(check_resolve_ptr(options_for("socks5://h"), name).error().kind == failure::usage);
    CHECK(check_resolve_ptr(options_for("socks4a://h"), v4).error().kind == failure::usage);
    CHECK(check_resolve(options_for("socks4a://h"), v6).error().kind == failure::usage);
    CHECK(check_resolve(options_for("http://h"), name).error().kind == failure::usage);
    CHECK(check_resolve(connect_options{}, name).error().kind == failure::usage);
    const connect_options http = options_for("http://h");
    CHECK(run(resolve(http, name)).error().kind == failure::usage);
}

TEST_CASE("only a family of its own lookups excludes SOCKS4, and there are none") {
    connect_options options = options_for("socks4://h");
    options.family = address_family::ipv6;
    CHECK(check_resolve(options, host{host_name{"www.test"}}));
}

TEST_CASE("errors that may mean that the command is missing") {
    for (const int code : {0x01, 0x02, 0x07, 0x08})
        CHECK(may_lack_command(failed(failure::refused, phase::request, rep(code))));
    for (const int code : {0x03, 0x05, 0x06, 0xF0})
        CHECK_FALSE(may_lack_command(failed(failure::refused, phase::request, rep(code))));
    CHECK(
        may_lack_command(failed(failure::refused, phase::request, {91, socks4_reply_category()})));
    CHECK(may_lack_command(failed(failure::closed, phase::request)));
    CHECK_FALSE(may_lack_command(failed(failure::closed, phase::method)));
    CHECK(may_lack_command(failed(
        failure::protocol, phase::request, std::make_error_code(errc::function_not_supported))));
    CHECK_FALSE(may_lack_command(failed(failure::protocol, phase::request)));
    CHECK_FALSE(may_lack_command(failed(failure::negative_answer, phase::request, rep(4))));
    CHECK_FALSE(may_lack_command(failed(failure::timeout, phase::request)));
}

} // namespace
} // namespace sockscat::tests
