// SPDX-License-Identifier: MIT
#include "support/recorder.hpp"
#include "support/tls_client.hpp"

#include <filesystem>
#include <fstream>
#include <limits>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;

// What came of a handshake on both sides.
struct encounter {
    std::optional<tls_result> made;
    bool stands_there{false}; // as the server sees it
    std::string problem;
    std::string sni;
    std::string client;
    std::string alpn;

    [[nodiscard]] const tls_summary& summary() const { return made->value()->summary(); }
    [[nodiscard]] const error& why() const { return made->error(); }
};

encounter meet(
    const tls_server_wish& wish,
    const tls_settings& settings = trusting_tests(),
    const std::string& peer = "proxy.test",
    observer* watch = nullptr) {
    fd_pair wires = make_socket_pair();
    encounter out;
    background server{[&] {
        tls_server far{wires.second.get(), wish};
        out.stands_there = far.handshake();
        out.problem = far.problem();
        out.sni = far.server_name();
        out.client = far.client_subject();
        out.alpn = far.alpn();
        wires.second.close();
    }};
    out.made = secure_over(stream_over(std::move(wires.first)), settings, peer, watch);
    server.finish();
    return out;
}

tls_server_wish showing(const certificate_wish& shown) {
    tls_server_wish wish;
    wish.shows = shown;
    return wish;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

void check_refused(const encounter& one, std::string_view cause) {
    REQUIRE_FALSE(*one.made);
    CHECK(one.why().kind == failure::tls);
    CHECK(one.why().at == phase::tls);
    CHECK(one.why().hop == "the peer");
    INFO(one.why().cause);
    CHECK(contains(one.why().cause, cause));
    CHECK_FALSE(one.stands_there);
}

TEST_CASE("a TLS handshake with a good certificate says what was agreed upon") {
    recorder seen;
    const auto good = meet({}, trusting_tests(), "proxy.test", &seen);
    REQUIRE(*good.made);
    CHECK(good.sni == "proxy.test");
    const tls_summary& summary = good.summary();
    CHECK(summary.version == "TLSv1.3");
    CHECK(summary.verified);
    CHECK(summary.verify_error.empty());
    CHECK(summary.subject == "CN=test");
    CHECK(summary.issuer == "CN=authority");
    REQUIRE(summary.not_after);
    const auto left = *summary.not_after - std::chrono::system_clock::now();
    CHECK((left > 55min && left < 61min));
    CHECK(summary.sha256.size() == 64);
    CHECK(summary.alpn.empty());
    CHECK(seen.has("phase tls"));
    CHECK(good.made->value()->is_private());
    CHECK(good.made->value()->native_handle() == -1);
    CHECK(good.made->value()->release() == -1);
}

TEST_CASE("a certificate must be for the name that is connected to") {
    check_refused(
        meet({}, trusting_tests(), "other.test"), "for proxy.test, 127.0.0.1, not for other.test");
    check_refused(meet({}, trusting_tests(), "sub.proxy.test"), "not for sub.proxy.test");
    check_refused(meet({}, trusting_tests(), "127.0.0.2"), "not for 127.0.0.2");
    check_refused(meet({}, trusting_tests(), "::1"), "not for ::1");
    CHECK(*meet({}, trusting_tests(), "PROXY.test").made);
}

TEST_CASE("of the names that a certificate is for the first five hosts are told") {
    const std::string strangers = "email:a@x.test,URI:http://x.test/,RID:1.2.3,email:b@x.test,"
                                  "URI:http://y.test/";
    const auto cause = [](const std::string& names) {
        const auto refused = meet(showing({names}), trusting_tests(), "other.test");
        return *refused.made ? "" : refused.why().cause;
    };
    const auto told = [](const std::string& names) {
        return "its certificate is for " + names + ", not for other.test";
    };
    CHECK(cause(strangers + ",DNS:a.test") == told("a.test"));
    CHECK(
        cause(strangers + ",email:c@x.test") ==
        "its certificate is not for other.test: it has no subject alternative names for hosts (its "
        "common name does not count)");
    const std::string five = "DNS:a.test,DNS:b.test,IP:192.0.2.1,DNS:c.test,DNS:d.test";
    const std::string five_told = "a.test, b.test, 192.0.2.1, c.test, d.test";
    CHECK(cause(five) == told(five_told));
    CHECK(cause(five + ",email:a@x.test") == told(five_told));
    CHECK(cause("email:a@x.test," + five + ",DNS:e.test") == told(five_told + ", ..."));
}

TEST_CASE("an address is looked for among the addresses of a certificate, and is no SNI") {
    const auto ipv4 = meet(showing({"IP:192.0.2.1"}), trusting_tests(), "192.0.2.1");
    CHECK(*ipv4.made);
    CHECK(ipv4.sni.empty());
    const auto ipv6 = meet(showing({"IP:2001:db8::1"}), trusting_tests(), "2001:db8::1");
    CHECK(*ipv6.made);
    CHECK(ipv6.sni.empty());
    // The text of an address is no name.
    check_refused(meet(showing({"DNS:192.0.2.1"}), trusting_tests(), "192.0.2.1"), "not for");
}

TEST_CASE("the common name of a certificate counts for nothing") { // RFC 9525 section 2
    for (const char* const names : {"", "IP:127.0.0.1"}) {
        certificate_wish shown{names};
        shown.subject = "proxy.test";
        const auto refused = meet(showing(shown));
        check_refused(
            refused, *names == '\0' ? "not for proxy.test: it has no subject alternative names"
                                    : "for 127.0.0.1, not for proxy.test");
        CHECK(refused.why().code == (*names == '\0' ? tls_errc::no_names : tls_errc::wrong_name));
        tls_settings insecure = trusting_tests();
        insecure.insecure = true;
        const auto taken = meet(showing(shown), insecure);
        REQUIRE(*taken.made);
        CHECK_FALSE(taken.summary().verified);
    }
}

TEST_CASE("without a name TLS needs no name if nothing is verified, and says so") {
    tls_settings insecure = trusting_tests();
    insecure.insecure = true;
    const auto taken = meet({}, insecure, "");
    REQUIRE(*taken.made);
    CHECK(taken.sni.empty());
    CHECK_FALSE(taken.summary().verified);
    CHECK(contains(taken.summary().verify_error, "no name"));
}

TEST_CASE("the zone of an address and the final dot of a name are not what a certificate is for") {
    const auto zone = meet(showing({"IP:fe80::1"}), trusting_tests(), "fe80::1%eth0");
    CHECK(*zone.made);
    CHECK(zone.sni.empty());
    const auto dot = meet({}, trusting_tests(), "proxy.test.");
    CHECK(*dot.made);
    CHECK(dot.sni == "proxy.test"); // RFC 6066 section 3
}

TEST_CASE("servername takes the place of the host, for the name and for SNI") {
    tls_settings settings = trusting_tests();
    settings.servername = "proxy.test";
    const auto named = meet({}, settings, "192.0.2.99");
    CHECK(*named.made);
    CHECK(named.sni == "proxy.test");
    settings.servername = "127.0.0.1";
    const auto addressed = meet({}, settings, "proxy.test");
    CHECK(*addressed.made);
    CHECK(addressed.sni.empty());
    settings.servername = "other.test";
    check_refused(meet({}, settings, "proxy.test"), "not for other.test");
    settings.servername = "[::1]";
    CHECK(*meet(showing({"IP:::1"}), settings, "proxy.test").made);
    check_refused(meet({}, settings, "proxy.test"), "for proxy.test, 127.0.0.1, not for ::1");
    settings.servername = "[proxy.test]"; // brackets are for addresses
    check_refused(meet({}, settings, "proxy.test"), "not for [proxy.test]");
}

TEST_CASE("a wildcard in a certificate stands for one whole label") {
    const auto wild = showing({"DNS:*.hop.test,DNS:f*.part.test"});
    CHECK(*meet(wild, trusting_tests(), "a.hop.test").made);
    check_refused(meet(wild, trusting_tests(), "a.b.hop.test"), "not for");
    check_refused(meet(wild, trusting_tests(), "hop.test"), "not for");
    check_refused(meet(wild, trusting_tests(), "foo.part.test"), "not for");
}

TEST_CASE("each reason not to trust a certificate is told") {
    const std::string names = "DNS:proxy.test";
    certificate_wish expired{names};
    expired.begins = -7200;
    expired.ends = -3600;
    certificate_wish future{names};
    future.begins = 3600;
    future.ends = 7200;
    certificate_wish own{names};
    own.self_signed = true;
    certificate_wish other{names};
    other.by_other_authority = true;
    check_refused(meet(showing(expired)), "expired");
    CHECK(meet(showing(expired)).why().code == tls_errc::out_of_date);
    check_refused(meet(showing(future)), "not yet valid");
    CHECK(meet(showing(own)).why().code == tls_errc::not_trusted);
    check_refused(meet(showing(own)), "self-signed");
    check_refused(meet(showing(other)), "not trusted");
    tls_settings system; // has never heard of our authority
    check_refused(meet({}, system), "not trusted");
    for (const auto& wish : {expired, future, own, other}) {
        tls_settings insecure;
        insecure.insecure = true;
        const auto taken = meet(showing(wish), insecure);
        REQUIRE(*taken.made);
        CHECK_FALSE(taken.summary().verified);
        CHECK_FALSE(taken.summary().verify_error.empty());
    }
}

TEST_CASE("a certificate that is named is trusted as it is") {
    const certificate_files files = certificate({"DNS:proxy.test,IP:127.0.0.1"});
    tls_settings settings;
    settings.cacert = files.cert; // signed by an authority that is not in the file
    CHECK(*meet({}, settings).made);
    check_refused(meet({}, settings, "other.test"), "not for other.test");
    certificate_wish expired{"DNS:proxy.test"};
    expired.begins = -7200;
    expired.ends = -3600;
    settings.cacert = certificate(expired).cert;
    check_refused(meet(showing(expired), settings), "expired");
    check_refused(meet({}, settings), "not trusted");
}

TEST_CASE("a name that does not match is told as not verified, too, when nothing is verified") {
    tls_settings insecure = trusting_tests();
    insecure.insecure = true;
    const auto taken = meet({}, insecure, "other.test");
    REQUIRE(*taken.made);
    CHECK(taken.sni == "other.test");
    CHECK_FALSE(taken.summary().verified);
    const auto good = meet({}, insecure);
    REQUIRE(*good.made);
    CHECK(good.summary().verified);
}

TEST_CASE("texts of a certificate are escaped") {
    certificate_wish hostile{"DNS:proxy.test"};
    hostile.subject = "evil\x1b]0;owned\x07\nforged";
    const auto taken = meet(showing(hostile));
    REQUIRE(*taken.made);
    for (const char c : taken.summary().subject)
        CHECK(static_cast<unsigned char>(c) >= 0x20);
}

TEST_CASE("TLS 1.2 is spoken, TLS 1.1 is not") {
    tls_server_wish wish;
    wish.newest = TLS1_2_VERSION;
    const auto old = meet(wish);
    REQUIRE(*old.made);
    CHECK(old.summary().version == "TLSv1.2");
    wish.newest = TLS1_1_VERSION;
    wish.is_weak = true;
    const auto older = meet(wish);
    check_refused(older, "version");
    CHECK(contains(older.problem, "unsupported protocol"));
}

TEST_CASE("a client certificate is shown when it is demanded") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_server_wish wish;
        wish.demands_certificate = true;
        wish.newest = version;
        certificate_wish mine{"DNS:client.test"};
        mine.subject = "a client";
        const certificate_files files = certificate(mine);
        tls_settings settings = trusting_tests();
        settings.cert = files.cert;
        settings.key = files.key;
        const auto shown = meet(wish, settings);
        REQUIRE(*shown.made);
        CHECK(shown.stands_there);
        CHECK(shown.client == "a client");
    }
}

