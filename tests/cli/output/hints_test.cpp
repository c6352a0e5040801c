// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/output/hints.hpp"

#include <sockscat/time_limit.hpp>
#include <sockscat/tls.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sockscat::tests {
namespace {

using cli::hint_for;

connect_options options_for(std::string_view url) {
    connect_options options;
    options.chain.push_back(parse_proxy_url(url).value());
    return options;
}

error failed(failure kind, phase at) {
    return {kind, at, "cause"};
}

bool says(const std::string& hint, std::string_view part) {
    INFO(hint);
    return hint.find(part) != std::string::npos;
}

TEST_CASE("a stranger gets the hint that fits it") {
    const auto options = options_for("socks5h://proxy.example");
    const auto hint = [&](peer_kind kind) {
        error why = failed(failure::protocol, phase::method);
        why.looks_like = kind;
        return hint_for(why, options);
    };
    CHECK(says(hint(peer_kind::http), "HTTP"));
    CHECK(says(hint(peer_kind::ssh), "ssh -D"));
    CHECK(says(hint(peer_kind::tls), "TLS"));
    CHECK(says(hint(peer_kind::mail_or_ftp), "right port"));
    CHECK(says(hint(peer_kind::socks4), "socks4a://"));
    CHECK(says(hint(peer_kind::socks5), "socks5h://"));
}

TEST_CASE("a proxy that accepts no method probably wants a password") {
    const error why = failed(failure::no_method, phase::method);
    CHECK(says(hint_for(why, options_for("proxy.example")), "--proxy-user NAME"));
    CHECK_FALSE(says(hint_for(why, options_for("u:p@proxy.example")), "--proxy-user"));
    auto only_none = options_for("u:p@proxy.example");
    only_none.handshake.methods = {auth_method::none};
    CHECK(says(hint_for(why, only_none), "add password to --auth"));
}

TEST_CASE("a password without a user name is told by its variable, unless another proxy has it") {
    const cli::hint_context set{"connect", true};
    const error why = failed(failure::no_method, phase::method);
    CHECK(says(hint_for(why, options_for("proxy.example"), set), "$SOCKSCAT_PASSWORD is set"));
    auto options = options_for("proxy.example");
    options.chain.push_back(parse_proxy_url("gate.example").value());
    CHECK(says(hint_for(why, options, set), "user@ in its URL"));
    options.chain.front() = parse_proxy_url("u@proxy.example").value();
    CHECK_FALSE(says(hint_for(why, options, set), "SOCKSCAT_PASSWORD"));
}

TEST_CASE("a method that was not offered gets the option that offers it") {
    const auto hint = [](int method, std::string_view url, std::vector<auth_method> offered = {}) {
        auto options = options_for(url);
        options.handshake.methods = std::move(offered);
        error why = failed(failure::protocol, phase::method);
        why.code = {method, socks5_method_category()};
        return hint_for(why, options);
    };
    CHECK(says(hint(0, "u:p@proxy.example", {auth_method::password}), "add none to --auth"));
    CHECK(says(hint(0, "%3CtorS0X%3E0:t@proxy.example", {auth_method::password}), "--isolate"));
    CHECK(says(hint(1, "proxy.example"), "--auth gssapi"));
    CHECK(says(hint(2, "proxy.example"), "--proxy-user NAME"));
    CHECK(says(hint(2, "u:p@proxy.example", {auth_method::none}), "add password to --auth"));
    CHECK(says(hint(3, "proxy.example"), "--auth chap, with --proxy-user NAME"));
    CHECK_FALSE(says(hint(3, "u:p@proxy.example"), "--proxy-user"));
    CHECK(says(hint(0x80, "proxy.example"), "--auth gost-tls"));
    CHECK(says(hint(0x82, "proxy.example"), "--auth gost-tls"));
    CHECK(says(hint(0xAA, "proxy.example"), "sockscat probe"));
}

TEST_CASE("what only the last proxy can be offered is not hinted at for another") {
    auto options = options_for("proxy.example");
    options.chain.push_back(parse_proxy_url("gate.example").value());
    error why = failed(failure::protocol, phase::method);
    why.hop = "proxy.example:1080";
    why.code = {3, socks5_method_category()};
    CHECK(says(hint_for(why, options), "last proxy"));
    why.code = {2, socks5_method_category()};
    CHECK(says(hint_for(why, options), "user@ and ?password-file=FILE in its URL"));
}

TEST_CASE("GSSAPI protection that is too weak gets the option that takes less") {
    auto options = options_for("proxy.example");
    error why = failed(failure::protocol, phase::auth);
    why.code = std::make_error_code(std::errc::not_supported);
    for (const auto asked : {gssapi_protection::strongest, gssapi_protection::integrity}) {
        options.handshake.protection = asked;
        CHECK(hint_for(why, options).ends_with("--gssapi-protection none"));
    }
    options.handshake.protection = gssapi_protection::confidentiality;
    CHECK(hint_for(why, options).ends_with("--gssapi-protection integrity, or none"));
}

TEST_CASE("a refusal of the second reply of BIND is about who called") {
    const auto options = options_for("u:p@proxy.example");
    error why = failed(failure::refused, phase::accept);
    why.code = {2, socks5_reply_category()};
    CHECK(says(hint_for(why, options, {"bind"}), "other than PEER"));
    for (const int rep : {1, 6, 7}) {
        why.code = {rep, socks5_reply_category()};
        CHECK(says(hint_for(why, options, {"bind"}), "given up waiting"));
    }
    why.code = {91, socks4_reply_category()};
    CHECK(says(hint_for(why, options, {"bind"}), "given up waiting"));
}

TEST_CASE("in a chain a hint says what fits into the URL of the hop") {
    auto options = options_for("proxy.example");
    options.chain.push_back(parse_proxy_url("socks5h+tls://u@gate.example").value());
    error why = failed(failure::no_method, phase::method);
    why.hop = "proxy.example:1080";
    CHECK(says(hint_for(why, options), "password-file=FILE in its URL"));
    why = failed(failure::credentials, phase::auth);
    why.hop = "gate.example:1080";
    CHECK(says(hint_for(why, options), "password-file=FILE in its URL"));
    why = failed(failure::tls, phase::tls);
    why.hop = "gate.example:1080";
    why.code = tls_errc::not_trusted;
    CHECK(says(hint_for(why, options), "cacert=FILE in its URL"));
    why.code = tls_errc::wrong_name;
    CHECK(says(hint_for(why, options), "servername=NAME in its URL"));
    why.hop = "www.example:443"; // the target
    CHECK(says(hint_for(why, options), "--servername NAME"));
    options.chain.erase(options.chain.begin());
    why.hop = "gate.example:1080";
    CHECK(says(hint_for(why, options), "--proxy-servername NAME"));
}

TEST_CASE("an HTTP proxy gets hints of its own") {
    const auto options = options_for("http://u:p@proxy.example");
    const error closed = failed(failure::closed, phase::request);
    CHECK(says(hint_for(closed, options), "https://"));
    error refused = failed(failure::refused, phase::request);
    refused.code = {401, http_status_category()};
    CHECK(says(hint_for(refused, options), "password"));
    CHECK(says(hint_for(refused, options_for("http://proxy.example")), "--proxy-user NAME"));
    refused.code = {502, http_status_category()};
    CHECK(hint_for(refused, options).empty());
    const auto refused_with = [&](int status, std::string_view url) {
        refused.code = {status, http_status_category()};
        return hint_for(refused, options_for(url));
    };
    CHECK(says(refused_with(400, "http://proxy.example"), "-x https://proxy.example:3128"));
    CHECK_FALSE(says(refused_with(400, "https://proxy.example"), "https://"));
    for (const int status : {404, 405, 501})
        CHECK(says(refused_with(status, "http://proxy.example"), "web server"));
}

TEST_CASE("no hint sends a user where he is already") {
    const auto closed_by = [](std::string_view url) {
        return hint_for(failed(failure::closed, phase::request), options_for(url));
    };
    CHECK(says(closed_by("http://proxy.example"), "-x https://proxy.example:3128"));
    CHECK_FALSE(says(closed_by("https://proxy.example"), "https://"));
    CHECK(says(closed_by("https://proxy.example"), "-x socks5h+tls://proxy.example:443"));
    error html = failed(failure::protocol, phase::request);
    html.looks_like = peer_kind::http;
    CHECK(says(hint_for(html, options_for("http://proxy.example")), "web server"));
    CHECK_FALSE(says(hint_for(html, options_for("http://proxy.example")), "-x http"));
    html.at = phase::method;
    CHECK(says(
        hint_for(html, options_for("socks5h+tls://proxy.example")),
        "-x https://proxy.example:1080"));
    error no_tls = failed(failure::tls, phase::tls);
    no_tls.hop = "proxy.example:443";
    no_tls.code = tls_errc::no_tls;
    CHECK(says(hint_for(no_tls, options_for("https://proxy.example")), "http://"));
    CHECK_FALSE(says(hint_for(no_tls, options_for("https://proxy.example")), "+tls"));
    for (const failure kind : {failure::closed, failure::timeout})
        CHECK_FALSE(says(
            hint_for(failed(kind, phase::method), options_for("socks5h+tls://proxy.example")),
            "a TLS port"));
}

// The URL behind "-x " in a hint; nothing if it names none.
std::optional<proxy_spec> url_in(const std::string& hint) {
    const std::size_t at = hint.find("-x ");
    if (at == std::string::npos)
        return std::nullopt;
    const std::string url = hint.substr(at + 3);
    INFO(hint);
    auto spec = parse_proxy_url(url.substr(0, url.find_first_of(",;) ")));
    REQUIRE(spec);
    return std::move(spec.value());
}

TEST_CASE("a URL in a hint for a Unix socket is one, and TLS is named only if it is there") {
    error no_connect = failed(failure::refused, phase::request);
    no_connect.code = {400, http_status_category()};
    error tls_seen = failed(failure::protocol, phase::method);
    tls_seen.looks_like = peer_kind::tls;
    error http_seen = failed(failure::protocol, phase::method);
    http_seen.looks_like = peer_kind::http;
    const std::vector<error> all{
        no_connect,
        tls_seen,
        http_seen,
        failed(failure::closed, phase::method),
        failed(failure::closed, phase::request),
        failed(failure::timeout, phase::method)};
    for (const std::string_view url :
         {"http+unix:///run/a%20b", "socks5h+unix:///run/a%20b", "socks4a+unix:///run/a%20b",
          "https://localhost/run/a%20b", "socks5h+tls://localhost/run/a%20b"})
        for (const error& why : all) {
            const auto options = options_for(url);
            const std::string hint = hint_for(why, options);
            CAPTURE(url, hint);
            CHECK_FALSE(says(hint, "port"));
            const auto named = url_in(hint);
            if (!named)
                continue;
            CHECK(named->via.unix_path == "/run/a b");
            CHECK(named->via.tls == options.chain[0].via.tls);
        }
    for (const std::string_view url : {"http+unix:///run/s", "socks5h+unix:///run/s"})
        CHECK(hint_for(tls_seen, options_for(url)).empty());
    CHECK(says(hint_for(all[4], options_for("http+unix:///run/s")), "-x socks5h+unix:///run/s"));
}

TEST_CASE("who began to answer is neither silent nor still trying") {
    for (const phase at : {phase::method, phase::auth, phase::request})
        for (const std::string_view url : {"h", "socks4a://h:8080", "http://h"}) {
            error why = failed(failure::timeout, at);
            why.code = time_limit_errc::in_part;
            CHECK(why.code == std::errc::timed_out);
            CHECK(hint_for(why, options_for(url)).empty());
        }
    error silent = failed(failure::timeout, phase::request);
    silent.code = std::make_error_code(std::errc::timed_out);
    CHECK(says(hint_for(silent, options_for("h")), "still be trying"));
}

TEST_CASE("a hint does not repeat an option that was given") {
    auto options = options_for("socks5h+tls://proxy.example");
    error why = failed(failure::tls, phase::tls);
    why.hop = "proxy.example:1080";
    const auto hint = [&](std::error_code code) {
        why.code = code;
        return hint_for(why, options);
    };
    CHECK(says(hint(tls_errc::not_trusted), "--proxy-cacert FILE"));
    CHECK(says(hint(tls_errc::wrong_name), "--proxy-servername NAME"));
    CHECK(says(hint(tls_errc::certificate_required), "--proxy-cert FILE"));
    CHECK(says(hint(tls_errc::no_names), "--proxy-insecure"));
    CHECK_FALSE(says(hint(tls_errc::no_names), "servername"));
    options.chain[0].trust.cacert = "ca.pem";
    options.chain[0].trust.servername = "x.example";
    CHECK(says(hint(tls_errc::not_trusted), "does not contain"));
    CHECK(says(hint(tls_errc::wrong_name), "not one of them"));
    why.hop = "target.example:443";
    CHECK(says(hint(tls_errc::not_trusted), "use --cacert FILE"));
    error no_ticket = failed(failure::credentials, phase::auth);
    no_ticket.code = {1, gssapi_category()};
    CHECK(says(hint_for(no_ticket, options), "unless --gssapi-service"));
    options.handshake.gssapi_service = "rcmd";
    CHECK_FALSE(says(hint_for(no_ticket, options), "unless"));
}

TEST_CASE("only SOCKS5 can lose what is sent ahead") {
    for (const std::string_view url : {"socks4a://proxy.example", "http://proxy.example"}) {
        auto options = options_for(url);
        options.handshake.pipeline = true;
        for (const failure kind : {failure::protocol, failure::closed, failure::timeout})
            CHECK_FALSE(says(hint_for(failed(kind, phase::request), options), "--pipeline"));
    }
}

TEST_CASE("a SOCKS question that is met with silence may have gone to an HTTP proxy") {
    const auto hint = [](std::string_view url, failure kind = failure::timeout) {
        return hint_for(failed(kind, phase::method), options_for(url));
    };
    CHECK(hint("127.0.0.1:3128")
              .starts_with("port 3128 is usually an HTTP proxy: try -x http://127.0.0.1:3128"));
    for (const std::string_view port : {"8080", "8888", "8118", "80"})
        CHECK(says(
            hint("proxy.example:" + std::string{port}),
            "port " + std::string{port} + " is usually"));
    CHECK(hint("proxy.example:3128", failure::closed).starts_with("port 3128 is usually"));
    CHECK(
        hint("proxy.example").starts_with("if it is an HTTP proxy: -x http://proxy.example:1080"));
    CHECK(says(hint("proxy.example", failure::closed), "-x http://proxy.example:1080"));
    CHECK(says(hint("[::1]:8080"), "-x http://[::1]:8080"));
    CHECK(says(hint("u:p@proxy.example:8080"), "-x http://proxy.example:8080"));
    const auto early = [](std::string_view url, std::string_view hop, phase at) {
        return cli::hint_while_waiting({std::string{hop}, at}, options_for(url));
    };
    CHECK(says(
        early("proxy.example:3128", "proxy.example:3128", phase::method),
        "-x http://proxy.example:3128"));
    CHECK(says(
        early("socks4a://proxy.example:80", "proxy.example:80", phase::request), "-x http://"));
    CHECK(early("proxy.example:3128", "proxy.example:3128", phase::request).empty());
    CHECK(early("http://proxy.example:3128", "proxy.example:3128", phase::request).empty());
    CHECK(early("proxy.example:3128", "other.example:3128", phase::method).empty());
    for (const std::string_view scheme : {"socks4://", "socks4a://"}) // the target is slow, perhaps
        CHECK(early(std::string{scheme} + "proxy.example", "proxy.example:1080", phase::request)
                  .empty());
}

TEST_CASE("what was told while waiting is not told again, anything else is") {
    const cli::waiting_place waited{"proxy.example:1080", phase::method};
    const auto repeats = [&](failure kind, phase at, std::string_view url = "proxy.example") {
        error why = failed(kind, at);
        why.hop = options_for(url).chain[0].label();
        return cli::repeats_hint_while_waiting({why.hop, phase::method}, why, options_for(url));
    };
    CHECK(repeats(failure::timeout, phase::method));
    CHECK(repeats(failure::closed, phase::method, "proxy.example:3128"));
    CHECK_FALSE(repeats(failure::closed, phase::method)); // there is more to say
    CHECK_FALSE(repeats(failure::no_method, phase::method));
    CHECK_FALSE(repeats(failure::protocol, phase::method));
    CHECK_FALSE(repeats(failure::refused, phase::request));
    CHECK_FALSE(repeats(failure::timeout, phase::request));
    error other = failed(failure::timeout, phase::method);
    other.hop = "gate.example:1080";
    CHECK_FALSE(cli::repeats_hint_while_waiting(waited, other, options_for("proxy.example")));
}

TEST_CASE("the commonest mistakes have a hint each") {
    const auto options = options_for("socks5h://proxy.example");
    error why = failed(failure::refused, phase::request);
    const cli::hint_context by_name{"connect", false, true};
    for (const auto code :
         {socks5_reply::general_failure, socks5_reply::host_unreachable,
          socks5_reply::address_type_not_supported}) {
        why.code = code;
        CHECK(says(hint_for(why, options, by_name), "the name may not exist"));
        CHECK_FALSE(says(hint_for(why, options), "the name may not exist"));
    }
    why.code = socks5_reply::connection_refused;
    CHECK(hint_for(why, options, by_name).empty());
    error refused = failed(failure::proxy_unreachable, phase::connect);
    refused.code = std::make_error_code(std::errc::connection_refused);
    CHECK(
        hint_for(refused, options) == "is the proxy running, and is its port 1080 (the default)?");
    CHECK(
        hint_for(refused, options_for("proxy.example:4711")) ==
        "is the proxy running, and is its port 4711?");
    CHECK(says(hint_for(refused, options_for("socks5h+unix:///run/x")), "socket"));
    error nothing = failed(failure::timeout, phase::relay);
    CHECK(hint_for(nothing, options, {"udp"}).empty());
    nothing.code = std::make_error_code(std::errc::timed_out);
    CHECK(says(hint_for(nothing, options, {"udp"}), "UDP may be blocked"));
    CHECK(hint_for(nothing, options).empty());
}

TEST_CASE("an HTTP proxy without Basic gets no hint about a password") {
    error why = failed(failure::no_method, phase::request);
    why.code = std::make_error_code(std::errc::not_supported);
    for (const std::string_view url :
         {"http://proxy.example", "http://u:p@proxy.example", "http://u@proxy.example"}) {
        CHECK(says(hint_for(why, options_for(url)), "only Basic"));
        CHECK_FALSE(says(hint_for(why, options_for(url)), "--proxy-user"));
    }
}

TEST_CASE("silence at a TLS handshake raises the question whether it is one") {
    const error why = failed(failure::timeout, phase::tls);
    CHECK(says(hint_for(why, options_for("socks5h+tls://proxy.example")), "TLS"));
}

TEST_CASE("rejected credentials without a password get a hint how to give one") {
    const error why = failed(failure::credentials, phase::auth);
    CHECK(says(hint_for(why, options_for("u@proxy.example")), "no password was given"));
    CHECK(hint_for(why, options_for("u:p@proxy.example")).empty());
    error identd = failed(failure::credentials, phase::request);
    identd.code = {93, socks4_reply_category()};
    CHECK(says(hint_for(identd, options_for("socks4://u@proxy.example")), "identd"));
}

TEST_CASE("hints about methods that were asked for by name speak of them") {
    auto options = options_for("u:p@proxy.example");
    options.handshake.methods = {auth_method::chap};
    const error refused = failed(failure::no_method, phase::method);
    CHECK(says(hint_for(refused, options), "without --auth"));
    error no_ticket = failed(failure::credentials, phase::auth);
    no_ticket.code = {1, gssapi_category()};
    options.handshake.gssapi_service = "rcmd";
    CHECK(says(hint_for(no_ticket, options), "kinit"));
    CHECK(says(hint_for(no_ticket, options), "rcmd"));
}

TEST_CASE("a pipelined handshake that breaks gets the hint to do without") {
    auto options = options_for("proxy.example");
    options.handshake.pipeline = true;
    for (const failure kind : {failure::protocol, failure::closed, failure::timeout})
        CHECK(says(hint_for(failed(kind, phase::request), options), "without --pipeline"));
    options.handshake.pipeline = false;
    for (const failure kind : {failure::protocol, failure::closed, failure::timeout})
        CHECK_FALSE(says(hint_for(failed(kind, phase::request), options), "--pipeline"));
}

TEST_CASE("a close without a reply has other reasons in every phase") {
    const auto options = options_for("proxy.example");
    CHECK(says(hint_for(failed(failure::closed, phase::method), options), "TLS port"));
    CHECK(says(hint_for(failed(failure::closed, phase::auth), options), "user name or password"));
    CHECK(says(hint_for(failed(failure::closed, phase::request), options), "ssh -D"));
}

TEST_CASE("refusals get a hint where there is something to try") {
    const auto hint = [](int rep, std::string_view url) {
        error why = failed(failure::refused, phase::request);
        why.code = {rep, socks5_reply_category()};
        return hint_for(why, options_for(url));
    };
    CHECK(says(hint(0x02, "u:p@proxy.example"), "wrong user name or password"));
    CHECK(says(hint(0x02, "proxy.example"), "--proxy-user NAME"));
    CHECK(says(hint(0x08, "socks5://proxy.example"), "socks5h://"));
    CHECK(hint(0x08, "socks5h://proxy.example").empty());
    CHECK(hint(0x05, "proxy.example").empty());
}

TEST_CASE("a name that we cannot resolve may be one for the proxy") {
    CHECK(says(
        hint_for(failed(failure::negative_answer, phase::lookup), options_for("socks5://h")),
        "socks5h://"));
}

TEST_CASE("a usage error has no hint, nor has an error without a proxy") {
    CHECK(hint_for(failed(failure::usage, phase::none), options_for("h")).empty());
    CHECK(hint_for(failed(failure::closed, phase::method), connect_options{}).empty());
}

TEST_CASE("no hint shows a password or spans lines") {
    const auto options = options_for("alice:hunter2@proxy.example");
    for (const failure kind :
         {failure::usage, failure::negative_answer, failure::proxy_name, failure::proxy_unreachable,
          failure::protocol, failure::no_method, failure::credentials, failure::closed,
          failure::refused, failure::timeout, failure::stream})
        for (const phase at :
             {phase::none, phase::connect, phase::method, phase::auth, phase::request}) {
            const std::string hint = hint_for(failed(kind, at), options);
            CHECK(hint.find("hunter2") == std::string::npos);
            CHECK(hint.find('\n') == std::string::npos);
        }
}

TEST_CASE("resolve has hints of its own, where the usual ones name options that it lacks") {
    const auto options = options_for("socks5h://proxy.example");
    const auto hint = [&](error why) { return hint_for(why, options, {"resolve"}); };
    error refused = failed(failure::refused, phase::request);
    refused.code = {7, socks5_reply_category()};
    CHECK(says(hint(refused), "--server"));
    CHECK(says(hint(failed(failure::closed, phase::request)), "--server"));
    error relay = failed(failure::protocol, phase::request);
    relay.code = std::make_error_code(std::errc::address_not_available);
    CHECK(says(hint(relay), "--via tcp"));
    CHECK(hint(failed(failure::negative_answer, phase::request)).empty());
    CHECK(says(hint(failed(failure::closed, phase::method)), "TLS port"));
}

} // namespace
} // namespace sockscat::tests
