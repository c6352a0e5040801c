// SPDX-License-Identifier: MIT
#include "responses.hpp"
#include "support/catch.hpp"
#include "support/run.hpp"

#include <sockscat/dns_client.hpp>

#include <arpa/inet.h>
#include <atomic>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

const bytes four = "c0 00 02 50"_hex;
const bytes six = "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"_hex;
const bytes granted = "05 00 00 01 00 00 00 00 00 00"_hex;
const bytes no_such_command = "05 07 00 01 00 00 00 00 00 00"_hex;

constexpr std::uint8_t connect_command = 1;
constexpr std::uint8_t associate_command = 3;
constexpr std::uint8_t resolve_command = 0xF0;

connect_options through(const listener& proxy, const std::string& scheme = "socks5h") {
    connect_options options;
    options.chain.push_back(
        parse_proxy_url(scheme + "://127.0.0.1:" + std::to_string(proxy.port())).value());
    options.time_limit = patience;
    return options;
}

dns_client_options by(std::vector<dns_way> ways) {
    dns_client_options wanted;
    wanted.ways = std::move(ways);
    wanted.server = address{parse_host("192.0.2.53").value(), 53};
    return wanted;
}

dns_query about(const std::string& name, std::vector<record_type> types = {}) {
    dns_query query;
    query.subject = host_name{name};
    query.types = std::move(types);
    return query;
}

// The proxy's part up to the request, whose command it returns.
std::uint8_t read_request(int fd) {
    expect(fd, "05 01 00"_hex);
    write_all(fd, "05 00"_hex);
    const bytes head = read_exactly(fd, 4);
    const std::size_t size = head[3] == 1 ? 4 : head[3] == 4 ? 16 : read_exactly(fd, 1)[0];
    read_exactly(fd, size + 2);
    return head[1];
}

bytes read_query(int fd) {
    const bytes size = read_exactly(fd, 2);
    return read_exactly(fd, static_cast<std::size_t>(size[0] << 8U | size[1]));
}

void write_response(int fd, const bytes& message) {
    const auto high = static_cast<std::uint8_t>(message.size() >> 8U);
    const auto low = static_cast<std::uint8_t>(message.size() & 0xFFU);
    write_all(fd, join(bytes{high, low}, message));
}

// A CONNECT that was granted; what follows are queries.
unique_fd accept_tunnel(const listener& proxy) {
    unique_fd client = proxy.accept();
    must(read_request(client.get()) == connect_command);
    write_all(client.get(), granted);
    return client;
}

// A relay on loopback and the association's control connection.
struct relay {
    explicit relay(const listener& proxy)
        : control{proxy.accept()}, datagrams{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
        must(read_request(control.get()) == associate_command);
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof here;
        auto* const name = reinterpret_cast<sockaddr*>(&here);
        must(::bind(datagrams.get(), name, size) == 0);
        must(::getsockname(datagrams.get(), name, &size) == 0);
        const auto* const port = reinterpret_cast<const std::uint8_t*>(&here.sin_port);
        write_all(control.get(), join("05 00 00 01 7f 00 00 01"_hex, bytes{port[0], port[1]}));
    }

    bytes receive() {
        bytes datagram(2048);
        peer_size = sizeof peer;
        const auto got = ::recvfrom(
            datagrams.get(), datagram.data(), datagram.size(), 0,
            reinterpret_cast<sockaddr*>(&peer), &peer_size);
        must(got > 10);
        header = {datagram.begin(), datagram.begin() + 10};
        return {datagram.begin() + 10, datagram.begin() + got};
    }

    void send(const bytes& message) const {
        const bytes whole = join(header, message);
        must(
            ::sendto(
                datagrams.get(), whole.data(), whole.size(), 0,
                reinterpret_cast<const sockaddr*>(&peer),
                peer_size) == static_cast<ssize_t>(whole.size()));
    }

