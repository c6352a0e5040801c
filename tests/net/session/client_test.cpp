// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/names.hpp"
#include "support/recorder.hpp"
#include "support/run.hpp"
#include "support/streams.hpp"

#include <sockscat/client.hpp>

#include <array>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

const bytes greeting = "05 01 00"_hex;
const bytes chosen_none = "05 00"_hex;
const bytes zero_reply = "05 00 00 01 00 00 00 00 00 00"_hex;
const bytes request_to_ip = "05 01 00 01 c0 00 02 01 00 50"_hex;
constexpr auto short_limit = 400ms; // a busy machine must reach the phase that is silent

address to_ip() {
    return {parse_host("192.0.2.1").value(), 80};
}

address to_name(const std::string& name) {
    return {host_name{name}, 80};
}

connect_options options_for(const std::string& url) {
    connect_options options;
    options.chain.push_back(parse_proxy_url(url).value());
    options.time_limit = patience;
    return options;
}

std::string at_port(std::uint16_t port, const std::string& scheme = "socks5h") {
    return scheme + "://127.0.0.1:" + std::to_string(port);
}

// Connects while `proxy` is played by another thread.
result<connection> connect_to(const connect_options& options, const address& destination) {
    const stopwatch watch;
    auto made = run(connect(options, destination));
    CHECK(watch.elapsed() < 5s);
    return made;
}

error failure_of(const result<connection>& made) {
    REQUIRE_FALSE(made);
    return made.error();
}

void answer_greeting(const unique_fd& client) {
    expect(client.get(), greeting);
    write_all(client.get(), chosen_none);
}

TEST_CASE("a tunnel stands, and reports what the proxy reported") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        answer_greeting(client);
        expect(client.get(), request_to_ip);
        write_all(client.get(), "05 00 00 01 7f 00 00 01 1f 90"_hex);
        expect(client.get(), text_bytes("ping"));
        write_all(client.get(), text_bytes("pong"));
    }};
    const auto options = options_for(at_port(proxy.port()));
    const address destination = to_ip();
    auto made = connect_to(options, destination);
    REQUIRE(made);
    CHECK(to_string(made.value().bound()) == "127.0.0.1:8080");
    CHECK(made.value().io().is_private()); // loopback
    const bytes ping = text_bytes("ping");
    CHECK(run(made.value().io().write(ping)).size == 4);
    const int fd = made.value().io().release();
    REQUIRE(fd != -1);
    const unique_fd tunnel{fd};
    CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0); // given away in blocking mode
    expect(fd, text_bytes("pong"));
    expect_end(fd);
    peer.finish();
    CHECK(made.value().io().release() == -1); // once
}

TEST_CASE("what comes in the segment of the last reply is payload") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        answer_greeting(client);
        expect(client.get(), request_to_ip);
        write_all(client.get(), join(zero_reply, text_bytes("SSH-2.0-banner\r\n")));
    }};
    const auto options = options_for(at_port(proxy.port()));
    const address destination = to_ip();
    auto made = connect_to(options, destination);
    peer.finish();
    REQUIRE(made);
    const unique_fd tunnel{made.value().io().release()};
    CHECK(read_to_end(tunnel.get()) == text_bytes("SSH-2.0-banner\r\n"));
}

TEST_CASE("a proxy on which nobody listens is unreachable") {
    const auto options = options_for(at_port(closed_port()));
    const address destination = to_ip();
    const error why = failure_of(connect_to(options, destination));
    CHECK(why.kind == failure::proxy_unreachable);
    CHECK(why.at == phase::connect);
    CHECK(why.code == std::errc::connection_refused);
    CHECK(why.hop == "127.0.0.1:" + std::to_string(closed_port()));
    CHECK(why.cause == "connection refused");
}

TEST_CASE("a proxy whose name does not exist is told from one that cannot be reached") {
    const fake_name nothing{"nothing.test", {}};
    const auto options = options_for("socks5h://nothing.test");
    const address destination = to_ip();
    const error why = failure_of(connect_to(options, destination));
    CHECK(why.kind == failure::proxy_name);
    CHECK(why.at == phase::lookup);
}

TEST_CASE("the number of addresses tried is told") {
    const fake_name two{"two.test", {"127.0.0.1", "127.0.0.2"}};
    const auto options = options_for("socks5h://two.test:" + std::to_string(closed_port()));
    const address destination = to_ip();
    CHECK(
        failure_of(connect_to(options, destination)).cause ==
        "connection refused (2 addresses tried)");
}

