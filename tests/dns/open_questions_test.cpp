// SPDX-License-Identifier: MIT
#include "responses.hpp"
#include "support/catch.hpp"

#include "dns/open_questions.hpp"

#include <string>

namespace sockscat::tests {
namespace {

using dns::open_questions;

const bytes four = "c0 00 02 50"_hex;
const bytes six = "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"_hex;

dns::asked_server server() {
    return {"proxy.test:1080", address{parse_host("192.0.2.53").value(), 53}};
}

std::vector<dns_question> both() {
    std::vector<dns_question> questions(2);
    questions[0].name = questions[1].name = "www.example.test";
    questions[1].type = type_aaaa;
    return questions;
}

std::vector<bytes> due_of(open_questions& open) {
    std::vector<bytes> queries;
    for (const auto each : open.take_due())
        queries.push_back(to_bytes(each));
    return queries;
}

TEST_CASE("each question is sent once, and answered by its id and question") {
    const auto from = server();
    open_questions open{both(), open_questions::letters::kept, from};
    const auto queries = due_of(open);
    REQUIRE(queries.size() == 2);
    CHECK_FALSE(open.has_due());
    open.accept(response_to(queries[1], {six})); // in any order
    CHECK(open.left() == 1);
    bytes other_id = response_to(queries[0], {four});
    other_id[0] ^= 1U;
    open.accept(other_id);
    open.accept(response_to(queries[1], {six}));
    CHECK(open.left() == 1);
    CHECK(open.dropped() == 2);
    open.accept(response_to(queries[0], {four}));
    REQUIRE(open.left() == 0);
    const auto came = open.outcomes();
    CHECK(came[0].response.value().answers.front().data == "192.0.2.80");
    CHECK(came[1].response.value().answers.front().data == "2001:db8::1");
    CHECK(came[0].elapsed_ms);
}

TEST_CASE("letters in random cases must come back") {
    const auto from = server();
    std::vector<dns_question> one = both();
    one.pop_back();
    one.front().name = std::string(60, 'a');
    open_questions open{one, open_questions::letters::mixed, from};
    const bytes query = due_of(open).front();
    bytes lowered = query;
    for (std::size_t i = 13; i < 73; ++i)
        lowered[i] |= 0x20U;
    CHECK(lowered != query); // but for once in 2^60
    open.accept(response_to(lowered, {four}));
    CHECK(open.left() == 1);
    open.accept(response_to(query, {four}));
    CHECK(open.left() == 0);
}

TEST_CASE("without EDNS only the question that was not understood is asked again, as a new one") {
    const auto from = server();
    open_questions open{both(), open_questions::letters::kept, from};
    const auto first = due_of(open);
    open.accept(response_to(first[0], {}, 1));
    const auto again = due_of(open);
    REQUIRE(again.size() == 1);
    CHECK(question_of(again[0]) == question_of(first[0]));
    CHECK(has_edns(first[0]));
    CHECK_FALSE(has_edns(again[0]));
    if (again[0][0] != first[0][0] || again[0][1] != first[0][1]) { // ids are random
        open.accept(response_to(first[0], {}, 1));                  // to the old form
        CHECK(open.left() == 2);
        CHECK(open.dropped() == 1);
    }
    open.accept(response_to(again[0], {}, 1));
    CHECK(open.left() == 1);
    open.accept(response_to(first[1], {six}));
    const auto came = open.outcomes();
    CHECK(came[0].response.value().rcode == 1);
    CHECK(came[1].response.value().answers.size() == 1);
}

TEST_CASE("what is left is due again, what is answered is not") {
    const auto from = server();
    open_questions open{both(), open_questions::letters::kept, from};
    const auto first = due_of(open);
    open.accept(response_to(first[0], {four}));
    open.ask_again();
    CHECK(due_of(open) == std::vector<bytes>{first[1]});
}

TEST_CASE("an answer that cannot be read ends its question") {
    const auto from = server();
    open_questions open{both(), open_questions::letters::kept, from};
    const auto queries = due_of(open);
    open.accept(response_to(queries[0], {"01 02 03"_hex}));
    CHECK(open.left() == 1);
    open.give_up(from.timed_out(dns_errc::no_answer));
    const auto came = open.outcomes();
    CHECK(came[0].response.error().code == dns_errc::malformed);
    CHECK(came[0].elapsed_ms); // the server did answer
    CHECK(came[1].response.error().code == dns_errc::no_answer);
    CHECK_FALSE(came[1].elapsed_ms);
}

TEST_CASE("giving up says what was dropped") {
    const auto from = server();
    open_questions open{both(), open_questions::letters::kept, from};
    open.drop();
    open.accept({});
    open.give_up(from.timed_out(dns_errc::no_answer));
    CHECK(
        to_string(open.outcomes().front().response.error()) ==
        "proxy.test:1080: relay: DNS server 192.0.2.53:53: no answer; dropped 2 that did not "
        "belong to it");
}

} // namespace
} // namespace sockscat::tests
