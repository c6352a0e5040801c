// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/connect_settings.hpp"
#include "cli/name_services.hpp"
#include "cli/plain_run.hpp"

#include <cstdlib>

namespace sockscat::tests {
namespace {

using namespace cli;

using words = std::vector<std::string>;

bool plain(words given) {
    CAPTURE(given);
    auto sorted = arguments::parse(connect_specs(), given);
    REQUIRE(sorted);
    return is_plain(sorted.value());
}

bool plain_through(const std::string& url, words more = {}) {
    words given{"-x", url};
    given.insert(given.end(), more.begin(), more.end());
    given.insert(given.end(), {"target.test", "80"});
    return plain(given);
}

TEST_CASE("a run with addresses and without TLS is plain") {
    for (const char* const url :
         {"127.0.0.1", "socks5h://127.0.0.1:1080", "socks5h://user:word@[2001:db8::1]:1",
          "socks4a://127.0.0.1", "socks5h+unix:///run/proxy", "http://user@127.0.0.1:3128",
          "socks5h://user@127.0.0.1?password-file=/nowhere"})
        CHECK(plain_through(url));
    CHECK(plain({"-x", "socks5://127.0.0.1", "192.0.2.1", "80"}));
    CHECK(plain_through("127.0.0.1", {"--auth", "none,password", "--report", "-", "-F", "-vv"}));
}

TEST_CASE("what needs OpenSSL or Kerberos is not plain") {
    for (const char* const url :
         {"socks5h+tls://127.0.0.1", "https://127.0.0.1", "socks5s://127.0.0.1"})
        CHECK_FALSE(plain_through(url));
    for (const words& more :
         {words{"--tls"}, words{"--insecure"}, words{"--alpn", "h2"}, words{"--proxy-insecure"},
          words{"--proxy-cacert", "f"}, words{"--auth", "gssapi"}, words{"--auth", "password,chap"},
          words{"--auth", "gost-tls"}, words{"--gssapi-service", "rcmd"}})
        CHECK_FALSE(plain_through("127.0.0.1", more));
}

TEST_CASE("a chain, no proxy, and help are not plain") {
    CHECK_FALSE(plain_through("127.0.0.1", {"-x", "127.0.0.2"}));
    CHECK_FALSE(plain_through("127.0.0.1", {"--help"}));
    CHECK_FALSE(plain_through("gopher://127.0.0.1"));
    ::unsetenv("SOCKSCAT_PROXY"); // NOLINT(concurrency-mt-unsafe)
    ::unsetenv("ALL_PROXY");      // NOLINT(concurrency-mt-unsafe)
    ::unsetenv("all_proxy");      // NOLINT(concurrency-mt-unsafe)
    CHECK_FALSE(plain({"target.test", "80"}));
}

TEST_CASE("names are plain as long as libc alone is asked") {
    for (const char* const text :
         {"", "passwd: files systemd\nhosts: files dns\n", "hosts:files dns",
          "  hosts:\tdns  files", "hosts: files [NOTFOUND=return] dns # resolve",
          "# hosts: mymachines\n", "hosts: files\n\n", "hostsx: resolve"})
        CHECK(needs_no_module(text));
    for (const char* const text :
         {"hosts: files myhostname dns",
          "passwd: files\nhosts: files mdns4_minimal [NOTFOUND=return] dns",
          "hosts: files dns\nhosts: resolve", "hosts: filesx", "hosts : files resolve",
          "hosts files resolve", "\fhosts: resolve", "hosts: files [NOTFOUND=return]resolve[x=y]"})
        CHECK_FALSE(needs_no_module(text));
    CHECK(plain_through("proxy.test") == names_need_no_module());
    CHECK(plain_through("socks5://127.0.0.1") == names_need_no_module());
}

} // namespace
} // namespace sockscat::tests