    unique_fd control;
    unique_fd datagrams;
    bytes header;
    sockaddr_in peer{};
    socklen_t peer_size{0};
};

class recorded final : public dns_observer {
  public:
    void on_answer(dns_way way) override { add("answer", way); }
    void on_way_closed(dns_way way, const error& /*why*/) override { add("closed", way); }
    void on_truncated() override { said += "truncated "; }

    std::string said;

  private:
    void add(const std::string& what, dns_way way) {
        said += what + ":" + std::string{to_string(way)} + " ";
    }
};

std::vector<std::string> data_of(const dns_reply& reply) {
    std::vector<std::string> all;
    for (const dns_answer& answer : reply.answers)
        for (const dns_record& each : answer.records)
            all.push_back(each.data);
    return all;
}

using texts = std::vector<std::string>;

TEST_CASE("two questions over one connection, answered in any order") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = accept_tunnel(proxy);
        const bytes first = read_query(client.get());
        const bytes second = read_query(client.get());
        write_response(client.get(), response_to(second, {six}));
        write_response(client.get(), response_to(first, {four}));
        const bytes third = read_query(client.get());
        write_response(client.get(), response_to(third, {}, 3));
    }};
    dns_client client{through(proxy), by({dns_way::tcp})};
    const dns_query www = about("www.test");
    const dns_reply reply = run(client.ask(www));
    CHECK(data_of(reply) == texts{"192.0.2.80", "2001:db8::1"});
    CHECK_FALSE(reply.why);
    CHECK(reply.answers[0].type == type_a);
    CHECK(reply.answers[1].type == type_aaaa);
    CHECK(reply.answers[0].rcode == 0);
    CHECK(reply.answers[0].records[0].ttl_s == 60U);
    const dns_query gone = about("gone.test", {type_a});
    const dns_reply negative = run(client.ask(gone)); // on the same connection
    peer.finish();
    REQUIRE(negative.why);
    CHECK(negative.why->kind == failure::negative_answer);
    CHECK(negative.why->code == dns_errc::no_such_name);
    CHECK(negative.answers[0].rcode == 3);
    CHECK_FALSE(negative.fails_for_all);
}

TEST_CASE("a server that closes after each answer is asked again for what is left") {
    const listener proxy;
    background peer{[&] {
        {
            const unique_fd client = accept_tunnel(proxy);
            write_response(client.get(), response_to(read_query(client.get()), {four}));
            read_query(client.get());
        }
        const unique_fd client = accept_tunnel(proxy);
        const bytes left = read_query(client.get());
        must(type_of(left) == type_aaaa);
        write_response(client.get(), response_to(left, {six}));
    }};
    dns_client client{through(proxy), by({dns_way::tcp})};
    const dns_query www = about("www.test");
    CHECK(data_of(run(client.ask(www))) == texts{"192.0.2.80", "2001:db8::1"});
    peer.finish();
}

TEST_CASE("a server that closes without an answer is asked once") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = accept_tunnel(proxy);
        read_query(client.get());
    }};
    dns_client client{through(proxy), by({dns_way::tcp})};
    const dns_query www = about("www.test", {type_a});
    const dns_reply reply = run(client.ask(www));
    peer.finish();
    CHECK(reply.why->kind == failure::stream);
    CHECK(reply.why->code == dns_errc::closed);
    CHECK_FALSE(proxy.is_asked());
}

