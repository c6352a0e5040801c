// SPDX-License-Identifier: MIT
// The client's machines and the proxy's talk to each other, under every fragmentation of both
// directions, with payload right behind the request.
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/transcript.hpp"

#include "proto/server/server_handshake.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace sockscat::tests {
namespace {

using proto::request_command;
using proto::user_list;
using client_action = proto::step::action;
using action = proto::server_step::action;

const address bound = to("198.51.100.7", 40001);
const address peer = to("203.0.113.9", 51515);
const bytes payload = text_bytes("payload that follows");

using pipe = std::deque<std::uint8_t>;

void put(pipe& into, base::byte_view what) {
    into.insert(into.end(), what.begin(), what.end());
}

bytes take(pipe& from, std::size_t at_most) {
    const auto size = static_cast<std::ptrdiff_t>(std::min(from.size(), at_most));
    bytes out{from.begin(), from.begin() + size};
    from.erase(from.begin(), from.begin() + size);
    return out;
}

// Both machines with a pipe each way; the client's is asked first.
struct both {
    both(const proto::handshake_request& request, const user_list* users, std::size_t at_once)
        : client{proto::make_handshake(request).value()}, server{users}, limit{at_once} {}

    // False if neither could go on.
    bool go_on() {
        const bool has_moved = client_turn();
        return server_turn() || has_moved;
    }

    std::unique_ptr<proto::exchange> client;
    proto::server_handshake server;
    std::size_t limit;
    pipe to_server;
    pipe to_client;
    bool sends_payload{false};
    std::optional<address> listening;
    std::optional<proto::refusal> refuses_with;

  private:
    bool client_turn() {
        const auto step = client->next();
        if (step.what == client_action::send) {
            put(to_server, step.bytes);
            client->sent();
            return true;
        }
        if (step.what == client_action::listening) {
            listening = client->bound();
            client->await_peer();
            return true;
        }
        if (step.what != client_action::receive || to_client.empty())
            return false;
        client->received(take(to_client, std::min(step.at_most, limit)));
        return true;
    }

    bool server_turn() {
        const auto step = server.next();
        if (step.what == action::send) {
            put(to_client, step.bytes);
            server.sent();
            return true;
        }
        if (step.what == action::decide) {
            decide();
            return true;
        }
        if (step.what != action::receive || to_server.empty())
            return false;
        server.received(take(to_server, std::min(step.at_most, limit)));
        return true;
    }

    void decide() {
        if (!sends_payload)
            put(to_server, payload); // it waits for no reply
        sends_payload = true;
        if (refuses_with)
            server.refuse(*refuses_with);
        else if (server.request().command == request_command::bind && !is_announced_)
            server.announce(bound);
        else
            server.grant(is_announced_ ? peer : bound);
        is_announced_ = true;
    }

    bool is_announced_{false};
};

struct row {
    proxy_protocol protocol;
    request_command command;
    address target;
    bool has_login;
};

const user_list& users() {
    static const user_list list = user_list::parse("bob:builder\nalice:wonder").value();
    return list;
}

proto::handshake_request request_of(const row& each) {
    proto::handshake_request out;
    out.protocol = each.protocol;
    out.command = each.command;
    out.destination = each.target;
    if (each.has_login) {
        out.methods = {proto::socks5::method::none, proto::socks5::method::password};
        out.user = "alice";
        out.password = "wonder";
    }
    return out;
}

const std::array targets{
    to("192.0.2.1", 80), to("2001:db8::1", 443), to("a", 1),
    address{host_name{std::string(255, 'n')}, 65535}};

std::vector<row> rows() {
    using p = proxy_protocol;
    using c = request_command;
    std::vector<row> out;
    for (const address& target : targets)
        for (const bool has_login : {false, true})
            for (const p protocol : {p::socks4, p::socks5, p::http})
                for (const c command :
                     {c::connect, c::bind, c::udp_associate, c::resolve, c::resolve_ptr}) {
                    const row each{protocol, command, target, has_login};
                    const bool can_log_in = protocol != p::socks4 || !has_login;
                    if (can_log_in && proto::check_handshake(request_of(each)))
                        out.push_back(each);
                }
    return out;
}

TEST_CASE("a client of ours is served by a proxy of ours") {
    const auto all = rows();
    CHECK(all.size() > 40);
    for (const row& each : all)
        for (const std::size_t at_once :
             {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, SIZE_MAX}) {
            CAPTURE(to_string(each.target), each.command, each.protocol, each.has_login, at_once);
            const auto request = request_of(each);
            both ends{request, each.has_login ? &users() : nullptr, at_once};
            while (ends.go_on()) {
            }
            CHECK(ends.server.next().what == action::open);
            REQUIRE(ends.client->next().what == client_action::done);
            CHECK(ends.server.request().command == each.command);
            CHECK(ends.server.request().target == each.target);
            const bool is_bind = each.command == request_command::bind;
            CHECK(ends.listening.has_value() == is_bind);
            if (each.protocol != proxy_protocol::http)
                CHECK(ends.client->bound() == (is_bind ? peer : bound));
            CHECK(ends.to_client.empty());
            CHECK(bytes{ends.to_server.begin(), ends.to_server.end()} == payload);
        }
}

TEST_CASE("a client of ours hears why a proxy of ours refuses") {
    for (const row& each : rows())
        for (int rep = 1; rep < 256; ++rep) {
            const auto request = request_of(each);
            both ends{request, each.has_login ? &users() : nullptr, SIZE_MAX};
            ends.refuses_with =
                proto::refusal{static_cast<std::uint8_t>(rep), http_status::forbidden};
            while (ends.go_on()) {
            }
            REQUIRE(ends.server.next().what == action::close);
            REQUIRE(ends.client->next().what == client_action::failed);
            const error& why = ends.client->fault();
            // Of a name, 04 is an answer: there is none (socks-extensions.txt).
            const bool is_unknown =
                each.protocol == proxy_protocol::socks5 && proto::is_lookup(each.command) &&
                socks5_reply{static_cast<std::uint8_t>(rep)} == socks5_reply::host_unreachable;
            CHECK(why.kind == (is_unknown ? failure::negative_answer : failure::refused));
            if (each.protocol == proxy_protocol::socks5)
                CHECK(why.code == std::error_code(rep, socks5_reply_category()));
            else if (each.protocol == proxy_protocol::socks4)
                CHECK(why.code == socks4_reply::rejected);
            else
                CHECK(why.code == http_status::forbidden);
        }
}

TEST_CASE("a client of ours hears that its login is wrong, or that it needs one") {
    const user_list others = user_list::parse("alice:other").value();
    for (const row& each : rows()) {
        const auto request = request_of(each);
        both ends{request, &others, 1};
        while (ends.go_on()) {
        }
        REQUIRE(ends.server.next().what == action::close);
        REQUIRE(ends.client->next().what == client_action::failed);
        const failure kind = ends.client->fault().kind;
        if (each.protocol == proxy_protocol::socks4)
            CHECK(kind == failure::refused);
        else
            CHECK(kind == (each.has_login ? failure::credentials : failure::no_method));
    }
}

} // namespace
} // namespace sockscat::tests