TEST_CASE("without the client certificate that is demanded TLS 1.2 fails at once") {
    tls_server_wish wish;
    wish.demands_certificate = true;
    wish.newest = TLS1_2_VERSION;
    const auto refused = meet(wish);
    check_refused(refused, "it requires a client certificate");
    CHECK(refused.why().code == tls_errc::certificate_required);
}

TEST_CASE("without the client certificate that is demanded TLS 1.3 fails at the first read") {
    tls_server_wish wish;
    wish.demands_certificate = true;
    auto refused = meet(wish);
    CHECK_FALSE(refused.stands_there);
    REQUIRE(*refused.made);
    bytes buffer(10);
    const io_result got = run(refused.made->value()->read_some(buffer));
    CHECK(got.size == 0);
    CHECK(got.code.category() == tls_category());
    INFO(got.code.message());
    CHECK(got.code == tls_errc::certificate_required);
    CHECK(is_about_our_certificate(got.code));
}

TEST_CASE("the alert of TLS 1.3 is told although a write has failed before") {
    tls_server_wish wish;
    wish.demands_certificate = true;
    auto refused = meet(wish); // the server has closed
    REQUIRE(*refused.made);
    stream& over = *refused.made->value();
    CHECK(run(over.write(bytes(100, 'x'))).code == std::errc::broken_pipe);
    bytes buffer(10);
    CHECK(run(over.read_some(buffer)).code == tls_errc::certificate_required);
}

