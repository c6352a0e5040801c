// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sockscat/address.hpp>
#include <sockscat/proxy_spec.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <cctype>

namespace sockscat::tests {
namespace {

proxy_spec parsed(std::string_view url) {
    auto spec = parse_proxy_url(url);
    INFO(url);
    REQUIRE(spec);
    return std::move(spec).value();
}

void refuses(std::string_view url, std::string_view part) {
    const auto spec = parse_proxy_url(url);
    INFO(url);
    REQUIRE_FALSE(spec);
    CHECK(spec.error().kind == failure::usage);
    INFO(spec.error().cause);
    CHECK(spec.error().cause.find(part) != std::string::npos);
}

TEST_CASE("the scheme decides the protocol and who resolves names") {
    struct row {
        std::string_view scheme;
        proxy_protocol protocol;
        name_resolution names;
    };
    for (const row& one : std::vector<row>{
             {"socks4", proxy_protocol::socks4, name_resolution::local},
             {"socks4a", proxy_protocol::socks4, name_resolution::proxy},
             {"socks5", proxy_protocol::socks5, name_resolution::local},
             {"socks5h", proxy_protocol::socks5, name_resolution::proxy},
             {"socks", proxy_protocol::socks5, name_resolution::proxy},
             {"SOCKS5", proxy_protocol::socks5, name_resolution::local},
             {"SoCkS4A", proxy_protocol::socks4, name_resolution::proxy}}) {
        const proxy_spec spec = parsed(std::string{one.scheme} + "://proxy.example:1081");
        CAPTURE(one.scheme);
        CHECK(spec.protocol == one.protocol);
        CHECK(spec.names == one.names);
        CHECK(spec.host == "proxy.example");
        CHECK(spec.port == 1081);
        CHECK(spec.explicit_scheme);
        CHECK_FALSE(spec.login);
    }
    const proxy_spec bare = parsed("proxy.example");
    CHECK(bare.protocol == proxy_protocol::socks5);
    CHECK(bare.names == name_resolution::proxy);
    CHECK_FALSE(bare.explicit_scheme);
}

TEST_CASE("the place of a proxy is a name, an IPv4 address or an IPv6 address in brackets") {
    struct row {
        std::string_view url;
        std::string_view host;
        std::uint16_t port;
        std::string_view label;
    };
    for (const row& one : std::vector<row>{
             {"proxy.example", "proxy.example", 1080, "proxy.example:1080"},
             {"proxy.example:1", "proxy.example", 1, "proxy.example:1"},
             {"proxy.example:65535", "proxy.example", 65535, "proxy.example:65535"},
             {"socks5://proxy.example/", "proxy.example", 1080, "proxy.example:1080"},
             {"socks5://proxy.example.:80/", "proxy.example", 80, "proxy.example:80"},
             {"127.0.0.1:9050", "127.0.0.1", 9050, "127.0.0.1:9050"},
             {"[::1]", "::1", 1080, "[::1]:1080"},
             {"socks5h://[2001:db8::1]:80", "2001:db8::1", 80, "[2001:db8::1]:80"},
             {"[fe80::1%25eth0]:80", "fe80::1%eth0", 80, "[fe80::1%eth0]:80"},
             {"[fe80::1%eth0]", "fe80::1%eth0", 1080, "[fe80::1%eth0]:1080"},
             {"user@[::1]:80", "::1", 80, "[::1]:80"}}) {
        const proxy_spec spec = parsed(one.url);
        CAPTURE(one.url);
        CHECK(spec.host == one.host);
        CHECK(spec.port == one.port);
        CHECK(spec.label() == one.label);
        CHECK(spec.via.unix_path.empty());
    }
}

TEST_CASE("a proxy may be a Unix socket") {
    for (const std::string_view url :
         {"socks5h+unix:///run/proxy.sock", "socks5h+unix://localhost/run/proxy.sock",
          "socks5h://localhost/run/proxy.sock", "SOCKS5H+UNIX://LOCALHOST/run/proxy.sock",
          "socks5h+unix:///run%2Fproxy.sock"}) {
        const proxy_spec spec = parsed(url);
        CAPTURE(url);
        CHECK(spec.via.unix_path == "/run/proxy.sock");
        CHECK(spec.label() == "/run/proxy.sock");
        CHECK(spec.url() == "socks5h+unix:///run/proxy.sock");
    }
    CHECK(parsed("socks4+unix:///s").protocol == proxy_protocol::socks4);
    CHECK(parsed("socks5+unix://u:p@/s").login->password->reveal() == "p");
    CHECK(parsed("socks5+unix:///" + std::string(106, 's')).via.unix_path.size() == 107);
    CHECK(parsed("socks5+unix:///a@b").via.unix_path == "/a@b");
    CHECK(parsed("socks5+unix:///%1b[m").label() == "/\\x1b[m");
}

TEST_CASE("user information is split at the first colon, then percent-decoded") {
    struct row {
        std::string_view info;
        std::string_view user;
        std::string_view password;
    };
    for (const row& one : std::vector<row>{
             {"alice:secret", "alice", "secret"},
             {"alice:", "alice", ""},
             {":secret", "", "secret"},
             {":", "", ""},
             {"alice:a:b", "alice", "a:b"},
             {"al%3Aice:se%40cret", "al:ice", "se@cret"},
             {"u:%25%2f%3F%23", "u", "%/?#"},
             {"u:a@b", "u", "a@b"},
             {"u:p@w@x", "u", "p@w@x"},
             {"u:%ff%C3", "u", "\xff\xc3"},
             {"u:a+b", "u", "a+b"},
             {"u:p w", "u", "p w"}}) {
        const proxy_spec spec = parsed("socks5://" + std::string{one.info} + "@proxy.example:80");
        CAPTURE(one.info);
        REQUIRE(spec.login);
        CHECK(spec.login->user == one.user);
        REQUIRE(spec.login->password);
        CHECK(spec.login->password->reveal() == one.password);
        CHECK(spec.host == "proxy.example");
    }
}

TEST_CASE("a user name without a colon has no password") {
    const proxy_spec spec = parsed("socks5://alice@proxy.example");
    CHECK(spec.login->user == "alice");
    CHECK_FALSE(spec.login->password);
    const proxy_spec empty = parsed("socks4://@proxy.example");
    CHECK(empty.login->user.empty());
    CHECK_FALSE(empty.login->password);
    CHECK_FALSE(parsed("socks4://proxy.example").login);
}

TEST_CASE("user name and password of 255 bytes fit, longer ones do not") {
    const std::string longest(255, 'x');
    const proxy_spec spec = parsed("socks5://" + longest + ":" + longest + "@h");
    CHECK(spec.login->user.size() == 255);
    CHECK(spec.login->password->size() == 255);
    std::string encoded;
    for (int i = 0; i < 255; ++i)
        encoded += "%41";
    CHECK(parsed("socks5://" + encoded + ":" + encoded + "@h").login->password->size() == 255);
    refuses("socks5://" + longest + "x@h", "longer than 255");
    refuses("socks5://u:" + longest + "x@h", "longer than 255");
}

TEST_CASE("a password file is named in the query") {
    const proxy_spec spec = parsed("socks5://alice@proxy.example?password-file=/run/se%20cret");
    CHECK(spec.password_file == "/run/se cret");
    CHECK_FALSE(spec.login->password);
    CHECK(parsed("socks5://a@h?").password_file.empty());
    CHECK(parsed("socks5://a@h?password-file=/x@y").password_file == "/x@y");
    CHECK(parsed("socks5://a@h?password-file=a=b").password_file == "a=b");
}

TEST_CASE("TLS and its settings stand in the URL of the hop") {
    for (const std::string_view url :
         {"socks5h+tls://h", "socks5hs://h", "socks5+tls://h", "socks5s://h", "socks4a+tls://h",
          "SOCKS5H+TLS://h"})
        CHECK(parsed(url).via.tls);
    CHECK_FALSE(parsed("socks5h://h").via.tls);
    CHECK(parsed("socks5hs://h").names == name_resolution::proxy);
    CHECK(parsed("socks5s://h").names == name_resolution::local);
    CHECK(parsed("socks5hs://h").url() == "socks5h+tls://h:1080");
    CHECK(parsed("socks5s://localhost/run/s").url() == "socks5+tls://localhost/run/s");
    const proxy_spec spec =
        parsed("socks5h+tls://u@h?cacert=/ca%20x.pem&cert=c.pem&key=k.pem&servername=proxy.example"
               "&insecure=1&password-file=/p");
    CHECK(spec.trust.cacert == "/ca x.pem");
    CHECK(spec.trust.cert == "c.pem");
    CHECK(spec.trust.key == "k.pem");
    CHECK(spec.trust.servername == "proxy.example");
    CHECK(spec.trust.insecure);
    CHECK(spec.password_file == "/p");
}

TEST_CASE("an HTTP proxy has ports of its own") {
    CHECK(parsed("http://h").protocol == proxy_protocol::http);
    CHECK(parsed("http://h").port == 3128);
    CHECK(parsed("https://h").port == 443);
    CHECK(parsed("https://h").via.tls);
    CHECK(parsed("http+tls://h:8443").port == 8443);
    CHECK(parsed("https://u:p@h").url() == "http+tls://u@h:443");
    CHECK(parsed("http://h").names == name_resolution::proxy);
}

TEST_CASE("what a proxy URL must not be is refused with its reason") {
    struct row {
        std::string_view url;
        std::string_view reason;
    };
    for (const row& one : std::vector<row>{
             {"", "empty"},
             {"socks5://", "no host"},
             {"socks5://:1080", "no host"},
             {"socks5://u:p@", "no host"},
             {"://proxy.example", "no scheme"},
             {"socks9://h", "unknown proxy scheme"},
             {"ftp://h", "unknown proxy scheme"},
             {"socks5+foo://h", "unknown proxy scheme"},
             {"socks5+://h", "unknown proxy scheme"},
             {"socks5+unix+tls:///s", "unknown proxy scheme"},
             {"https+tls://h", "unknown proxy scheme"},
             {"socks5s+tls://h", "unknown proxy scheme"},
             {"socks4s://h", "unknown proxy scheme"},
             {"a-b://h", "unknown proxy scheme"},
             {"a.b://h", "unknown proxy scheme"},
             {"a~b://h", "has a path after its host"}, // no scheme
             {"h/a@b", "'@' after a '/' or '?'"},
             {"h?a@b", "'@' after a '/' or '?'"},
             {"27100", "a number instead of a host"},
             {"socks5h://1:1080", "a number instead of a host"},
             {"socks5+tls://h?insecure=yes", "can only be 1"},
             {"socks5+tls://h?insecure=1&insecure=1", "is given twice"},
             {"socks5://h?clear=1&clear=1", "is given twice"},
             {"socks5://h?clear", "can only be 1"},
             {"socks5+tls://h?cacert=", "has no value"},
             {"socks5+tls://h?cacert=a&cacert=b", "is given twice"},
             {"socks5+tls://h?servername=%zz", "bad percent-escape"},
             {"h:0", "1 to 65535"},
             {"h:65536", "1 to 65535"},
             {"h:4294967376", "1 to 65535"},
             {"h:", "1 to 65535"},
             {"h:http", "1 to 65535"},
             {"h:-1", "1 to 65535"},
             {"h:+80", "1 to 65535"},
             {"h: 80", "1 to 65535"},
             {"h:80x", "1 to 65535"},
             {"::1", "brackets"},
             {"2001:db8::1", "brackets"},
             {"[::1", "not an IPv6 address in brackets"},
             {"[", "not an IPv6 address in brackets"},
             {"[]", "not an IPv6 address in brackets"},
             {"[]:80", "not an IPv6 address in brackets"},
             {"[1.2.3.4]", "not an IPv6 address in brackets"},
             {"[proxy.example]", "not an IPv6 address in brackets"},
             {"[::g]", "not an IPv6 address in brackets"},
             {"[::1]80", "after the ']'"},
             {"[::1]:", "1 to 65535"},
             {"[::1%]", "bad zone"},
             {"[::1%25]", "bad zone"},
             {"a b", "not allowed in host names"},
             {"h\n", "not allowed in host names"},
             {"m\xfcller.example", "is not UTF-8"},
             {"socks5://h/path", "has a path after its host"},
             {"socks5://h#fragment", "'#'"},
             {"socks5+unix://", "no socket path"},
             {"socks5+unix:///", "no socket path"},
             {"socks5+unix:///a%00b", "no socket path"},
             {"socks5+unix:///a%zz", "bad percent-escape"},
             {"socks5+unix://host/a", "+unix takes a path"},
             {"socks5://%zz@h", "bad percent-escape in the user name"},
             {"socks5://%4@h", "bad percent-escape in the user name"},
             {"socks5://%@h", "bad percent-escape in the user name"},
             {"socks5://%4g@h", "bad percent-escape in the user name"},
             {"socks5://%!1@h", "bad percent-escape in the user name"},
             {"socks5://%;1@h", "bad percent-escape in the user name"},
             {"socks5://u:%zz@h", "bad percent-escape in the password"},
             {"socks5://a%00b@h", "NUL"},
             {"socks5://u:a%00b@h", "NUL"},
             {"socks4://u:p@h", "SOCKS4 has no password"},
             {"socks4://u:@h", "SOCKS4 has no password"},
             {"socks4://u@h?password-file=x", "SOCKS4 has no password"},
             {"socks5://h?password-file=x", "needs a user name"},
             {"socks5://u:p@h?password-file=x", "two passwords"},
             {"socks5://u@h?password-file=x&password-file=y", "is given twice"},
             {"socks5://u@h?password-file=", "has no value"},
             {"socks5://u@h?password-file", "has no value"},
             {"socks5://u@h?password-file=%zz", "bad percent-escape"},
             {"socks5://u@h?password-file=a%00b", "has no value"},
             {"socks5://h?colour=red", "unknown key \"colour\""},
             {"socks5://h?&", "unknown key"},
             {"socks5+tls://h?ca=x", "unknown key"}})
        refuses(one.url, one.reason);
    refuses("socks5+unix:///" + std::string(107, 's'), "at most 107");
    refuses(std::string(256, 'n'), "at most 255");
}

// The password in every URL here is made of these, and they stand nowhere else in it.
constexpr std::string_view fragments[] = {"QXK", "JVW", "YQY"};

bool shows_password(std::string_view text) {
    return std::any_of(std::begin(fragments), std::end(fragments), [text](std::string_view part) {
        return text.find(part) != std::string_view::npos;
    });
}

std::vector<std::string> urls_with_password() {
    std::vector<std::string> urls;
    for (const std::string_view scheme :
         {"", "socks5h://", "socks5://", "socks4://", "http://", "socks5+tls://", "socks9://",
          "://", "socks5h+unix://", "socks5h:/", "socks5h//", "socks5h:///"})
        for (const std::string_view user : {"u", "u%zz", "alice@mail.example", ""})
            for (const std::string_view password :
                 {"QXKJVW",       "QXK:JVW",   "QXK@JVW",     "QXK/JVW",     "QXK?JVW",
                  "QXK#JVW",      "QXK%zzJVW", "QXK%00JVW",   "QXK JVW",     "QXK?JVW=YQY",
                  "QXK/JVW?YQY",  "QXK&JVW",   "://QXKJVW",   "QXK[JVW]YQY", "QXK\nJVW",
                  "/QXKJVW",      "?QXKJVW",   "QXK@JVW:YQY", "QXK@JVW/YQY", "QXK@JVW?YQY",
                  "QXK@JVW:YQY/", "QXKJVW@",   "QXK\\JVW"})
                for (const std::string_view place :
                     {"h", "h:1", "h:x", "[::1", "", "localhost/s", "h?a=b", "h/p"})
                    urls.push_back(
                        std::string{scheme} + std::string{user} + ":" + std::string{password} +
                        "@" + std::string{place});
    urls.push_back("socks5://u:" + std::string(256, 'x') + "QXKJVW@h");
    // Forgotten, encoded or in another order.
    for (const char* const url :
         {"127.0.0.1:1080:alice:QXKJVW",
          "proxy.example:1080:alice:QXK:JVW",
          "[::1]:1080:alice:QXKJVW",
          "127.0.0.1:1080:alice:QXK@JVW",
          "proxy.example:1080:alice:QXK@JVW",
          "127.0.0.1:1080@alice:QXKJVW",
          "socks5h://127.0.0.1:1080:alice:QXKJVW",
          "socks5h://alice:QXKJVW",
          "socks5h://alice:QXKJVW%40127.0.0.1:1080",
          "alice:QXK%40JVW:1080",
          "socks5h%3A%2F%2Falice%3AQXKJVW%40127.0.0.1%3A1080",
          "alice%3aQXKJVW%40127.0.0.1",
          "socks5h://alice@corp.example:QXKJVW?key=YQY@127.0.0.1:1",
          "alice@corp.example:1?cacert=QXK@127.0.0.1",
          "s:QXK@=?key=JVW@h?password-file=f",
          "socks5h://alice@corp.example:QXKJVW",
          "alice:QXK@JVW?YQY",
          "alice:QXK@JVW/YQY",
          "alice:QXK@JVW:YQY",
          "socks5h://u:1@localhost/QXK@h",
          "u:1@h?key=QXK@h",
          "alice:1?QXK",
          "127.0.0.1,1080,alice,QXKJVW",
          "127.0.0.1;1080;alice;QXKJVW",
          "127.0.0.1|80|alice|QXK",
          "127.0.0.1\t1080\talice\tQXKJVW",
          "127.0.0.1 alice QXKJVW",
          "proxy.example 80 alice QXK",
          "127.0.0.1/alice/QXKJVW",
          "alice:QXK!JVW",
          "QXK$JVW",
          "http:alice:QXKJVW@127.0.0.1"})
        urls.emplace_back(url);
    return urls;
}

TEST_CASE("no error about a proxy URL shows a part of its password") {
    for (const std::string& url : urls_with_password()) {
        const auto spec = parse_proxy_url(url);
        if (!spec && shows_password(spec.error().cause))
            FAIL_CHECK(url << " gives: " << spec.error().cause);
    }
}

TEST_CASE("a redacted URL shows no part of the password") {
    for (const std::string& url : urls_with_password())
        if (shows_password(redact_url(url)))
            FAIL_CHECK(url << " is shown as: " << redact_url(url));
    CHECK(
        redact_url("socks5h://alice:hunter@proxy.example:80") ==
        "\"socks5h://alice:***@proxy.example:80\"");
    CHECK(redact_url("socks5h://alice@proxy.example") == "\"socks5h://alice@proxy.example\"");
    CHECK(redact_url("proxy.example:80") == "\"proxy.example:80\"");
    CHECK(redact_url("h\x1b[m") == "\"***\"");
    CHECK(redact_url("alice:12345@127.0.0.1:99999") == "\"***@127.0.0.1:99999\"");
    CHECK(redact_url("socks5h://127.0.0.1:1080:alice:12345") == "\"socks5h://127.0.0.1:1080***\"");
    CHECK(redact_url("ftp://alice:12345@[::1]:80/") == "\"ftp://***@[::1]:80/\"");
    CHECK(redact_url("ftp://alice:12345@[::1]:80/x") == "\"ftp://***\"");
    CHECK(redact_url("ftp://proxy.example") == "\"ftp://proxy.example\"");
    CHECK(redact_url(std::string(200'000, 'x')).size() < 120);
    CHECK(redact_url("[fe80::1%]:1080:alice:12345") == "\"[fe80::1%]:1080***\"");
    CHECK(redact_url("[fe80::1%eth 0]:1080:alice:12345") == "\"***\"");
    CHECK(redact_url("[fe80::1%eth0:1080:alice:12345") == "\"***\"");
    CHECK(redact_url("[fe80::1%a-b.c_5]:1080:alice:12345") == "\"[fe80::1%a-b.c_5]:1080***\"");
    CHECK(redact_url("[fe80::1%a~]:1080:alice:12345") == "\"***\"");
    CHECK(redact_url("[fe80::1%eth0") == "\"***\"");
    CHECK(redact_url("127.0.0.1:1080x:alice:12345") == "\"127.0.0.1***\"");
    CHECK(redact_url("127.0.0.1:" + std::string(20, '0') + ":12345") == "\"127.0.0.1***\"");
    CHECK(redact_url("127.0.0.1::12345") == "\"127.0.0.1***\"");
    CHECK(redact_url("alice%3A12345@127.0.0.1") == "\"alice%3A***@127.0.0.1\"");
}

TEST_CASE("a value is quoted without what may be a password") {
    for (const std::string_view text :
         {"", "h:80", "::1", "::1:80", "[::1]:80", "[::1]80", "[::1", "fe80::1%eth0",
          "[fe80::1%25a]:1", "alice@h:80", "/a/10:20:30", "/a:b", "a%3Ab", "127.0.0.1:x", "[::1]:x",
          "localhost:x", "h:65535"})
        CHECK(quote_value(text) == quote(text));
    for (const auto& [text, shown] : {
             std::pair{"127.0.0.1:1080:alice:12345", "127.0.0.1:***"},
             {"h:alice:12345", "h:***"},
             {"127.0.0.1:1:bea:cafe1", "127.0.0.1:***"},
             {"[::1]:1080:alice:12345", "[::1]:***"},
             {"[::1%a:12345", "[:***"},
             {"alice:12345@h", "alice:***@h"},
             {"alice%3a12345@h", "alice%3a***@h"},
             {"alice:12345%40h", "alice:***"},
             {"a%3A%2F%2Fb%3A12345", "a%3A***"},
             {"h:1@alice:12345", "h:***"},
             {"fe80::1%a%3A12345", "fe80:***"},
             {"alice:hunter", "alice:***"},
             {"alice:123456", "alice:***"},
             {"127.0.0.1x:hunter", "127.0.0.1x:***"},
             {"//alice:b:12345", "//alice:***"},
             {"socks5h://alice:x12345", "socks5h://***"},
         })
        CHECK(quote_value(text) == quote(shown));
}

TEST_CASE("the URL of a parsed proxy has its user name, but not its password") {
    CHECK(parsed("alice:hunter@proxy.example").url() == "socks5h://alice@proxy.example:1080");
    CHECK(parsed("socks4://%1bx@[::1]:80").url() == "socks4://%1bx@[::1]:80");
    CHECK(parsed("socks4a://h").url() == "socks4a://h:1080");
    CHECK(parsed("socks5://h").url() == "socks5://h:1080");
    proxy_spec http = parsed("http://h");
    http.names = name_resolution::local; // there is no scheme for that
    CHECK(http.url() == "http://h:3128");
}

TEST_CASE("the URL of a parsed proxy has its keys, and can be parsed again") {
    for (const std::string_view url :
         {"socks5h+tls://h:1080?cacert=/etc/ca.pem&cert=me.pem&key=me.key&servername=a&insecure=1",
          "socks5h://alice@h:1080?password-file=/run/pass%20word%26%3f",
          "socks5h://alice@h:1080?password-file=f&clear=1", "http+tls://h:443?insecure=1",
          "socks5h+unix:///run/a%20b%3fc%25", "socks5+tls://localhost/run/s%3f?insecure=1"}) {
        INFO(url);
        CHECK(parsed(url).url() == url);
        CHECK(parsed(parsed(url).url()).url() == url);
    }
}

TEST_CASE("a copy of a hop has everything, and a password of its own") {
    proxy_spec original = parsed(
        "socks4a+tls://alice@localhost/run/s?cacert=ca&cert=me&key=k&servername=n&insecure=1");
    original.login->password.emplace("hunter");
    proxy_spec copy = original.clone();
    CHECK(copy.url() == original.url());
    CHECK(copy.via == original.via);
    CHECK(copy.explicit_scheme);
    original.login->password.reset();
    CHECK(copy.login->password->reveal() == "hunter");
    CHECK(parsed("socks5://u@h:1081?password-file=f").clone().label() == "h:1081");
    CHECK_FALSE(parsed("socks5://h").clone().login);
}

TEST_CASE("a transport says whether it is a Unix socket, and whether there is TLS") {
    CHECK(parsed("socks5://h").via.is_plain_tcp());
    CHECK_FALSE(parsed("socks5s://h").via.is_plain_tcp());
    CHECK_FALSE(parsed("socks5s://h").via.is_unix());
    CHECK(parsed("socks5+unix:///s").via.is_unix());
    CHECK_FALSE(parsed("socks5+unix:///s").via.is_plain_tcp());
    CHECK(parsed("socks5s://localhost/s").via.tls);
}

TEST_CASE("a proxy URL in another form gets the advice that helps") {
    struct row {
        std::string_view url;
        std::string_view advice;
    };
    const std::string_view order = "HOST:PORT:USER:PASSWORD is written USER:PASSWORD@HOST:PORT";
    for (const row& one : std::vector<row>{
             {"127.0.0.1:1080:alice:secret", order},
             {"socks5h://proxy.example:1080:alice:se:cret", order},
             {"[::1]:1080:alice:secret", order},
             {"proxy.example:1080:alice:se@cret", order},
             {"127.0.0.1:1080@alice:12345", order},
             {"alice:secret%40127.0.0.1:1080", "the @ before the host is not percent-encoded"},
             {"http%3A%2F%2Fa%3Ab%40h",
              "only user name and password are percent-encoded, not the whole URL"},
             {"alice:secret", ""},
             {"ftp://h", ""},
             {"proxy.example:99999", ""}}) {
        const auto spec = parse_proxy_url(one.url);
        CAPTURE(one.url);
        REQUIRE_FALSE(spec);
        CHECK(spec.error().advice == one.advice);
    }
    CHECK(parse_proxy_url("john.doe:1080@h"));  // a password of digits is one
    CHECK(parse_proxy_url("127.0.0.1:pass@h")); // and so is this user name
    refuses("alice:secret", "expected [USER:PASSWORD@]HOST:PORT");
    refuses("alice:secret%40127.0.0.1:1080", "expected [USER:PASSWORD@]HOST:PORT");
}

TEST_CASE("a host name has letters, digits, '-', '_', '.' and what is not ASCII") {
    for (const char c : std::string_view{"!\"$&'()*+,;<=>\\^`{|}~\t %"}) {
        CAPTURE(c);
        refuses("socks5h://ho" + std::string{c} + "st", "not allowed in host names");
        CHECK_FALSE(parse_host("ho" + std::string{c} + "st"));
    }
    CHECK(parsed("a-b_c.9").host == "a-b_c.9");
    CHECK(
        parsed("b\xc3\xbc"
               "cher.example")
            .host == "xn--bcher-kva.example");
}

TEST_CASE("a password is found where it stands") {
    struct row {
        std::string_view url;
        std::string_view password;
    };
    for (const row& one : std::vector<row>{
             {"socks5://u:hunter@h", "hunter"},
             {"u:hunter@h:80", "hunter"},
             {"u:@h", ""},
             {"u:a:b@h", "a:b"},
             {"u:a@b@h", "a@b"},
             // These do not parse: all that may be one.
             {"u:a/b@h", "u:a/b@h"},
             {"u:a?b@127.0.0.1:80", "u:a?b"},
             {"socks5://u:%zz@[::1]", "u:%zz"},
             {"u:hunter@h?password-file=a@b", "u:hunter@h?password-file=a@b"},
             {"socks5://127.0.0.1:80:u:hunter", ":u:hunter"}}) {
        const auto found = find_password(one.url);
        CAPTURE(one.url);
        REQUIRE(found);
        CHECK(one.url.substr(found->offset, found->length) == one.password);
    }
    for (const std::string_view url :
         {"", "h", "h:80", "socks5://h:80", "socks5://u@h:80", "socks5h://u@[::1]:80",
          "socks5://u@h?password-file=a@b"})
        CHECK_FALSE(find_password(url));
}

TEST_CASE("the password that is found is the one that is parsed") {
    for (const std::string& url : urls_with_password()) {
        const auto spec = parse_proxy_url(url);
        if (!spec || !spec.value().login || !spec.value().login->password)
            continue;
        const auto found = find_password(url);
        CAPTURE(url);
        REQUIRE(found);
        const std::string raw = url.substr(found->offset, found->length);
        if (raw.find('%') == std::string::npos)
            CHECK(raw == spec.value().login->password->reveal());
    }
}

TEST_CASE("an unknown key is shown where it is a word of moderate length") {
    const auto cause_of = [](const std::string& url) { return parse_proxy_url(url).error().cause; };
    CHECK(cause_of("127.0.0.1?colour=1").starts_with("unknown key \"colour\" in the proxy URL"));
    for (const std::string& key : {std::string(81, 'k'), std::string{"Colour"}, std::string{"c4"}})
        CHECK(cause_of("127.0.0.1?" + key + "=1").starts_with("unknown key in the proxy URL"));
}

} // namespace
} // namespace sockscat::tests