TEST_CASE("a proxy is reached at the second of its addresses") {
    const listener proxy;
    const fake_name two{"two.test", {"127.0.0.2", "127.0.0.1"}};
    background peer{[&] {
        const unique_fd client = proxy.accept();
        answer_greeting(client);
        expect(client.get(), request_to_ip);
        write_all(client.get(), zero_reply);
    }};
    const auto options = options_for("socks5h://two.test:" + std::to_string(proxy.port()));
    const address destination = to_ip();
    CHECK(connect_to(options, destination));
    peer.finish();
}

// The limit runs out in the phase in which the proxy stops answering.
void check_time_out(const connect_options& given, phase expected, const std::string& cause) {
    const connect_options& options = given;
    const address destination = to_ip();
    const stopwatch watch;
    auto made = run(connect(options, destination));
    CHECK(watch.elapsed() >= short_limit);
    CHECK(watch.elapsed() < 3s);
    const error why = failure_of(made);
    CHECK(why.kind == failure::timeout);
    CHECK(why.at == expected);
    CHECK(why.code == std::errc::timed_out);
    CHECK(why.cause == cause);
}

TEST_CASE("one limit covers the lookup of the proxy's name") {
    fake_name stalled{"stalled.test", {"127.0.0.1"}};
    stalled.stall();
    auto options = options_for("socks5h://stalled.test");
    options.time_limit = short_limit;
    check_time_out(options, phase::lookup, "no answer within 0.4 s");
    stalled.release();
    stalled.wait_until_answered(1);
}

TEST_CASE("one limit covers the connection to the proxy") {
    listener proxy;
    proxy.fill_backlog();
    auto options = options_for(at_port(proxy.port()));
    options.time_limit = short_limit;
    check_time_out(options, phase::connect, "no connection within 0.4 s");
}

// A proxy that answers these messages, each after one of ours, and then is silent; `part`: of the
// last message.
void check_silence_after(
    const std::string& url,
    const std::vector<bytes>& replies,
    phase expected,
    const std::string& part = "") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        for (const bytes& reply : replies) {
            read_exactly(client.get(), 1);
            write_all(client.get(), reply);
        }
        read_to_end(client.get()); // until the client gives up
    }};
    auto options = options_for(url + "127.0.0.1:" + std::to_string(proxy.port()));
    options.time_limit = short_limit;
    check_time_out(
        options, expected,
        part.empty()
            ? "no answer within 0.4 s"
            : "its reply stopped after " + part + " bytes; the rest did not arrive within 0.4 s");
    peer.finish();
}

TEST_CASE("one limit covers every message of the proxy") {
    check_silence_after("socks5h://", {}, phase::method);
    check_silence_after("socks5h://", {"05"_hex}, phase::method, "1 of 2");
    check_silence_after("socks5h://u:p@", {"05 02"_hex}, phase::auth);
    check_silence_after("socks5h://", {"05 00"_hex}, phase::request);
    check_silence_after(
        "socks5h://", {"05 00"_hex, "05 00 00"_hex}, phase::request, "3 of at least 7");
    check_silence_after("socks4a://", {}, phase::request);
    check_silence_after("socks4a://", {"00 5a"_hex}, phase::request, "2 of 8");
    check_silence_after(
        "http://", {text_bytes("HTTP/1.1 200 OK\r\n\r")}, phase::request, "18 of at least 19");
}

TEST_CASE("a proxy that drips its reply cannot stretch the limit") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        answer_greeting(client);
        expect(client.get(), request_to_ip);
        write_all(client.get(), "05 00 00 03 ff"_hex);
        try {
            while (!is_readable(client.get())) { // a byte each 10 ms: 250 of them would take 2.5 s
                write_all(client.get(), "61"_hex);
                std::this_thread::sleep_for(10ms);
            }
        } catch (const std::system_error&) { // the client is gone
        }
    }};
    auto options = options_for(at_port(proxy.port()));
    options.time_limit = short_limit;
    const stopwatch watch;
    auto made = run(connect(options, to_ip()));
    CHECK(watch.elapsed() < 3s);
    const error why = failure_of(made);
    CHECK(why.kind == failure::timeout);
    CHECK(why.at == phase::request);
    CHECK(why.cause.starts_with("its reply stopped after "));
    CHECK(why.cause.ends_with(" of 262 bytes; the rest did not arrive within 0.4 s"));
    peer.finish();
}

TEST_CASE("a refusal that stays incomplete is told without waiting for the limit") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        answer_greeting(client);
        expect(client.get(), request_to_ip);
        write_all(client.get(), "05 05"_hex);
        read_to_end(client.get());
    }};
    const auto options = options_for(at_port(proxy.port()));
    const address destination = to_ip();
    const stopwatch watch;
    const error why = failure_of(connect_to(options, destination));
    CHECK(watch.elapsed() < 2s);
    CHECK(why.kind == failure::refused);
    CHECK(why.code.value() == 5);
    peer.finish();
}

