// SPDX-License-Identifier: MIT
// The conversations of RFC 1928, RFC 1929, RFC 9110 and the SOCKS4 documents, through the public
// machine: fed as they come, byte by byte, and closed after every byte.
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include <sockscat/handshake_machine.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <type_traits>

namespace sockscat::tests {
namespace {

const bytes data = text_bytes("SSH-2.0-data\r\n"); // what may follow the last reply at once

struct exchanged {
    bytes sent;  // by the client
    bytes reply; // by the proxy
};

struct conversation {
    std::string url;
    proxy_command command{proxy_command::connect};
    address target;
    std::vector<exchanged> turns;
    handshake_machine_options options{};
};

struct outcome {
    std::optional<address> bound;
    std::optional<address> listening;
    error fault;
    bytes left; // of what the proxy sent
};

address at(std::string_view host, std::uint16_t port) {
    return {parse_host(host).value(), port};
}

result<handshake_machine> machine_of(const conversation& talk) {
    const proxy_spec proxy = parse_proxy_url(talk.url).value();
    return handshake_machine::create(proxy, talk.command, talk.target, talk.options);
}

// The proxy's side: a reply is there to be read once the message before it was sent.
class script {
  public:
    script(const conversation& talk, std::size_t at_once, std::size_t closed_after)
        : talk_{talk}, at_once_{at_once}, open_for_{closed_after} {}

    outcome play() {
        handshake_machine machine = std::move(machine_of(talk_)).value();
        outcome out;
        for (;;) {
            switch (machine.next()) {
            case handshake_step::send:
                take(machine.output());
                machine.sent();
                break;
            case handshake_step::receive:
                give(machine);
                break;
            case handshake_step::listening:
                out.listening = machine.bound();
                machine.await_peer();
                break;
            case handshake_step::done:
                out.bound = machine.bound();
                out.left = pending_;
                return out;
            case handshake_step::failed:
                out.fault = machine.fault();
                return out;
            }
        }
    }

  private:
    void take(std::span<const std::uint8_t> message) {
        REQUIRE(turn_ < talk_.turns.size());
        const exchanged& due = talk_.turns[turn_++];
        REQUIRE(to_bytes(message) == due.sent);
        pending_ = join(pending_, due.reply);
        if (turn_ == talk_.turns.size())
            pending_ = join(pending_, data);
    }

    void give(handshake_machine& machine) {
        REQUIRE(machine.wanted() > 0);
        const std::size_t size =
            std::min({machine.wanted(), at_once_, pending_.size(), open_for_ - given_});
        if (size == 0)
            return machine.closed();
        const bytes part{pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(size)};
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(size));
        given_ += size;
        machine.received(part);
    }