TEST_CASE("a client certificate of a strange authority is told as the reason") {
    tls_server_wish wish;
    wish.demands_certificate = true;
    certificate_wish strange{"DNS:client.test"};
    strange.by_other_authority = true;
    const certificate_files files = certificate(strange);
    tls_settings settings = trusting_tests();
    settings.cert = files.cert;
    settings.key = files.key;
    auto refused = meet(wish, settings);
    REQUIRE(*refused.made);
    bytes buffer(10);
    const io_result got = run(refused.made->value()->read_some(buffer));
    INFO(got.code.message());
    CHECK(is_about_our_certificate(got.code));
    CHECK(contains(got.code.message(), "does not accept our client certificate"));
    CHECK(contains(got.code.message(), "\"unknown ca\""));
    wish.newest = TLS1_2_VERSION;
    check_refused(
        meet(wish, settings),
        "does not accept our client certificate: it sent the alert \"unknown ca\"");
    CHECK(is_between_tls_peers(got.code));
    CHECK_FALSE(is_about_our_certificate(tls_errc::truncated));
    const std::error_code no_reason{std::numeric_limits<int>::min(), tls_category()};
    CHECK_FALSE(is_about_our_certificate(no_reason));
    CHECK_FALSE(is_about_our_certificate(std::make_error_code(std::errc::broken_pipe)));
}

