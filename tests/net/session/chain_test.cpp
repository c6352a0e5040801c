// SPDX-License-Identifier: MIT
#include "support/fake_hop.hpp"
#include "support/names.hpp"
#include "support/recorder.hpp"
#include "support/run.hpp"

#include <sockscat/association.hpp>
#include <sockscat/base64.hpp>
#include <sockscat/client.hpp>

#include <algorithm>

namespace sockscat::tests {
namespace {

using namespace std::chrono_literals;
using fault = hop_wish::fault;

const char* const password_mark = "S3cret-";

bool contains(const bytes& all, std::string_view part) {
    return std::search(all.begin(), all.end(), part.begin(), part.end()) != all.end();
}

hop_wish hop(std::string scheme, bool has_tls = false, std::string user = "") {
    hop_wish wish;
    wish.scheme = std::move(scheme);
    wish.has_tls = has_tls;
    wish.user = std::move(user);
    if (!wish.user.empty() && !wish.scheme.starts_with("socks4"))
        wish.password = password_mark + wish.user;
    return wish;
}

// Hops that dial each other, the last of which plays the target.
struct chain {
    explicit chain(const std::vector<hop_wish>& wishes) {
        std::uint16_t next = 0;
        for (auto wish = wishes.rbegin(); wish != wishes.rend(); ++wish) {
            hops.insert(hops.begin(), std::make_unique<fake_hop>(*wish, next));
            next = hops.front()->port();
        }
        for (const auto& each : hops)
            options.chain.push_back(parse_proxy_url(each->url()).value());
        options.time_limit = patience;
        options.handshake.watch = &seen;
    }

    result<connection> connect_to(const address& destination) {
        const stopwatch watch;
        auto made = run(connect(options, destination));
        took = watch.elapsed();
        return made;
    }

    error failure(const address& destination = {parse_host("192.0.2.1").value(), 80}) {
        auto made = connect_to(destination);
        REQUIRE_FALSE(made);
        return made.error();
    }

    void finish() {
        for (const auto& each : hops)
            each->finish();
    }