    const conversation& talk_;
    std::size_t at_once_;
    std::size_t open_for_;
    std::size_t turn_{0};
    std::size_t given_{0};
    bytes pending_;
};

outcome play(const conversation& talk, std::size_t at_once = SIZE_MAX) {
    return script{talk, at_once, SIZE_MAX}.play();
}

std::size_t reply_bytes(const conversation& talk) {
    std::size_t total = 0;
    for (const exchanged& each : talk.turns)
        total += each.reply.size();
    return total;
}

// `bound` is what the last reply says; the data behind it is left alone.
void grants(const conversation& talk, const address& bound) {
    for (const std::size_t at_once : {SIZE_MAX, std::size_t{1}, std::size_t{3}}) {
        const outcome whole = play(talk, at_once);
        INFO(to_string(whole.fault));
        REQUIRE(whole.bound);
        CHECK(*whole.bound == bound);
        CHECK(whole.left == data);
    }
    for (std::size_t size = 0; size < reply_bytes(talk); ++size) {
        const outcome cut = script{talk, SIZE_MAX, size}.play();
        INFO("closed after " << size << " bytes: " << to_string(cut.fault));
        REQUIRE_FALSE(cut.bound);
        CHECK((cut.fault.kind == failure::closed || cut.fault.kind == failure::protocol));
        CHECK(cut.fault.hop == "proxy.example:1080");
    }
}

void refuses(const conversation& talk, failure kind, phase where, std::error_code code) {
    for (const std::size_t at_once : {SIZE_MAX, std::size_t{1}}) {
        const outcome end = play(talk, at_once);
        INFO(to_string(end.fault));
        REQUIRE_FALSE(end.bound);
        CHECK(end.fault.kind == kind);
        CHECK(end.fault.at == where);
        CHECK(end.fault.code == code);
        CHECK(end.fault.hop == "proxy.example:1080");
    }
}

failure refused_by_create(const conversation& talk) {
    auto made = machine_of(talk);
    REQUIRE_FALSE(made);
    return made.error().kind;
}

const bytes login = "01 05 61 6c 69 63 65 06 73 65 63 72 65 74"_hex; // alice, secret
const bytes to_ip = "05 01 00 01 c0 00 02 01 00 50"_hex;
const bytes zero_reply = "05 00 00 01 00 00 00 00 00 00"_hex;

TEST_CASE("the machine speaks SOCKS5 without a login (RFC 1928)") {
    grants(
        {"socks5h://proxy.example",
         proxy_command::connect,
         at("example.com", 443),
         {{"05 01 00"_hex, "05 00"_hex},
          {join("05 01 00 03 0b"_hex, text_bytes("example.com"), "01 bb"_hex),
           "05 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 1f 90"_hex}}},
        at("2001:db8::1", 8080));
}

TEST_CASE("the machine logs in with user name and password (RFC 1929)") {
    grants(
        {"alice:secret@proxy.example",
         proxy_command::connect,
         at("192.0.2.1", 80),
         {{"05 02 00 02"_hex, "05 02"_hex}, {login, "01 00"_hex}, {to_ip, zero_reply}}},
        at("0.0.0.0", 0));
}

TEST_CASE("the machine logs in with CHAP") {
    handshake_machine_options options;
    options.methods = {auth_method::chap};
    const bytes challenge =
        "01 02 11 01 85 03 10 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"_hex;
    grants(
        {"alice:secret@proxy.example",
         proxy_command::connect,
         at("192.0.2.1", 80),
         {{"05 01 03"_hex, "05 03"_hex},
          {"01 02 11 01 85 02 05 61 6c 69 63 65"_hex, challenge},
          {"01 01 04 10 e7 40 94 24 47 4a 33 01 bd c9 bb 88 46 c8 63 62"_hex, "01 01 00 01 00"_hex},
          {to_ip, zero_reply}},
         options},
        at("0.0.0.0", 0));
}

TEST_CASE("the machine pipelines greeting, login and request") {
    handshake_machine_options options;
    options.methods = {auth_method::password};
    options.pipeline = true;
    grants(
        {"alice:secret@proxy.example",
         proxy_command::connect,
         at("192.0.2.1", 80),
         {{join("05 01 02"_hex, login, to_ip), join("05 02 01 00"_hex, zero_reply)}},
         options},
        at("0.0.0.0", 0));
}

TEST_CASE("the machine speaks SOCKS4 and SOCKS4a") {
    grants(
        {"socks4://alice@proxy.example",
         proxy_command::connect,
         at("192.0.2.1", 80),
         {{"04 01 00 50 c0 00 02 01 61 6c 69 63 65 00"_hex, "00 5a 1f 90 cb 00 71 05"_hex}}},
        at("203.0.113.5", 8080));
    // A name goes to the proxy, whatever the scheme says: nothing is looked up.
    for (const std::string url : {"socks4a://proxy.example", "socks4://proxy.example"})
        grants(
            {url,
             proxy_command::connect,
             at("example.com", 443),
             {{join("04 01 01 bb 00 00 00 01 00"_hex, text_bytes("example.com"), "00"_hex),
               "00 5a 00 00 00 00 00 00"_hex}}},
            at("0.0.0.0", 0));
}

TEST_CASE("the machine speaks HTTP CONNECT (RFC 9110, RFC 7617)") {
    const std::string asked = "CONNECT www.test:443 HTTP/1.1\r\nHost: www.test:443\r\n"
                              "Proxy-Authorization: Basic YWxpY2U6c2VjcmV0\r\n\r\n";
    grants(
        {"http://alice:secret@proxy.example:1080",
         proxy_command::connect,
         at("www.test", 443),
         {{text_bytes(asked), text_bytes("HTTP/1.1 200 OK\r\nVia: x\r\n\r\n")}}},
        address{});
}

TEST_CASE("the machine has BIND's two replies, together as well") {
    const conversation talk{
        "proxy.example",
        proxy_command::bind,
        at("0.0.0.0", 0),
        {{"05 01 00"_hex, "05 00"_hex},
         {"05 02 00 01 00 00 00 00 00 00"_hex,
          "05 00 00 01 c0 00 02 09 9c 41 05 00 00 01 cb 00 71 05 c9 3b"_hex}}};
    grants(talk, at("203.0.113.5", 51515));
    CHECK(play(talk).listening == at("192.0.2.9", 40001));
}

TEST_CASE("the machine has UDP ASSOCIATE and Tor's lookups") {
    grants(
        {"proxy.example",
         proxy_command::udp_associate,
         at("0.0.0.0", 0),
         {{"05 01 00"_hex, "05 00"_hex},
          {"05 03 00 01 00 00 00 00 00 00"_hex, "05 00 00 01 c0 00 02 09 9c 41"_hex}}},
        at("192.0.2.9", 40001));
    grants(
        {"proxy.example",
         proxy_command::resolve,
         at("www.test", 0),
         {{"05 01 00"_hex, "05 00"_hex},
          {join("05 f0 00 03 08"_hex, text_bytes("www.test"), "00 00"_hex),
           "05 00 00 01 c0 00 02 07 00 00"_hex}}},
        at("192.0.2.7", 0));
    grants(
        {"proxy.example",
         proxy_command::resolve_ptr,
         at("192.0.2.7", 0),
         {{"05 01 00"_hex, "05 00"_hex},
          {"05 f1 00 01 c0 00 02 07 00 00"_hex,
           join("05 00 00 03 08"_hex, text_bytes("www.test"), "00 00"_hex)}}},
        at("www.test", 0));
}

TEST_CASE("a refusal tells the hop, the phase and the code") {
    const address target = at("192.0.2.1", 80);
    refuses(
        {"proxy.example",
         proxy_command::connect,
         target,
         {{"05 01 00"_hex, "05 00"_hex}, {to_ip, "05 05 00 01 00 00 00 00 00 00"_hex}}},
        failure::refused, phase::request, socks5_reply::connection_refused);
    refuses(
        {"proxy.example", proxy_command::connect, target, {{"05 01 00"_hex, "05 ff"_hex}}},
        failure::no_method, phase::method, {});
    refuses(
        {"alice:secret@proxy.example",
         proxy_command::connect,
         target,
         {{"05 02 00 02"_hex, "05 02"_hex}, {login, "01 01"_hex}}},
        failure::credentials, phase::auth, {});
    refuses(
        {"socks4://proxy.example",
         proxy_command::connect,
         target,
         {{"04 01 00 50 c0 00 02 01 00"_hex, "00 5b 00 00 00 00 00 00"_hex}}},
        failure::refused, phase::request, socks4_reply::rejected);
}

TEST_CASE("a known refusal asks for its rest only if it comes soon") {
    auto machine =
        std::move(machine_of({"proxy.example", proxy_command::connect, at("192.0.2.1", 80), {}}))
            .value();
    machine.sent();
    CHECK_FALSE(machine.is_optional());
    machine.received("05 00"_hex);
    machine.sent();
    machine.received("05 02 00"_hex);
    REQUIRE(machine.next() == handshake_step::receive);
    CHECK(machine.is_optional());
    machine.timed_out();
    REQUIRE(machine.next() == handshake_step::failed);
    CHECK(machine.fault().code == socks5_reply::not_allowed);
}

TEST_CASE("a reply that is late is a timeout, and says whether it had begun") {
    const conversation talk{"proxy.example", proxy_command::connect, at("192.0.2.1", 80), {}};
    auto silent = std::move(machine_of(talk)).value();
    silent.sent();
    silent.timed_out();
    REQUIRE(silent.next() == handshake_step::failed);
    CHECK(silent.fault().kind == failure::timeout);
    CHECK(silent.fault().at == phase::method);
    CHECK(silent.fault().hop == "proxy.example:1080");
    CHECK(silent.fault().code == std::errc::timed_out);
    CHECK_FALSE(silent.fault().code == time_limit_errc::in_part);

    auto halting = std::move(machine_of(talk)).value();
    CHECK_THROWS_AS(halting.timed_out(), std::logic_error);
    halting.sent();
    halting.received("05 00"_hex);
    halting.sent();
    halting.received("05 00 00 01 c0"_hex);
    halting.timed_out();
    REQUIRE(halting.next() == handshake_step::failed);
    CHECK(halting.fault().kind == failure::timeout);
    CHECK(halting.fault().at == phase::request);
    CHECK(halting.fault().code == time_limit_errc::in_part);
    CHECK(halting.fault().code == std::errc::timed_out);
}

TEST_CASE("a call that is not due throws, and changes nothing") {
    auto machine =
        std::move(machine_of({"proxy.example", proxy_command::connect, at("192.0.2.1", 80), {}}))
            .value();
    CHECK(machine.wanted() == 0);
    CHECK_THROWS_AS(machine.received("05 00"_hex), std::logic_error);
    CHECK_THROWS_AS(machine.closed(), std::logic_error);
    CHECK_THROWS_AS(machine.await_peer(), std::logic_error);
    CHECK(to_bytes(machine.output()) == "05 01 00"_hex);
    machine.sent();
    CHECK(machine.output().empty());
    CHECK(machine.at() == phase::method);
    CHECK_THROWS_AS(machine.sent(), std::logic_error);
    CHECK_THROWS_AS(machine.received({}), std::logic_error);
    CHECK_THROWS_AS(machine.received("05 00 05"_hex), std::logic_error);
    CHECK(machine.wanted() == 2);
    machine.received("05 00"_hex);
    CHECK(to_bytes(machine.output()) == to_ip);
}

TEST_CASE("what the protocol cannot carry is refused before any byte") {
    const address target = at("192.0.2.1", 80);
    CHECK(
        refused_by_create({"socks4://proxy.example", proxy_command::connect, at("::1", 80), {}}) ==
        failure::usage);
    CHECK(
        refused_by_create({"socks4://proxy.example", proxy_command::udp_associate, target, {}}) ==
        failure::usage);
    CHECK(
        refused_by_create({"http://proxy.example", proxy_command::bind, target, {}}) ==
        failure::usage);
    CHECK(
        refused_by_create({"proxy.example", proxy_command::connect, at("192.0.2.1", 0), {}}) ==
        failure::usage);
}

TEST_CASE("the machine refuses methods that it does not have, or that need a login") {
    const address target = at("192.0.2.1", 80);
    for (const auto method :
         {auth_method::gssapi, auth_method::gost_tls, auth_method::gost_tls_password,
          auth_method{0x42}}) {
        handshake_machine_options options;
        options.methods = {method};
        CHECK(
            refused_by_create({"u:p@proxy.example", proxy_command::connect, target, {}, options}) ==
            failure::usage);
    }
    handshake_machine_options options;
    options.methods = {auth_method::password};
    CHECK(
        refused_by_create({"proxy.example", proxy_command::connect, target, {}, options}) ==
        failure::usage);
}

TEST_CASE("the machine outlives the proxy that it was made for, and can be moved") {
    static_assert(!std::is_copy_constructible_v<handshake_machine>);
    std::optional<handshake_machine> machine;
    {
        const proxy_spec proxy = parse_proxy_url("alice:secret@proxy.example").value();
        machine.emplace(
            std::move(handshake_machine::create(proxy, proxy_command::connect, at("192.0.2.1", 80)))
                .value());
    }
    machine->sent();
    machine->received("05 02"_hex);
    const handshake_machine moved = *std::move(machine);
    CHECK(to_bytes(moved.output()) == login);
}

TEST_CASE("notes say what was chosen") {
    auto machine =
        std::move(machine_of({"proxy.example", proxy_command::connect, at("192.0.2.1", 80), {}}))
            .value();
    machine.sent();
    machine.received("05 00"_hex);
    CHECK(machine.take_notes().size() == 1);
    CHECK(machine.take_notes().empty());
}

} // namespace
} // namespace sockscat::tests