TEST_CASE("ALPN is offered, and what was chosen is told") {
    tls_server_wish wish;
    wish.alpn = "http/1.1";
    tls_settings settings = trusting_tests();
    settings.alpn = "h2,http/1.1";
    const auto both = meet(wish, settings);
    REQUIRE(*both.made);
    CHECK(both.summary().alpn == "http/1.1");
    CHECK(both.alpn == "http/1.1");
    recorder seen;
    REQUIRE(*meet(wish, settings, "proxy.test", &seen).made);
    CHECK(contains(seen.secured, ", ALPN http/1.1,"));
    settings.alpn = "h2";
    const auto none = meet(wish, settings);
    REQUIRE(*none.made);
    CHECK(none.summary().alpn.empty());
    REQUIRE(*meet(wish, settings, "proxy.test", &seen).made);
    CHECK(contains(seen.secured, ", no ALPN protocol chosen,"));
    REQUIRE(*meet(wish, trusting_tests(), "proxy.test", &seen).made);
    CHECK_FALSE(contains(seen.secured, "ALPN"));
}

TEST_CASE("a server that chooses an ALPN protocol unasked is no danger") {
    tls_server_wish wish;
    wish.alpn = "h2";
    CHECK(*meet(wish).made);
}

// A peer that says `answer` to the ClientHello; what came first goes to `heard`.
tls_result meet_stranger(const bytes& answer, bytes* heard = nullptr, bool resets = false) {
    fd_pair wires = make_tcp_pair();
    background peer{[&] {
        const bytes head = read_exactly(wires.second.get(), 5);
        const std::size_t size = (std::size_t{head[3]} << 8U) + head[4];
        const bytes body = read_exactly(wires.second.get(), size);
        if (!answer.empty())
            write_all(wires.second.get(), answer);
        if (resets) {
            reset_on_close(wires.second.get());
        } else {
            ::shutdown(wires.second.get(), SHUT_WR);
            const bytes rest = read_to_end(wires.second.get());
            if (heard != nullptr)
                *heard = join(head, body, rest);
        }
        wires.second.close();
    }};
    auto made =
        secure_over(stream_over(std::move(wires.first), AF_INET), trusting_tests(), "proxy.test");
    peer.finish();
    return made;
}

