// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/freed_memory.hpp"
#include "support/transcript.hpp"

#include <sockscat/text.hpp>

namespace sockscat::tests {
namespace {

using proto::socks5::method;
using action = proto::step::action;

std::unique_ptr<proto::exchange> machine_for(const proto::handshake_request& request) {
    return std::move(proto::make_handshake(request)).value();
}

TEST_CASE("a step stays until it is answered") {
    const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
    CHECK(machine->next().what == action::send);
    CHECK(to_bytes(machine->next().bytes) == "05 01 00"_hex);
    machine->sent();
    CHECK(machine->next().what == action::receive);
    CHECK(machine->next().at_most == 2);
    machine->received("05"_hex);
    CHECK(machine->next().at_most == 1);
}

TEST_CASE("more bytes than asked for, or none, are a programming error") {
    const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
    machine->sent();
    CHECK_THROWS_AS(machine->received("05 00 05"_hex), std::logic_error);
    CHECK_THROWS_AS(machine->received({}), std::logic_error);
}

TEST_CASE("the messages inside a pipelined segment are told apart") {
    auto request = socks5_request(to("192.0.2.1", 80), {method::password});
    request.pipeline = true;
    request.user = "u";
    request.password = "p";
    const auto machine = machine_for(request);
    const auto messages = machine->outgoing();
    REQUIRE(messages.size() == 3);
    CHECK(messages[0].kind == message_kind::socks5_greeting);
    CHECK(to_bytes(messages[0].bytes) == "05 01 02"_hex);
    CHECK(messages[1].kind == message_kind::userpass_request);
    CHECK(to_bytes(messages[1].bytes) == "01 01 75 01 70"_hex);
    CHECK(messages[2].kind == message_kind::socks5_request);
    CHECK(to_bytes(messages[2].bytes) == "05 01 00 01 c0 00 02 01 00 50"_hex);
}

TEST_CASE("what a handshake gives back holds no password") {
    constexpr std::string_view password = "correct horse battery staple";
    const auto send_login = [&](proto::handshake_request request, const bytes& before) {
        request.user = "alice";
        request.password = password;
        const auto machine = machine_for(request);
        if (!before.empty()) {
            machine->sent();
            machine->received(before);
        }
        CHECK(machine->outgoing().back().has_password);
        machine->sent();
    };
    // As it is, and as Basic has it behind "alice:".
    for (const std::string_view mark :
         {password, std::string_view{"Y29ycmVjdCBob3JzZSBiYXR0ZXJ5"}}) {
        const freed_memory seen{mark};
        send_login(http_request(to("www.test", 443), "alice", password), {});
        send_login(socks5_request(to("www.test", 443), {method::password}), "05 02"_hex);
        CHECK(seen.hits() == 0);
    }
}

TEST_CASE("a message is announced when it is whole, not before") {
    const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
    machine->sent();
    machine->received("05"_hex);
    CHECK_FALSE(machine->completed());
    machine->received("00"_hex);
    REQUIRE(machine->completed());
    CHECK(machine->completed()->kind == message_kind::socks5_method_selection);
    CHECK(to_bytes(machine->completed()->bytes) == "05 00"_hex);
    machine->sent();
    CHECK_FALSE(machine->completed());
}

TEST_CASE("the phase is that of the outstanding step") {
    auto request = socks5_request(to("192.0.2.1", 80), {method::password});
    const auto machine = machine_for(request);
    CHECK(machine->at() == phase::method);
    machine->sent();
    CHECK(machine->at() == phase::method);
    machine->received("05 02"_hex);
    CHECK(machine->at() == phase::auth);
    machine->sent();
    machine->received("01 00"_hex);
    CHECK(machine->at() == phase::request);
}

TEST_CASE("what only completes a known failure is optional") {
    const auto machine = machine_for(socks4_request(to("192.0.2.1", 80)));
    machine->sent();
    CHECK_FALSE(machine->next().optional);
    machine->received("00 5b"_hex);
    CHECK(machine->next().what == action::receive);
    CHECK(machine->next().optional);
    CHECK(machine->next().at_most == 6);
    machine->nothing_more();
    CHECK(machine->next().what == action::failed);
    CHECK(machine->fault().kind == failure::refused);
}

TEST_CASE("the bytes of a stranger are announced as such") {
    const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
    machine->sent();
    machine->received("48"_hex);
    machine->peer_closed();
    REQUIRE(machine->completed());
    CHECK(machine->completed()->kind == message_kind::foreign);
    CHECK(to_bytes(machine->completed()->bytes) == "48"_hex);
}

TEST_CASE("the reason of a broken connection is told") {
    const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
    machine->sent();
    machine->peer_closed(std::make_error_code(std::errc::connection_reset));
    CHECK(
        machine->fault().cause ==
        "it closed the connection without a reply (Connection reset by peer)");
}

TEST_CASE("how much of a reply came is told") {
    const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
    machine->sent();
    machine->received("05"_hex);
    machine->peer_closed();
    CHECK(machine->fault().cause == "its reply ended after 1 of 2 bytes");
}

TEST_CASE("how much of a reply of unknown length came is told as well") {
    const auto cut_after = [](const bytes& reply) {
        const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
        machine->sent();
        machine->received("05 00"_hex);
        machine->sent();
        for (const std::uint8_t byte : reply)
            machine->received(bytes{byte});
        machine->peer_closed();
        return machine->fault().cause;
    };
    CHECK(cut_after("05"_hex) == "its reply ended after 1 of at least 7 bytes");
    CHECK(cut_after("05 00 00"_hex) == "its reply ended after 3 of at least 7 bytes");
    CHECK(cut_after("05 00 00 01 01"_hex) == "its reply ended after 5 of 10 bytes");
    CHECK(cut_after("05 00 00 03 05 61"_hex) == "its reply ended after 6 of 12 bytes");
}

TEST_CASE("how much of a reply has come can be asked, and a part of it is a message of a trace") {
    const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
    machine->sent();
    CHECK(machine->progress().empty());
    machine->received("05"_hex);
    CHECK(machine->progress() == "1 of 2 bytes");
    machine->received("00"_hex);
    machine->sent();
    CHECK(machine->progress().empty());
    for (const std::uint8_t byte : "05 00 00 03 05 61"_hex)
        machine->received(bytes{byte});
    CHECK(machine->progress() == "6 of 12 bytes");
    machine->peer_closed(std::make_error_code(std::errc::operation_canceled));
    REQUIRE(machine->completed());
    CHECK(machine->completed()->kind == message_kind::socks5_reply);
    CHECK(to_bytes(machine->completed()->bytes) == "05 00 00 03 05 61"_hex);
}

TEST_CASE("text in place of a reply is quoted, whatever reply it is") {
    const std::string text = "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n";
    const std::string cause = "its reply is not SOCKS but the text \"HTTP/1.1 400 Bad Request\"";
    const auto says = [&](proto::exchange& machine) {
        machine.received(text_bytes(text.substr(0, 1)));
        for (std::size_t i = 1;
             i < text.size() && machine.next().what == proto::step::action::receive; ++i)
            machine.received(text_bytes(text.substr(i, 1)));
        machine.nothing_more();
        REQUIRE(machine.next().what == proto::step::action::failed);
        CHECK(machine.fault().kind == failure::protocol);
        CHECK(machine.completed()->kind == message_kind::foreign);
        return machine.fault().cause;
    };
    auto with_login = socks5_request(
        to("192.0.2.1", 80), {proto::socks5::method::none, proto::socks5::method::password});
    const auto login = machine_for(with_login);
    login->sent();
    login->received("05 02"_hex);
    login->sent();
    CHECK(says(*login) == cause);
    const auto request = machine_for(socks5_request(to("192.0.2.1", 80)));
    request->sent();
    request->received("05 00"_hex);
    request->sent();
    CHECK(says(*request) == cause);
    auto chap = socks5_request(to("192.0.2.1", 80), {proto::socks5::method::chap});
    chap.hmac = [](std::string_view, base::byte_view) {
        return std::optional<proto::chap::digest>{};
    };
    const auto negotiating = machine_for(chap);
    negotiating->sent();
    negotiating->received("05 03"_hex);
    negotiating->sent();
    CHECK(says(*negotiating) == cause);
}

TEST_CASE("what is no text in place of a reply needs no second look") {
    for (const auto& bad : {"07"_hex, "48 00"_hex}) {
        const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
        machine->sent();
        machine->received("05 00"_hex);
        machine->sent();
        for (const std::uint8_t byte : bad)
            machine->received(bytes{byte});
        REQUIRE(machine->next().what == proto::step::action::failed);
        CHECK(
            machine->fault().cause == "its reply begins with 0x" + hex_byte(bad[0]) + ", not 0x05");
    }
}

TEST_CASE("notes are given once") {
    const auto machine = machine_for(socks5_request(to("192.0.2.1", 80)));
    machine->sent();
    machine->received("05 00"_hex);
    CHECK(machine->take_notes().size() == 1);
    CHECK(machine->take_notes().empty());
}

TEST_CASE("what no machine asked for cannot be answered") {
    for (const auto& request :
         {socks4_request(to("192.0.2.1", 80)), http_request(to("192.0.2.1", 80))}) {
        const auto machine = machine_for(request);
        CHECK(machine->security() == nullptr);
        CHECK(machine->protection() == proto::protection_level::none);
        CHECK_THROWS_AS(machine->secured(), std::logic_error);
        CHECK_THROWS_AS(machine->advanced({}), std::logic_error);
    }
    const auto http = machine_for(http_request(to("192.0.2.1", 80)));
    CHECK_THROWS_AS(http->await_peer(), std::logic_error);
}

TEST_CASE("a method that the driver speaks is named to it, and the request follows") {
    for (const std::uint8_t byte : "09 80 82 02"_hex) {
        CAPTURE(static_cast<int>(byte));
        auto request = socks5_request(to("192.0.2.1", 80), {method{byte}});
        request.foreign_methods = request.methods;
        const auto machine = machine_for(request);
        machine->sent();
        machine->received(bytes{0x05, byte});
        REQUIRE(machine->next().what == action::authenticate);
        CHECK(machine->next().method == byte);
        CHECK(machine->at() == phase::auth);
        machine->secured();
        REQUIRE(machine->next().what == action::send);
        CHECK(machine->at() == phase::request);
        CHECK(to_bytes(machine->next().bytes) == "05 01 00 01 c0 00 02 01 00 50"_hex);
    }
}

TEST_CASE("gost's TLS begins behind the method, in a phase of its own") {
    for (const auto chosen : {method::gost_tls, method::gost_tls_password}) {
        const auto machine = machine_for(socks5_request(to("192.0.2.1", 80), {chosen}));
        machine->sent();
        machine->received(bytes{0x05, static_cast<std::uint8_t>(chosen)});
        CHECK(machine->next().what == action::start_tls);
        CHECK(machine->at() == phase::tls);
    }
}

TEST_CASE("a reply that ends within its header is told as one of at least so many bytes") {
    const auto machine = machine_for(http_request(to("192.0.2.1", 80)));
    machine->sent();
    machine->received(text_bytes("H"));
    CHECK(machine->progress() == "1 of at least 17 bytes");
    machine->peer_closed(std::make_error_code(std::errc::connection_reset));
    CHECK(
        machine->fault().cause ==
        "its reply ended after 1 of at least 17 bytes (Connection reset by peer)");
}

} // namespace
} // namespace sockscat::tests
