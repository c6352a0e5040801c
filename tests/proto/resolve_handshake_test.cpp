// SPDX-License-Identifier: MIT
// Tor's RESOLVE and RESOLVE_PTR (socks-extensions.txt): one reply whose BND.ADDR is the answer.
#include "support/catch.hpp"
#include "support/transcript.hpp"

#include "proto/trace/annotate.hpp"

namespace sockscat::tests {
namespace {

using proto::request_command;

proto::handshake_request lookup5(request_command command, address subject) {
    auto request = socks5_request(std::move(subject), {proto::socks5::method::none});
    request.command = command;
    return request;
}

proto::handshake_request lookup4(address subject, std::string_view user = "") {
    auto request = socks4_request(std::move(subject), user);
    request.command = request_command::resolve;
    return request;
}

transcript resolve5() {
    transcript script{lookup5(request_command::resolve, to("ab.test", 0))};
    script.send("05 01 00"_hex).reply("05 00"_hex);
    script.send("05 f0 00 03 07 61 62 2e 74 65 73 74 00 00"_hex);
    return script;
}

transcript resolve_ptr5() {
    transcript script{lookup5(request_command::resolve_ptr, to("192.0.2.1", 0))};
    script.send("05 01 00"_hex).reply("05 00"_hex).send("05 f1 00 01 c0 00 02 01 00 00"_hex);
    return script;
}

const std::error_code no_such_name{4, socks5_reply_category()};

TEST_CASE("RESOLVE: the bound address is the answer, whatever its type") {
    resolve5().reply("05 00 00 01 c0 00 02 07 00 00"_hex).is_done(to("192.0.2.7", 0));
    resolve5()
        .reply("05 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 07 00 00"_hex)
        .is_done(to("2001:db8::7", 0));
    resolve5().reply("05 00 00 03 01 78 00 00"_hex).is_done(to("x", 0));
}

TEST_CASE("RESOLVE takes addresses, too") {
    transcript{lookup5(request_command::resolve, to("192.0.2.1", 0))}
        .send("05 01 00"_hex)
        .reply("05 00"_hex)
        .send("05 f0 00 01 c0 00 02 01 00 00"_hex)
        .reply("05 00 00 01 c0 00 02 01 00 00"_hex)
        .is_done(to("192.0.2.1", 0));
}

TEST_CASE("a failed RESOLVE of Tor has address type 0 and means that there is no such name") {
    auto script = resolve5();
    script.reply("05 04 00 00 00 00 00 00 00 00"_hex);
    CHECK(script.run().fault.cause == "no such name: ab.test (REP 04)");
    script.fails(failure::negative_answer, phase::request, no_such_name);
    auto reverse = resolve_ptr5();
    reverse.reply("05 04 00 00 00 00 00 00 00 00"_hex);
    CHECK(reverse.run().fault.cause == "no name for 192.0.2.1 (REP 04)");
    reverse.fails(failure::negative_answer, phase::request, no_such_name);
}

TEST_CASE("other refusals of RESOLVE stay refusals, and name no port") {
    auto script = resolve5();
    script.reply("05 07 00 01"_hex); // shadowsocks-libev sends no more
    CHECK(script.run().fault.cause == "command not supported (REP 07)");
    script.fails(failure::refused, phase::request, {7, socks5_reply_category()});
    auto refused = resolve5();
    refused.reply("05 05 00 01 00 00 00 00 00 00"_hex);
    CHECK(refused.run().fault.cause == "the proxy reports connection refused for ab.test (REP 05)");
}

TEST_CASE("RESOLVE_PTR: a name comes back") {
    resolve_ptr5().reply("05 00 00 03 04 70 2e 74 65 00 00"_hex).is_done(to("p.te", 0));
}

TEST_CASE("SOCKS4 has RESOLVE in the forms of CONNECT") {
    transcript{lookup4(to("ab.test", 0), "me")}
        .send("04 f0 00 00 00 00 00 01 6d 65 00 61 62 2e 74 65 73 74 00"_hex)
        .reply("00 5a 00 00 c0 00 02 07"_hex)
        .is_done(to("192.0.2.7", 0));
    transcript{lookup4(to("192.0.2.1", 0))}
        .send("04 f0 00 00 c0 00 02 01 00"_hex)
        .reply("00 5a 00 00 c0 00 02 01"_hex)
        .is_done(to("192.0.2.1", 0));
    auto script = transcript{lookup4(to("ab.test", 0))};
    script.send("04 f0 00 00 00 00 00 01 00 61 62 2e 74 65 73 74 00"_hex);
    script.reply("00 5b 00 00 00 00 00 00"_hex);
    CHECK(script.run().fault.cause == "the proxy rejected ab.test or failed to reach it (CD 5b)");
    script.fails(failure::refused, phase::request, {91, socks4_reply_category()});
}

TEST_CASE("what has no RESOLVE or no RESOLVE_PTR is told before anything is sent") {
    const auto refused = [](const proto::handshake_request& request) {
        const auto made = proto::make_handshake(request);
        return !made && made.error().kind == failure::usage;
    };
    CHECK(refused(lookup4(to("2001:db8::1", 0))));
    auto reverse = lookup4(to("192.0.2.1", 0));
    reverse.command = request_command::resolve_ptr;
    CHECK(refused(reverse));
    CHECK(refused(lookup5(request_command::resolve_ptr, to("ab.test", 0))));
    for (const auto command : {request_command::resolve, request_command::resolve_ptr}) {
        auto http = lookup5(command, to("192.0.2.1", 0));
        http.protocol = proxy_protocol::http;
        CHECK(refused(http));
    }
}

TEST_CASE("a trace names the commands") {
    const auto command_of = [](const bytes& request) {
        const auto message =
            proto::annotate(message_kind::socks5_request, direction::to_proxy, request);
        return message.rows.at(1).meaning;
    };
    CHECK(command_of("05 f0 00 01 c0 00 02 01 00 00"_hex) == "CMD       0xf0 RESOLVE");
    CHECK(command_of("05 f1 00 01 c0 00 02 01 00 00"_hex) == "CMD       0xf1 RESOLVE_PTR");
}

} // namespace
} // namespace sockscat::tests