TEST_CASE("a peer that speaks no TLS is told as what it is, and hears a ClientHello only") {
    struct stranger {
        bytes answer;
        peer_kind kind;
    };
    const std::vector<stranger> strangers{
        {text_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"), peer_kind::http},
        {text_bytes("SSH-2.0-OpenSSH_9.2\r\n"), peer_kind::ssh},
        {text_bytes("220 mail.test ESMTP\r\n"), peer_kind::mail_or_ftp},
        {"05 ff"_hex, peer_kind::socks5},
        {"00 5b 00 00 00 00 00 00"_hex, peer_kind::socks4},
        {"de ad be ef 00 01 02 03"_hex, peer_kind::unknown},
    };
    for (const stranger& one : strangers) {
        bytes heard;
        const auto made = meet_stranger(one.answer, &heard);
        REQUIRE_FALSE(made);
        CAPTURE(made.error().cause);
        CHECK(made.error().kind == failure::tls);
        CHECK(made.error().looks_like == one.kind);
        CHECK(contains(made.error().cause, "does not speak TLS"));
        CHECK_FALSE(contains(made.error().cause, "not a SOCKS proxy"));
        REQUIRE(heard.size() > 5);
        CHECK(heard[0] == 0x16);
        const std::size_t hello = 5 + (std::size_t{heard[3]} << 8U) + heard[4];
        // Perhaps an alert behind it, and nothing that is not TLS.
        CHECK((heard.size() == hello || heard[hello] == 0x15));
    }
}

TEST_CASE("a connection that ends within the TLS handshake is told as that") {
    const auto closed = meet_stranger({});
    REQUIRE_FALSE(closed);
    CHECK(closed.error().kind == failure::tls);
    CHECK(contains(closed.error().cause, "closed during the handshake"));
    const auto cut = meet_stranger("16 03 03 00 7a 02 00"_hex);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().kind == failure::tls);
    CHECK(contains(cut.error().cause, "closed during the handshake"));
    const auto reset = meet_stranger({}, nullptr, true);
    REQUIRE_FALSE(reset);
    CHECK(reset.error().kind == failure::tls);
    CHECK(reset.error().code == std::errc::connection_reset);
    const auto alert = meet_stranger("15 03 03 00 02 02 28"_hex);
    REQUIRE_FALSE(alert);
    CHECK(alert.error().kind == failure::tls);
    CHECK(contains(alert.error().cause, "it sent the alert \"handshake failure\""));
    CHECK(is_between_tls_peers(alert.error().code));
    CHECK_FALSE(is_between_tls_peers(closed.error().code));
    const auto unassigned = meet_stranger("15 03 03 00 02 02 c8"_hex);
    REQUIRE_FALSE(unassigned);
    CHECK(contains(unassigned.error().cause, "it sent the alert \"number 200\""));
    const auto ended = meet_stranger("15 03 03 00 02 01 00"_hex);
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == tls_errc::not_begun);
    CHECK(contains(ended.error().cause, "it ended TLS instead of answering (close_notify)"));
    CHECK(is_between_tls_peers(ended.error().code));
}

