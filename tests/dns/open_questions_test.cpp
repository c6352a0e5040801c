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
    CHECK(open.dropped().strangers == 2);
    open.accept(response_to(queries[0], {four}));
    REQUIRE(open.left() == 0);
    const auto came = open.outcomes();
    CHECK(came[0].response.value().answers.front().data == "192.0.2.80");
    CHECK(came[1].response.value().answers.front().data == "2001:db8::1");
    CHECK(came[0].elapsed_ms);
}

// A name of sixty letters, whose random case is another one but for once in 2^60.
std::vector<dns_question> of_letters() {
    std::vector<dns_question> one(1);
    one.front().name = std::string(60, 'a');
    return one;
}

bytes lowered(bytes query) {
    for (std::size_t i = 13; i < 73; ++i)
        query[i] |= 0x20U;
    return query;
}

TEST_CASE("letters in random cases must come back, or it is asked again without them") {
    const auto from = server();
    open_questions open{of_letters(), open_questions::letters::mixed, from};
    const bytes query = due_of(open).front();
    CHECK(lowered(query) != query);
    open.accept(response_to(lowered(query), {four}));
    CHECK(open.left() == 1);
    CHECK(open.dropped().other_case == 1);
    const auto again = due_of(open);
    REQUIRE(again.size() == 1);
    CHECK(again[0] == lowered(again[0]));
    if (again[0][0] != query[0] || again[0][1] != query[1]) { // ids are random
        open.accept(response_to(query, {four})); // the first form does not count any more
        CHECK(open.left() == 1);
    }
    open.accept(response_to(again[0], {four}));
    CHECK(open.left() == 0);
}

TEST_CASE("asked plainly, a question may be answered in either form") {
    for (const bool in_first_form : {true, false}) {
        const auto from = server();
        open_questions open{of_letters(), open_questions::letters::mixed, from};
        const bytes query = due_of(open).front();
        open.ask_again_plainly();
        CHECK(due_of(open) == std::vector<bytes>{lowered(query)});
        open.accept(response_to(in_first_form ? query : lowered(query), {four}));
        CHECK(open.left() == 0);
    }
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
    open.accept(response_to(again[0], {}, 1));
    CHECK(open.left() == 1);
    open.accept(response_to(first[1], {six}));
    const auto came = open.outcomes();
    CHECK(came[0].response.value().rcode == 1);
    CHECK(came[1].response.value().answers.size() == 1);
}

TEST_CASE("an answer to the form with EDNS is none once the question is asked without") {
    const auto from = server();
    int renewed = 0;
    for (int i = 0; i < 4; ++i) {
        open_questions open{both(), open_questions::letters::kept, from};
        const auto first = due_of(open);
        open.accept(response_to(first[0], {}, 1));
        const auto again = due_of(open);
        REQUIRE(again.size() == 1);
        if (again[0][0] == first[0][0] && again[0][1] == first[0][1])
            continue; // ids are random, and may be the same once
        ++renewed;
        open.accept(response_to(first[0], {}, 1));
        CHECK(open.left() == 2);
        CHECK(open.dropped().strangers == 1);
    }
    CHECK(renewed > 1);
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
    open.fail(from.timed_out(dns_errc::no_answer));
    const auto came = open.outcomes();
    CHECK(came[0].response.error().code == dns_errc::malformed);
    CHECK(came[0].elapsed_ms); // the server did answer
    CHECK(came[1].response.error().code == dns_errc::no_answer);
    CHECK_FALSE(came[1].elapsed_ms);
}

TEST_CASE("a failure says what was dropped") {
    const auto from = server();
    open_questions open{both(), open_questions::letters::kept, from};
    open.accept({});
    drop_counters before;
    before.fragment = 2;
    open.dropped_before(before);
    open.fail(from.timed_out(dns_errc::no_answer));
    const auto came = open.outcomes();
    CHECK(
        to_string(came.front().response.error()) ==
        "proxy.test:1080: relay: DNS server 192.0.2.53:53: no answer; dropped: 2 fragments, 1 that "
        "does not answer the question");
    CHECK(came.back().dropped.datagrams.fragment == 2);
    CHECK(came.back().dropped.strangers == 1);
    CHECK(to_string(dns_drops{}).empty());
}

TEST_CASE("an error without a question counts for the question with its id") {
    const auto from = server();
    open_questions open{both(), open_questions::letters::kept, from};
    const auto first = due_of(open);
    const auto complaint = [](const bytes& query, std::uint8_t rcode) {
        return join(
            bytes{query[0], query[1], 0x81, static_cast<std::uint8_t>(0x80U | rcode)}, bytes(8));
    };
    if (first[0][0] == first[1][0] && first[0][1] == first[1][1])
        return; // ids are random
    open.accept(complaint(first[1], 5));
    CHECK(open.left() == 1);
    open.accept(complaint(first[0], 1)); // the one without EDNS follows
    const auto again = due_of(open);
    REQUIRE(again.size() == 1);
    open.accept(complaint(again[0], 2));
    REQUIRE(open.left() == 0);
    const auto came = open.outcomes();
    CHECK(came[0].response.value().rcode == 2);
    CHECK(came[1].response.value().rcode == 5);
}

} // namespace
} // namespace sockscat::tests