TEST_CASE("without a limit the proxy has all the time it wants") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        answer_greeting(client);
        expect(client.get(), request_to_ip);
        write_all(client.get(), zero_reply);
    }};
    auto options = options_for(at_port(proxy.port()));
    options.time_limit = 0ms;
    const address destination = to_ip();
    CHECK(connect_to(options, destination));
    peer.finish();
}

TEST_CASE("cancelling closes the connection and ends at once") {
    const listener proxy;
    const auto options = options_for(at_port(proxy.port()));
    const address destination = to_ip();
    operation<result<connection>> one{connect(options, destination)};
    background peer{[&] {
        const unique_fd client = proxy.accept();
        expect(client.get(), greeting);
        one.cancel();
        expect_end(client.get());
    }};
    const stopwatch watch;
    CHECK(one.run());
    CHECK(watch.elapsed() < 2s);
    CHECK((!one.outcome() || !*one.outcome()));
    peer.finish();
}

TEST_CASE("giving up an operation with its event loop closes the connection") {
    const listener proxy;
    const auto options = options_for(at_port(proxy.port()));
    const address destination = to_ip();
    unique_fd client;
    {
        operation<result<connection>> one{connect(options, destination)};
        const stopwatch watch;
        while (!proxy.is_asked() && watch.elapsed() < patience)
            one.poll();
        client = proxy.accept();
        one.poll();
    }
    expect(client.get(), greeting);
    expect_end(client.get());
}

TEST_CASE("a failed connect leaves no descriptor behind") {
    const auto options = options_for(at_port(closed_port()));
    const address destination = to_ip();
    CHECK_FALSE(run(connect(options, destination)));
    const auto lowest_free = [] {
        const unique_fd probe{::dup(0)};
        return probe.get();
    };
    const int before = lowest_free();
    for (int i = 0; i < 20; ++i)
        CHECK_FALSE(run(connect(options, destination)));
    CHECK(lowest_free() == before);
}

// No descriptor can be opened while it lives.
class no_descriptors {
  public:
    no_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const unique_fd lowest{::dup(0)};
        rlimit less = before_;
        less.rlim_cur = static_cast<rlim_t>(lowest.get());
        ::setrlimit(RLIMIT_NOFILE, &less);
    }
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    no_descriptors(const no_descriptors&) = delete;
    no_descriptors& operator=(const no_descriptors&) = delete;

  private:
    rlimit before_{};
};

TEST_CASE("a want of descriptors is no fault of the proxy") {
    for (const std::string url : {"socks5h://127.0.0.1:1", "socks5h+unix:///nothing"}) {
        const auto options = options_for(url);
        const address destination = to_ip();
        const auto warm_up = options_for(at_port(closed_port()));
        CHECK_FALSE(run(connect(warm_up, destination))); // the event loop has its own by now
        const no_descriptors left;
        const auto made = run(connect(options, destination));
        REQUIRE_FALSE(made);
        CHECK(made.error().kind == failure::stream);
        CHECK(made.error().code == std::errc::too_many_files_open);
    }
}

TEST_CASE("a name goes to the proxy as it is when the proxy resolves, and nobody else is asked") {
    const fake_name watched{"target.test", {"192.0.2.9"}};
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        answer_greeting(client);
        expect(client.get(), join("05 01 00 03 0b"_hex, text_bytes("target.test"), "00 50"_hex));
        write_all(client.get(), zero_reply);
    }};
    const auto options = options_for(at_port(proxy.port()));
    const address destination = to_name("target.test");
    CHECK(connect_to(options, destination));
    peer.finish();
    CHECK(watched.times_asked() == 0);
}

// Answers one connection with this REP, and tells which IPv4 address it was asked for.
bytes serve_one(const listener& proxy, std::uint8_t rep) {
    const unique_fd client = proxy.accept();
    answer_greeting(client);
    const bytes request = read_exactly(client.get(), 10);
    write_all(client.get(), join(bytes{0x05, rep}, "00 01 00 00 00 00 00 00"_hex));
    return {request.begin() + 4, request.begin() + 8};
}

TEST_CASE("with socks5 we resolve, and try the next address when the proxy cannot reach one") {
    const fake_name target{"target.test", {"192.0.2.1", "192.0.2.2"}};
    for (const std::uint8_t rep : "01 03 04 05 06 08"_hex) {
        const listener proxy;
        bytes first;
        bytes second;
        background peer{[&] {
            first = serve_one(proxy, rep);
            second = serve_one(proxy, 0x00);
        }};
        const auto options = options_for(at_port(proxy.port(), "socks5"));
        const address destination = to_name("target.test");
        CHECK(connect_to(options, destination));
        peer.finish();
        CHECK(first == "c0 00 02 01"_hex);
        CHECK(second == "c0 00 02 02"_hex);
    }
}

