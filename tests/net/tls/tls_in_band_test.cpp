// SPDX-License-Identifier: MIT
#include "support/recorder.hpp"
#include "support/run.hpp"
#include "support/tls_peer.hpp"
#include "support/tls_terminator.hpp"

#include <sockscat/client.hpp>
#include <sockscat/tls.hpp>

#include <sys/socket.h>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

const bytes zero_reply = "05 00 00 01 00 00 00 00 00 00"_hex;
const bytes request_to_ip = "05 01 00 01 c0 00 02 01 00 50"_hex;
const bytes login = "01 05 61 6c 69 63 65 06 73 65 63 72 65 74"_hex;

// A client that offers gost's methods, and whoever plays the proxy.
struct gost {
    explicit gost(const std::string& user = "") {
        options.chain.push_back(
            parse_proxy_url("socks5h://" + user + "127.0.0.1:" + std::to_string(proxy.port()))
                .value());
        options.chain.front().trust.cacert = authority_file();
        options.handshake.methods = {auth_method::gost_tls};
        options.handshake.watch = &seen;
        options.time_limit = patience;
    }

    result<connection> connect_now() {
        const address destination{parse_host("192.0.2.1").value(), 80};
        return run(connect(options, destination));
    }

    listener proxy;
    connect_options options;
    recorder seen;
};

TEST_CASE("TLS begins after gost's method 80, and carries request and payload") {
    gost all;
    background peer{[&] {
        const unique_fd client = all.proxy.accept();
        expect(client.get(), "05 01 80"_hex);
        write_all(client.get(), "05 80"_hex);
        tls_server tls{client.get()};
        must(tls.handshake());
        must(tls.server_name().empty());
        must(tls.read_exactly(10) == request_to_ip);
        tls.write(join(zero_reply, text_bytes("first")));
        must(tls.read_exactly(4) == text_bytes("ping"));
        tls.end();
    }};
    auto made = all.connect_now();
    REQUIRE(made);
    CHECK(made.value().io().native_handle() == -1);
    const bytes ping = text_bytes("ping");
    CHECK(run(made.value().io().write(ping)).size == 4);
    bytes buffer(100);
    CHECK(run(made.value().io().read_some(buffer)).size == 5);
    const io_result end = run(made.value().io().read_some(buffer));
    CHECK_FALSE(end.code);
    CHECK(end.size == 0);
    peer.finish();
}

TEST_CASE("with credentials gost's method 82 is offered, too, and they travel inside TLS") {
    gost all{"alice:secret@"};
    background peer{[&] {
        const unique_fd client = all.proxy.accept();
        expect(client.get(), "05 02 80 82"_hex);
        write_all(client.get(), "05 82"_hex);
        tls_server tls{client.get()};
        must(tls.handshake());
        must(tls.read_exactly(login.size()) == login);
        tls.write("01 00"_hex);
        must(tls.read_exactly(10) == request_to_ip);
        tls.write(zero_reply);
    }};
    CHECK(all.connect_now());
    peer.finish();
    CHECK_FALSE(all.seen.has("password in clear"));
}

TEST_CASE("credentials that are rejected inside TLS are told as that") {
    gost all{"alice:secret@"};
    background peer{[&] {
        const unique_fd client = all.proxy.accept();
        expect(client.get(), "05 02 80 82"_hex);
        write_all(client.get(), "05 82"_hex);
        tls_server tls{client.get()};
        must(tls.handshake());
        must(tls.read_exactly(login.size()) == login);
        tls.write("01 01"_hex);
        tls.end();
    }};
    const auto made = all.connect_now();
    peer.finish();
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == failure::credentials);
}

TEST_CASE("a certificate that is not trusted ends gost's method before anything is said") {
    gost all{"alice:secret@"};
    bytes heard;
    background peer{[&] {
        const unique_fd client = all.proxy.accept();
        expect(client.get(), "05 02 80 82"_hex);
        write_all(client.get(), "05 82"_hex);
        tls_server_wish wish;
        wish.shows.names = "DNS:other.test";
        tls_server tls{client.get(), wish};
        must(!tls.handshake());
    }};
    const auto made = all.connect_now();
    peer.finish();
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == failure::tls);
    CHECK(made.error().at == phase::tls);
    CHECK(made.error().code == tls_errc::wrong_name);
}

TEST_CASE("a proxy that chooses gost's method and speaks no TLS is no TLS") {
    for (const std::string& answer : {std::string{"SSH-2.0-x\r\n"}, std::string{}}) {
        gost all;
        bytes heard;
        background peer{[&] {
            const unique_fd client = all.proxy.accept();
            expect(client.get(), "05 01 80"_hex);
            write_all(client.get(), join("05 80"_hex, text_bytes(answer)));
            ::shutdown(client.get(), SHUT_WR);
            heard = read_to_end(client.get());
        }};
        const auto made = all.connect_now();
        peer.finish();
        REQUIRE_FALSE(made);
        CHECK(made.error().kind == failure::tls);
        REQUIRE_FALSE(heard.empty());
        CHECK(heard[0] == 0x16); // a ClientHello
    }
}

TEST_CASE("inside TLS gost's methods run over TLS again") {
    gost all;
    all.options.chain.front().via.tls = true;
    background peer{[&] {
        fd_pair inside = make_socket_pair();
        tls_terminator outer{all.proxy.accept(), tls_server_wish{}, std::move(inside.first)};
        expect(inside.second.get(), "05 01 80"_hex);
        write_all(inside.second.get(), "05 80"_hex);
        tls_server tls{inside.second.get()};
        must(tls.handshake());
        must(tls.read_exactly(10) == request_to_ip);
        tls.write(zero_reply);
        must(tls.read_to_end().empty());
        inside.second.close();
        outer.finish();
    }};
    CHECK(all.connect_now());
    peer.finish();
}

} // namespace
} // namespace sockscat::tests