TEST_CASE("an alert of a peer that asked for no certificate is not about ours") {
    struct said {
        bytes alert;
        std::string_view name;
    };
    const std::vector<said> alerts{
        {"15 03 03 00 02 02 2a"_hex, "bad certificate"},
        {"15 03 03 00 02 02 2e"_hex, "certificate unknown"},
        {"15 03 03 00 02 02 30"_hex, "unknown ca"},
        {"15 03 03 00 02 02 31"_hex, "access denied"},
    };
    for (const auto& [alert, name] : alerts) {
        const auto made = meet_stranger(alert);
        REQUIRE_FALSE(made);
        CAPTURE(made.error().cause);
        CHECK(made.error().kind == failure::tls);
        CHECK_FALSE(is_about_our_certificate(made.error().code));
        CHECK(is_between_tls_peers(made.error().code));
        CHECK(
            made.error().cause ==
            "the handshake failed: it sent the alert \"" + std::string{name} + "\"");
    }
}

TEST_CASE("a TLS handshake that stalls can be cancelled, and closes the connection") {
    fd_pair wires = make_socket_pair();
    const tls_settings settings = trusting_tests();
    auto over = stream_over(std::move(wires.first));
    operation<tls_result> one{
        shared_loop(), secure(std::move(over), settings, "proxy.test", "the peer", nullptr)};
    shared_loop().restart();
    one.poll();
    read_exactly(wires.second.get(), 5);
    one.cancel();
    const stopwatch watch;
    CHECK(one.run());
    CHECK(watch.elapsed() < 2s);
    CHECK((!one.outcome() || !*one.outcome()));
    read_to_end(wires.second.get()); // it ends
}

TEST_CASE("files that cannot serve TLS are refused before the first byte") {
    const scratch_directory directory;
    const std::string junk = directory.file("junk.pem");
    std::ofstream{junk} << "no certificate\n";
    const certificate_files mine = certificate({"DNS:client.test"});
    const certificate_files other = certificate({"DNS:other.test"});
    const auto refuses = [&](auto change, std::string_view cause) {
        tls_settings settings = trusting_tests();
        change(settings);
        const auto checked = check(settings);
        REQUIRE_FALSE(checked);
        CHECK(checked.error().kind == failure::usage);
        CAPTURE(checked.error().cause);
        CHECK(contains(checked.error().cause, cause));
        fd_pair wires = make_socket_pair();
        auto made = secure_over(stream_over(std::move(wires.first)), settings, "proxy.test");
        REQUIRE_FALSE(made);
        CHECK(made.error().kind == failure::usage);
        expect_end(wires.second.get());
    };
    const std::string nothing = directory.file("nothing.pem");
    refuses([&](auto& s) { s.cacert = nothing; }, "No such file");
    refuses([&](auto& s) { s.cacert = junk; }, "no usable certificate");
    refuses(
        [&](auto& s) { s.cacert = std::filesystem::path{junk}.parent_path(); }, "is a directory");
    refuses([&](auto& s) { s.cert = nothing; }, "No such file");
    refuses([&](auto& s) { s.cert = junk; }, "no usable certificate");
    refuses([&](auto& s) { s.cert = mine.cert; }, "key file"); // there is no key in it
    refuses([&](auto& s) { s.cert = mine.cert, s.key = nothing; }, "No such file");
    refuses([&](auto& s) { s.cert = mine.cert, s.key = other.key; }, "does not belong");
    refuses([&](auto& s) { s.key = mine.key; }, "needs a certificate");
    refuses([&](auto& s) { s.alpn = "h2,,x"; }, "1 to 255");
    refuses([&](auto& s) { s.alpn = std::string(256, 'a'); }, "1 to 255");
}

TEST_CASE("a name that no certificate can have is refused") {
    for (const std::string& name : {std::string(300, 'n'), std::string{"a\0b", 3}, std::string{}}) {
        tls_settings settings = trusting_tests();
        fd_pair wires = make_socket_pair();
        const auto made = secure_over(stream_over(std::move(wires.first)), settings, name);
        REQUIRE_FALSE(made);
        CHECK(made.error().kind == failure::tls);
        expect_end(wires.second.get());
    }
}

} // namespace
} // namespace sockscat::tests