TEST_CASE("a refusal that is not about the address ends the attempts") {
    const fake_name target{"target.test", {"192.0.2.1", "192.0.2.2"}};
    for (const std::uint8_t rep : "02 07 99"_hex) {
        const listener proxy;
        background peer{[&] { serve_one(proxy, rep); }};
        const auto options = options_for(at_port(proxy.port(), "socks5"));
        const address destination = to_name("target.test");
        CHECK(failure_of(connect_to(options, destination)).code.value() == rep);
        peer.finish();
        CHECK_FALSE(proxy.is_asked());
    }
}

TEST_CASE("when no address can be reached, the last refusal is told") {
    const fake_name target{"target.test", {"192.0.2.1", "192.0.2.2"}};
    const listener proxy;
    background peer{[&] {
        serve_one(proxy, 0x04);
        serve_one(proxy, 0x05);
    }};
    recorder seen;
    auto options = options_for(at_port(proxy.port(), "socks5"));
    options.handshake.watch = &seen;
    const address destination = to_name("target.test");
    const error why = failure_of(connect_to(options, destination));
    peer.finish();
    CHECK(why.code.value() == 0x05);
    CHECK(seen.has(
        "note 192.0.2.1:80: the proxy reports host unreachable for 192.0.2.1:80 (REP 04)"));
}

TEST_CASE("a target that does not exist is a negative answer, and the proxy is not bothered") {
    const fake_name nothing{"target.test", {}};
    const listener proxy;
    const auto options = options_for(at_port(proxy.port(), "socks5"));
    const address destination = to_name("target.test");
    const error why = failure_of(connect_to(options, destination));
    CHECK(why.kind == failure::negative_answer);
    CHECK(why.at == phase::lookup);
    CHECK(why.hop == "target.test");
    CHECK_FALSE(proxy.is_asked());
}

TEST_CASE("socks4 asks for IPv4 addresses only") {
    const fake_name target{"target.test", {"2001:db8::1", "192.0.2.7"}};
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        expect(client.get(), "04 01 00 50 c0 00 02 07 00"_hex);
        write_all(client.get(), "00 5a 00 00 00 00 00 00"_hex);
    }};
    const auto options = options_for(at_port(proxy.port(), "socks4"));
    const address destination = to_name("target.test");
    CHECK(connect_to(options, destination));
    peer.finish();
}

TEST_CASE("the name of an onion service is never looked up here") {
    for (const std::string name : {"abc.onion", "abc.i2p"}) {
        const fake_name watched{name, {"192.0.2.1"}};
        const auto options = options_for("socks5://127.0.0.1:" + std::to_string(closed_port()));
        const address destination = to_name(name);
        CHECK(failure_of(connect_to(options, destination)).kind == failure::negative_answer);
        CHECK(watched.times_asked() == 0);
    }
}

TEST_CASE("what cannot be carried is refused before the first packet") {
    const listener proxy;
    const auto refuses = [&](const std::string& url, const address& destination) {
        const auto options = options_for(url + "127.0.0.1:" + std::to_string(proxy.port()));
        CHECK_FALSE(check(options, destination));
        CHECK(failure_of(connect_to(options, destination)).kind == failure::usage);
    };
    refuses("socks5h://", {host_name{"example.com"}, 0});
    refuses("socks5h://", {host_name{std::string(256, 'n')}, 80});
    refuses("socks4a://", {parse_host("2001:db8::1").value(), 80});
    CHECK_FALSE(proxy.is_asked());
    const connect_options none;
    CHECK_FALSE(check(none, to_ip()));
    auto two = options_for("one.test");
    two.chain.push_back(parse_proxy_url("two.test").value());
    CHECK(check(two, to_ip()));
    two.chain.push_back(parse_proxy_url("socks5+unix:///run/s").value());
    CHECK_FALSE(check(two, to_ip())); // only the first hop can be a socket of this machine
    auto many = options_for("one.test");
    while (many.chain.size() <= max_hops)
        many.chain.push_back(parse_proxy_url("next.test").value());
    CHECK_FALSE(check(many, to_ip()));
    auto plain = options_for("socks5h://one.test?cacert=/ca.pem");
    CHECK_FALSE(check(plain, to_ip())); // trust without TLS
    auto zone = options_for("one.test");
    for (const char* const host : {"fe80::1%", "fe80::1%99999999999", "fe80::1"}) {
        zone.chain.front().host = host;
        CHECK_FALSE(check(zone, to_ip()));
    }
}