TEST_CASE("a way that the proxy does not have gives way to the next, for siblings too") {
    const listener proxy;
    background peer{[&] {
        for (const std::uint8_t command : {resolve_command, associate_command}) {
            const unique_fd refused = proxy.accept();
            must(read_request(refused.get()) == command);
            write_all(refused.get(), no_such_command);
        }
        for (int i = 0; i < 2; ++i) {
            const unique_fd client = accept_tunnel(proxy);
            write_response(client.get(), response_to(read_query(client.get()), {four}));
        }
    }};
    dns_client client{through(proxy), by({dns_way::tor, dns_way::udp, dns_way::tcp})};
    const dns_query www = about("www.test", {type_a});
    recorded told;
    const dns_reply reply = run(client.ask(www, &told));
    CHECK(data_of(reply) == texts{"192.0.2.80"});
    CHECK(reply.answers[0].via == dns_way::tcp);
    CHECK(told.said == "closed:tor closed:udp answer:tcp ");
    dns_client other = client.sibling();
    recorded told_other;
    CHECK(data_of(run(other.ask(www, &told_other))) == texts{"192.0.2.80"});
    CHECK(told_other.said == "answer:tcp ");
    peer.finish();
}

TEST_CASE("what fails for one name says nothing about the next") {
    const listener proxy;
    background peer{[&] {
        relay through_it{proxy};
        through_it.send(response_to(through_it.receive(), {four}));
        bytes cut = response_to(through_it.receive());
        cut[2] |= 0x02U; // TC
        through_it.send(cut);
        const unique_fd refused = proxy.accept();
        must(read_request(refused.get()) == connect_command);
        write_all(refused.get(), "05 05 00 01 00 00 00 00 00 00"_hex);
        through_it.send(response_to(through_it.receive(), {four}));
    }};
    dns_client client{through(proxy), by({dns_way::udp})};
    for (const std::string name : {"a.test", "cut.test", "c.test"}) {
        const dns_query query = about(name, {type_a});
        const dns_reply reply = run(client.ask(query));
        CAPTURE(name);
        CHECK_FALSE(reply.fails_for_all);
        REQUIRE(static_cast<bool>(reply.why) == (name == "cut.test"));
        if (reply.why)
            CHECK(reply.why->code == socks5_reply::connection_refused);
    }
    peer.finish();
}

TEST_CASE("Tor's one answer is of either family") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        must(read_request(client.get()) == resolve_command);
        write_all(client.get(), join("05 00 00 04"_hex, six, "00 00"_hex));
    }};
    dns_client client{through(proxy), by({dns_way::tor})};
    const dns_query www = about("www.test");
    const dns_reply reply = run(client.ask(www));
    peer.finish();
    REQUIRE(reply.answers.size() == 1);
    CHECK(reply.answers[0].type == type_aaaa);
    CHECK(data_of(reply) == texts{"2001:db8::1"});
    CHECK_FALSE(reply.answers[0].records[0].ttl_s);
}

TEST_CASE("over UDP: a lost question is sent again, a truncated answer is asked for over TCP") {
    const listener proxy;
    background peer{[&] {
        relay through_it{proxy};
        const bytes lost = through_it.receive();
        const bytes again = through_it.receive();
        must(again == lost);
        bytes cut = response_to(again);
        cut[2] |= 0x02U; // TC
        through_it.send(cut);
        const unique_fd client = accept_tunnel(proxy);
        write_response(client.get(), response_to(read_query(client.get()), {four}));
    }};
    dns_client_options wanted = by({dns_way::udp});
    wanted.udp_wait = 500ms;
    dns_client client{through(proxy), wanted};
    const dns_query www = about("www.test", {type_a});
    recorded told;
    const dns_reply reply = run(client.ask(www, &told));
    peer.finish();
    CHECK(data_of(reply) == texts{"192.0.2.80"});
    CHECK(reply.answers[0].via == dns_way::tcp);
    CHECK(told.said == "answer:udp truncated answer:tcp ");
}

TEST_CASE("names without DNS are sent to no server") {
    const listener proxy;
    for (const dns_way way : {dns_way::udp, dns_way::tcp, dns_way::tls}) {
        for (const std::string name : {"abc.onion", "Abc.I2P"}) {
            dns_client client{through(proxy), by({way})};
            const dns_query query = about(name);
            const dns_reply reply = run(client.ask(query));
            REQUIRE(reply.why);
            CHECK(reply.why->kind == failure::negative_answer);
            CHECK(reply.why->code == dns_errc::not_in_dns);
        }
    }
    CHECK_FALSE(proxy.is_asked());
}

