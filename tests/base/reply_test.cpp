// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sockscat/error.hpp>
#include <sockscat/reply.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

namespace sockscat::tests {
namespace {

TEST_CASE("every assigned SOCKS5 reply has words of its own, the others show their number") {
    const auto& replies = socks5_reply_category();
    std::set<std::string> words;
    std::size_t assigned = 0;
    for (int code = 0; code < 256; ++code) {
        const bool is_assigned = code <= 0x08 || (code >= 0xF0 && code <= 0xF7);
        const std::string text = replies.message(code);
        CAPTURE(code, text);
        CHECK((text.find("unassigned") == std::string::npos) == is_assigned);
        CHECK((find_reply(static_cast<socks5_reply>(code)) != nullptr) == is_assigned);
        words.insert(text);
        assigned += is_assigned ? 1 : 0;
    }
    CHECK(words.size() == 256);
    CHECK(assigned == 17);
    CHECK(replies.message(0x09) == "unassigned reply 0x09");
    CHECK(replies.message(0x05) == "connection refused");
}

TEST_CASE("SOCKS4 replies have words, the others show their number") {
    const auto& replies = socks4_reply_category();
    CHECK(replies.message(90) == "granted");
    CHECK(replies.message(91) == "rejected or failed");
    CHECK(replies.message(92).find("identd") != std::string::npos);
    CHECK(replies.message(93).find("identd") != std::string::npos);
    CHECK(replies.message(94) == "unassigned reply 0x5e");
    CHECK(find_reply(socks4_reply{94}) == nullptr);
    CHECK(replies != socks5_reply_category());
}

TEST_CASE("the tables are in the order of the codes, and no name is there twice") {
    for (const auto table : {socks5_replies(), socks4_replies()}) {
        CHECK(std::is_sorted(table.begin(), table.end(), [](const auto& one, const auto& other) {
            return one.code < other.code;
        }));
        std::set<std::string_view> names;
        for (const reply_entry& each : table)
            names.insert(each.name);
        CHECK(names.size() == table.size());
    }
}

TEST_CASE("statuses of HTTP are in one table in their order, each with a name of its own") {
    const auto table = http_statuses();
    CHECK(std::is_sorted(table.begin(), table.end(), [](const auto& one, const auto& other) {
        return one.code < other.code;
    }));
    std::set<std::string_view> names;
    for (const http_status_entry& each : table) {
        names.insert(each.name);
        CHECK(find_reply(each.code) == &each);
    }
    CHECK(names.size() == table.size());
    CHECK(find_reply(http_status{502})->name == "bad-gateway");
    CHECK(find_reply(http_status{418}) == nullptr);
}

TEST_CASE("an error is compared with a reply, a byte from the wire too") {
    error why{failure::refused, phase::request, "refused"};
    why.code = socks5_reply::not_allowed;
    CHECK(why.code == socks5_reply::not_allowed);
    CHECK(why.code != socks5_reply::general_failure);
    CHECK(why.code != http_status::forbidden);
    CHECK(why.code.message() == "not allowed by the ruleset");
    CHECK(std::error_code{91, socks4_reply_category()} == socks4_reply::rejected);
    CHECK(std::error_code{403, http_status_category()} == http_status::forbidden);
    CHECK(std::uint8_t{0x5A} == socks4_reply::granted);
    CHECK(std::optional<std::uint8_t>{0xF0} == socks5_reply::onion_not_found);
    CHECK_FALSE(std::optional<std::uint8_t>{} == socks5_reply::succeeded);
}

TEST_CASE("a refusal fits the errno of a connect() that fails like it") {
    CHECK(make_error_code(socks5_reply::connection_refused) == std::errc::connection_refused);
    CHECK(make_error_code(socks5_reply::network_unreachable) == std::errc::network_unreachable);
    CHECK(make_error_code(socks5_reply::host_unreachable) == std::errc::host_unreachable);
    CHECK(make_error_code(socks5_reply::not_allowed) == std::errc::permission_denied);
    CHECK(make_error_code(http_status::forbidden) == std::errc::permission_denied);
    for (const socks5_reply other :
         {socks5_reply::general_failure, socks5_reply::ttl_expired,
          socks5_reply::command_not_supported, socks5_reply::address_type_not_supported,
          socks5_reply::onion_not_found, socks5_reply::onion_introduction_timed_out,
          socks5_reply{0x77}})
        CHECK(make_error_code(other) == std::errc::connection_refused);
    for (const int code : {91, 92, 93, 94})
        CHECK(std::error_code{code, socks4_reply_category()} == std::errc::connection_refused);
    for (const int status : {400, 407, 502})
        CHECK(std::error_code{status, http_status_category()} == std::errc::connection_refused);
}

TEST_CASE("success fits no errno") {
    CHECK_FALSE(make_error_code(socks5_reply::succeeded).default_error_condition());
    CHECK_FALSE(make_error_code(socks4_reply::granted).default_error_condition());
}

TEST_CASE("categories have the names of their protocols, and statuses of HTTP show their number") {
    CHECK(std::string{socks5_reply_category().name()} == "socks5.reply");
    CHECK(std::string{socks4_reply_category().name()} == "socks4.reply");
    CHECK(std::string{http_status_category().name()} == "http.status");
    CHECK(make_error_code(http_status::bad_gateway).message() == "status 502");
    CHECK(http_status_category().message(418) == "status 418");
    CHECK_FALSE(make_error_code(http_status::ok).default_error_condition());
    CHECK(std::error_code{418, http_status_category()} == std::errc::connection_refused);
    CHECK(make_error_code(socks4_reply::rejected) == std::errc::connection_refused);
    CHECK(std::error_code{0x20, socks4_reply_category()} == std::errc::connection_refused);
}

} // namespace
} // namespace sockscat::tests