    std::vector<std::unique_ptr<fake_hop>> hops;
    connect_options options;
    recorder seen;
    std::chrono::milliseconds took{0};
};

address to_ip() {
    return {parse_host("192.0.2.1").value(), 80};
}

address to_name() {
    return {host_name{"target.test"}, 443};
}

void check_echo(connection& tunnel, std::size_t size = 100'000) {
    const bytes out = pattern(size, 7);
    bytes back(size);
    std::size_t sent = 0;
    std::size_t got = 0;
    const stopwatch watch;
    while (got < size && watch.elapsed() < patience) { // neither direction waits for the other
        const io_result gone = tunnel.io().try_write(
            std::span{out}.subspan(sent, std::min<std::size_t>(size - sent, 8192)));
        sent += gone.size;
        const io_result came = tunnel.io().try_read(std::span{back}.subspan(got));
        REQUIRE((!came.code || would_block(came)));
        REQUIRE((came.code || came.size > 0));
        got += came.size;
    }
    CHECK(back == out);
}

std::vector<hop_wish> mixed(std::size_t count) {
    const std::vector<hop_wish> kinds{
        hop("socks5h", true, "alice"),
        hop("socks4a"),
        hop("http", false, "bob"),
        hop("socks5"),
        hop("http", true),
        hop("socks4", false, "carol"),
        hop("socks5h", false, "dave"),
        hop("socks4a", true),
    };
    std::vector<hop_wish> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(kinds[i % kinds.size()]);
    return out;
}

TEST_CASE("chains of mixed hops carry bytes both ways, and each hop is asked for the next") {
    for (const std::size_t count : {1U, 2U, 3U, 8U, 16U}) {
        CAPTURE(count);
        chain all{mixed(count)};
        auto made = all.connect_to(to_ip());
        if (!made)
            FAIL(to_string(made.error()));
        check_echo(made.value());
        CHECK(made.value().io().native_handle() == -1); // the first hop is TLS
        made = error{};
        all.finish();
        for (std::size_t i = 0; i < count; ++i) {
            CAPTURE(i);
            CHECK(
                all.hops[i]->asked_for() ==
                (i + 1 < count ? all.hops[i + 1]->label() : "192.0.2.1:80"));
        }
        std::vector<std::string> labels;
        for (const auto& each : all.hops)
            labels.push_back(each->label());
        CHECK(all.seen.hops == labels);
        CHECK(std::count(all.seen.events.begin(), all.seen.events.end(), "end") == 1);
    }
}

TEST_CASE("a chain without TLS gives its descriptor away") {
    chain all{{hop("socks5h"), hop("http"), hop("socks4a")}};
    auto made = all.connect_to(to_name());
    REQUIRE(made);
    const unique_fd tunnel{made.value().io().release()};
    REQUIRE(tunnel.get() != -1);
    write_all(tunnel.get(), text_bytes("hello"));
    CHECK(read_exactly(tunnel.get(), 5) == text_bytes("hello"));
}

TEST_CASE("credentials go to their own hop and to no other") {
    chain all{
        {hop("socks5h", false, "alice"), hop("socks5h", true, "bob"), hop("socks5h"),
         hop("http", true, "carol")}};
    auto made = all.connect_to(to_ip());
    REQUIRE(made);
    check_echo(made.value(), 10);
    made = error{};
    all.finish();
    const std::vector<std::string> users{"alice", "bob", "", "carol"};
    for (std::size_t i = 0; i < users.size(); ++i) {
        CAPTURE(i);
        CHECK(all.hops[i]->user() == users[i]);
        CHECK(all.hops[i]->password() == (users[i].empty() ? "" : password_mark + users[i]));
        for (std::size_t other = 0; other < users.size(); ++other)
            if (other != i && !users[other].empty()) {
                // TLS keeps those of later hops from earlier ones; those of earlier ones end there.
                CHECK_FALSE(contains(all.hops[i]->heard(), password_mark + users[other]));
                CHECK_FALSE(contains(
                    all.hops[i]->heard(),
                    to_base64(text_bytes(users[other] + ":" + password_mark + users[other]))));
            }
    }
    for (const std::string& row : all.seen.rows)
        CHECK(row.find(password_mark) == std::string::npos);
}

TEST_CASE("a hop that wants credentials does not get those of another one") {
    chain all{{hop("socks5h", false, "alice"), hop("socks5h", false, "bob")}};
    all.options.chain[1].login.reset();
    const error why = all.failure();
    CHECK(why.kind == failure::no_method);
    CHECK(why.hop == all.hops[1]->label());
    all.finish();
    CHECK_FALSE(contains(all.hops[1]->heard(), "alice"));
}

TEST_CASE("the methods that were asked for are offered to the last hop only") {
    chain all{{hop("socks5h"), hop("socks5h", false, "bob")}};
    all.options.handshake.methods = {auth_method::password};
    all.options.handshake.pipeline = false;
    auto made = all.connect_to(to_ip());
    REQUIRE(made);
    made = error{};
    all.finish();
    CHECK(to_bytes(std::span{all.hops[0]->heard()}.first(3)) == "05 01 00"_hex);
    CHECK(to_bytes(std::span{all.hops[1]->heard()}.first(3)) == "05 01 02"_hex);
}

TEST_CASE("the name of a hop is looked up by the hop before it") {
    const fake_name watched{"second.test", {"192.0.2.2"}};
    hop_wish second = hop("socks5h");
    second.host = "second.test";
    for (const std::string scheme : {"socks5h", "socks4a", "http"}) {
        chain all{{hop(scheme), second}};
        auto made = all.connect_to(to_name());
        REQUIRE(made);
        made = error{};
        all.finish();
        CHECK(all.hops[0]->asked_for() == all.hops[1]->label());
        CHECK(all.hops[1]->asked_for() == "target.test:443");
    }
    CHECK(watched.times_asked() == 0);
}

TEST_CASE("the name of a hop is looked up here when the scheme of the hop before it says so") {
    hop_wish second = hop("socks5h");
    second.host = "second.test";
    for (const std::string scheme : {"socks5", "socks4"}) {
        const fake_name watched{"second.test", {"192.0.2.2"}};
        const fake_name target{"target.test", {"192.0.2.3"}};
        chain all{{hop(scheme), second}};
        auto made = all.connect_to(to_name());
        REQUIRE(made);
        made = error{};
        all.finish();
        CHECK(all.hops[0]->asked_for() == "192.0.2.2:" + std::to_string(all.hops[1]->port()));
        CHECK(all.hops[1]->asked_for() == "target.test:443");
        CHECK(watched.times_asked() == 1);
        CHECK(target.times_asked() == 0);
    }
}

TEST_CASE("a target's name is looked up here when the last hop leaves that to us") {
    const fake_name target{"target.test", {"192.0.2.3"}};
    chain all{{hop("socks5h"), hop("socks5")}};
    auto made = all.connect_to(to_name());
    REQUIRE(made);
    made = error{};
    all.finish();
    CHECK(all.hops[1]->asked_for() == "192.0.2.3:443");
}

TEST_CASE("the name of a later hop that does not exist is the name of a proxy") {
    const fake_name nothing{"second.test", {}};
    hop_wish second = hop("socks5h");
    second.host = "second.test";
    chain all{{hop("socks5"), second}};
    const error why = all.failure();
    CHECK(why.kind == failure::proxy_name);
    CHECK(why.at == phase::lookup);
    all.finish();
    CHECK_FALSE(all.hops[0]->was_reached());
}

struct way_to_fail {
    fault what;
    failure kind;
    phase at;
};
const std::vector<way_to_fail> ways{
    {fault::refuses, failure::refused, phase::request},
    {fault::closes, failure::closed, phase::request},
    {fault::wrong_certificate, failure::tls, phase::tls},
    {fault::speaks_plain, failure::tls, phase::tls},
};

TEST_CASE("an error of a chain names the hop and the phase, whichever hop it is") {
    constexpr std::size_t count = 4;
    for (const way_to_fail& way : ways) {
        for (std::size_t bad = 0; bad < count; ++bad) {
            CAPTURE(static_cast<int>(way.what), bad);
            std::vector<hop_wish> wishes{
                hop("socks5h", true), hop("http", true), hop("socks4a", true),
                hop("socks5h", true)};
            wishes[bad].fails_with = way.what;
            chain all{wishes};
            const error why = all.failure();
            INFO(to_string(why));
            CHECK(why.kind == way.kind);
            CHECK(why.at == way.at);
            CHECK(why.hop == all.hops[bad]->label());
            CHECK(all.took < 5s);
            all.finish();
            for (std::size_t i = 0; i < count; ++i)
                CHECK(all.hops[i]->was_reached() == (i <= bad));
            if (way.at == phase::tls && way.what == fault::wrong_certificate)
                CHECK(all.hops[bad]->heard().empty()); // not one byte of SOCKS
        }
    }
}

TEST_CASE("a refusal in a chain says what was refused") {
    std::vector<hop_wish> wishes{hop("socks5h"), hop("http"), hop("socks5h")};
    wishes[0].fails_with = fault::refuses;
    chain first{wishes};
    CHECK(first.failure().cause.find(first.hops[1]->label()) != std::string::npos);
    wishes[0].fails_with = fault::none;
    wishes[1].fails_with = fault::refuses;
    chain second{wishes};
    CHECK(second.failure().cause.find(second.hops[2]->label()) != std::string::npos);
}

TEST_CASE("the time limit is one for the whole chain") {
    for (std::size_t silent = 0; silent < 3; ++silent) {
        std::vector<hop_wish> wishes{hop("socks5h", true), hop("socks4a"), hop("http")};
        wishes[silent].fails_with = fault::is_silent;
        chain all{wishes};
        all.options.time_limit = 500ms;
        const error why = all.failure();
        CHECK(why.kind == failure::timeout);
        CHECK(why.hop == all.hops[silent]->label());
        CHECK(why.at == phase::request);
        CHECK(all.took >= 400ms);
        CHECK(all.took < 3s);
    }
}

TEST_CASE("a password of a later hop is in clear where something beyond this machine carries it") {
    struct situation {
        std::string first_host, second_host;
        bool first_tls, second_tls, is_clear;
    };
    const fake_name first{"first.test", {"127.0.0.1"}};
    const std::vector<situation> situations{
        {"127.0.0.1", "127.0.0.1", false, false, false},
        {"127.0.0.1", "localhost", false, false, false},
        {"127.0.0.1", "second.test", false, false, true},
        {"127.0.0.1", "second.test", true, false, true}, // TLS ends at the first hop
        {"127.0.0.1", "192.0.2.2", false, false, true},
        {"127.0.0.1", "second.test", false, true, false},
        {"127.0.0.1", "192.0.2.2", true, true, false},
        {"first.test", "127.0.0.1", true, false, false}, // its address is this machine's
    };
    for (const situation& each : situations) {
        for (const std::string scheme : {"socks5h", "http"}) {
            CAPTURE(each.first_host, each.second_host, each.first_tls, each.second_tls, scheme);
            hop_wish one = hop("socks5h", each.first_tls);
            hop_wish two = hop(scheme, each.second_tls, "bob");
            one.host = each.first_host;
            two.host = each.second_host;
            if (each.second_host == "192.0.2.2")
                two.host = each.second_tls ? "hop.test" : each.second_host;
            chain all{{one, two}};
            auto made = all.connect_to(to_ip());
            if (!made)
                FAIL(to_string(made.error()));
            CHECK(all.seen.has("password in clear") == each.is_clear);
        }
    }
}

TEST_CASE("each hop of a chain has its own trust") {
    chain all{{hop("socks5h", true), hop("socks5h", true)}};
    all.options.chain[1].trust.cacert = other_authority_file();
    const error second = all.failure();
    CHECK(second.kind == failure::tls);
    CHECK(second.hop == all.hops[1]->label());

    chain other{{hop("socks5h", true), hop("socks5h", true)}};
    other.options.chain[0].trust.cacert = other_authority_file();
    other.options.chain[1].trust.insecure = true;
    const error first = other.failure();
    CHECK(first.kind == failure::tls);
    CHECK(first.hop == other.hops[0]->label());
    other.finish();
    CHECK_FALSE(other.hops[1]->was_reached());
}

TEST_CASE("cancelling a chain closes what stands of it") {
    std::vector<hop_wish> wishes{hop("socks5h", true), hop("http", true), hop("socks5h")};
    wishes[2].fails_with = fault::is_silent;
    chain all{wishes};
    const address destination = to_ip();
    operation<result<connection>> one{connect(all.options, destination)};
    background canceller{[&] {
        const stopwatch watch;
        while (!all.hops[2]->was_reached() && watch.elapsed() < patience)
            std::this_thread::sleep_for(1ms);
        one.cancel();
    }};
    const stopwatch watch;
    CHECK(one.run());
    canceller.finish();
    CHECK(watch.elapsed() < 5s);
    CHECK((!one.outcome() || !*one.outcome()));
    all.finish(); // every thread has seen its end
}

TEST_CASE("an association with a relay of the caller's needs one") {
    connect_options options;
    options.chain.push_back(parse_proxy_url("127.0.0.1:1").value());
    associate_options wishes;
    wishes.relay = relay_choice::fixed;
    const auto refused = run(associate(options, wishes));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == failure::usage);
}

} // namespace
} // namespace sockscat::tests