TEST_CASE("an observer is told what happens, in order") {
    const listener proxy;
    background peer{[&] {
        const unique_fd client = proxy.accept();
        expect(client.get(), "05 02 00 02"_hex);
        write_all(client.get(), "05 02"_hex);
        expect(client.get(), "01 05 61 6c 69 63 65 06 73 65 63 72 65 74"_hex);
        write_all(client.get(), "01 00"_hex);
        expect(client.get(), request_to_ip);
        write_all(client.get(), zero_reply);
    }};
    recorder seen;
    auto options = options_for("socks5h://alice:secret@127.0.0.1:" + std::to_string(proxy.port()));
    options.handshake.watch = &seen;
    const address destination = to_ip();
    CHECK(connect_to(options, destination));
    peer.finish();
    const std::string hop = "127.0.0.1:" + std::to_string(proxy.port());
    CHECK(seen.hops == std::vector<std::string>{hop});
    CHECK(
        seen.events == std::vector<std::string>{
                           "phase connect", "connected to " + hop, "phase method",
                           "sent SOCKS5 greeting", "received SOCKS5 method selection",
                           "note chose method 0x02 user name/password", "phase auth",
                           "sent user/password (RFC 1929)", "received user/password status",
                           "phase request", "sent SOCKS5 request", "received SOCKS5 reply", "end"});
    for (const std::string& row : seen.rows) {
        CHECK(row.find("secret") == std::string::npos);
        CHECK(row.find("736563") == std::string::npos);
    }
}

TEST_CASE("a proxy behind a Unix socket is reached") {
    const scratch_directory directory;
    const std::string path = directory.file("proxy.sock");
    const listener proxy = listener::at_path(path, 5);
    background peer{[&] {
        const unique_fd client = proxy.accept();
        answer_greeting(client);
        expect(client.get(), request_to_ip);
        write_all(client.get(), zero_reply);
    }};
    const auto options = options_for("socks5h+unix://" + path);
    const address destination = to_ip();
    auto made = connect_to(options, destination);
    peer.finish();
    REQUIRE(made);
    CHECK(made.value().io().is_private());
}

TEST_CASE("a Unix socket that does not exist is an unreachable proxy") {
    const scratch_directory directory;
    const auto options = options_for("socks5h+unix://" + directory.file("nothing"));
    const address destination = to_ip();
    const error why = failure_of(connect_to(options, destination));
    CHECK(why.kind == failure::proxy_unreachable);
    CHECK(why.code == std::errc::no_such_file_or_directory);
    CHECK(why.hop == directory.file("nothing"));
}

TEST_CASE("a Unix socket with a full backlog is tried again until there is room") {
    const scratch_directory directory;
    const std::string path = directory.file("proxy.sock");
    listener proxy = listener::at_path(path, 0);
    proxy.fill_backlog();
    const auto options = options_for("socks5h+unix://" + path);
    const address destination = to_ip();
    operation<result<connection>> one{connect(options, destination)};
    one.poll(); // the first attempt finds no room
    background peer{[&] {
        const unique_fd filler = proxy.accept();
        const unique_fd client = proxy.accept();
        answer_greeting(client);
        expect(client.get(), request_to_ip);
        write_all(client.get(), zero_reply);
    }};
    const stopwatch watch;
    CHECK(one.value());
    CHECK(watch.elapsed() < 3s);
    peer.finish();
}

TEST_CASE("a Unix socket whose backlog stays full runs into the limit") {
    const scratch_directory directory;
    const std::string path = directory.file("proxy.sock");
    listener proxy = listener::at_path(path, 0);
    proxy.fill_backlog();
    auto options = options_for("socks5h+unix://" + path);
    options.time_limit = short_limit;
    check_time_out(options, phase::connect, "no connection within 0.4 s");
}

TEST_CASE("cancelling a wait for room in a Unix socket's backlog ends at once") {
    const scratch_directory directory;
    const std::string path = directory.file("proxy.sock");
    listener proxy = listener::at_path(path, 0);
    proxy.fill_backlog();
    const auto options = options_for("socks5h+unix://" + path);
    const address destination = to_ip();
    operation<result<connection>> one{connect(options, destination)};
    one.poll();
    one.cancel();
    const stopwatch watch;
    CHECK(one.run(3s));
    CHECK(watch.elapsed() < 2s);
    CHECK((!one.outcome() || !*one.outcome()));
}

} // namespace
} // namespace sockscat::tests