TEST_CASE("what no way can carry is refused before the first packet") {
    const listener proxy;
    const auto refuses = [&](const std::string& scheme, const dns_client_options& wanted,
                             const dns_query& query) {
        const connect_options options = through(proxy, scheme);
        const auto checked = check(options, wanted, query);
        REQUIRE_FALSE(checked);
        CHECK(checked.error().kind == failure::usage);
        dns_client client{options, wanted};
        CHECK(run(client.ask(query)).why->kind == failure::usage);
        return checked.error().code;
    };
    refuses("socks5h", by({}), about("www.test"));
    dns_client_options nowhere = by({dns_way::tcp});
    nowhere.server.reset();
    refuses("socks5h", nowhere, about("www.test"));
    refuses("socks5h", by({dns_way::tcp}), about("a..b"));
    refuses("socks4a", by({dns_way::udp}), about("www.test"));
    refuses("http", by({dns_way::tor}), about("www.test"));
    dns_client_options named = by({dns_way::tcp});
    named.server->host = host_name{"dns.test"};
    refuses("socks5", named, about("www.test")); // it would be looked up here
    CHECK(refuses("socks5h", by({dns_way::tor}), about(".")) == dns_errc::tor_lacks_root);
    CHECK(
        refuses("socks5h", by({dns_way::tor}), about("www.test", {type_ns})) ==
        dns_errc::tor_lacks_type);
    CHECK_FALSE(proxy.is_asked());
}

TEST_CASE("names that have no records of several types get one error") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = accept_tunnel(proxy);
        for (int i = 0; i < 2; ++i)
            write_response(client.get(), response_to(read_query(client.get())));
    }};
    dns_client client{through(proxy), by({dns_way::tcp})};
    const dns_query www = about("www.test");
    const dns_reply reply = run(client.ask(www));
    peer.finish();
    REQUIRE(reply.why);
    CHECK(reply.why->code == dns_errc::no_record);
    CHECK(
        reply.why->cause == "DNS server 192.0.2.53:53: www.test has neither A nor AAAA records "
                            "(NODATA)");
    CHECK(
        reply.answers[1].why->cause ==
        "DNS server 192.0.2.53:53: www.test has no AAAA record (NODATA)");
}

TEST_CASE("no answer within the time limit") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = accept_tunnel(proxy);
        read_to_end(client.get());
    }};
    connect_options options = through(proxy);
    options.time_limit = 300ms;
    dns_client client{options, by({dns_way::tcp})};
    const dns_query www = about("www.test", {type_a});
    const dns_reply reply = run(client.ask(www));
    peer.finish();
    CHECK(reply.why->kind == failure::timeout);
    CHECK(reply.why->code == dns_errc::no_answer);
    CHECK(reply.why->at == phase::relay);
}

TEST_CASE("a cancelled question leaves the client usable") {
    const listener proxy;
    std::atomic<bool> is_asked{false};
    background peer{[&] {
        const unique_fd first = accept_tunnel(proxy);
        read_query(first.get());
        is_asked = true;
        expect_end(first.get());
        const unique_fd client = accept_tunnel(proxy);
        write_response(client.get(), response_to(read_query(client.get()), {four}));
    }};
    dns_client client{through(proxy), by({dns_way::tcp})};
    const dns_query www = about("www.test", {type_a});
    {
        operation<dns_reply> one{shared_loop(), client.ask(www)};
        while (!is_asked && !one.run(10ms))
            continue;
        CHECK(is_asked);
        one.cancel();
        CHECK(one.run(2s));
    }
    CHECK(data_of(run(client.ask(www))) == texts{"192.0.2.80"});
    peer.finish();
}

} // namespace
} // namespace sockscat::tests
