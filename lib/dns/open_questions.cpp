// SPDX-License-Identifier: MIT
#include "open_questions.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>

namespace sockscat::dns {
namespace {

using clock = std::chrono::steady_clock;

constexpr int format_error = 1; // FORMERR

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string mixed_case(std::string name, std::random_device& random) {
    for (char& c : name)
        if (is_letter(c) && (random() & 1U) != 0)
            c = static_cast<char>(c ^ 0x20);
    return name;
}

} // namespace

open_questions::open_questions(
    std::vector<dns_question> questions, letters sent, const asked_server& server)
    : server_{server} {
    std::random_device random;
    for (dns_question& question : questions) {
        open_question next;
        next.question = std::move(question);
        if (sent == letters::mixed)
            next.question.sent_name = mixed_case(next.question.name, random);
        renew(next);
        questions_.push_back(std::move(next));
    }
}

void open_questions::encode(open_question& one) {
    one.query = encode_query(one.question);
    one.is_due = true;
}

// With a new id an answer to the old form is none.
void open_questions::renew(open_question& one) {
    std::random_device random;
    one.question.id = static_cast<std::uint16_t>(random());
    encode(one);
}

std::size_t open_questions::left() const {
    const auto is_open = [](const open_question& each) { return !each.came; };
    return static_cast<std::size_t>(std::count_if(questions_.begin(), questions_.end(), is_open));
}

bool open_questions::has_due() const {
    return std::any_of(questions_.begin(), questions_.end(), [](const open_question& each) {
        return each.is_due;
    });
}

std::vector<std::span<const std::uint8_t>> open_questions::take_due() {
    std::vector<std::span<const std::uint8_t>> queries;
    for (open_question& each : questions_) {
        if (!std::exchange(each.is_due, false))
            continue;
        each.sent = clock::now();
        queries.emplace_back(each.query);
    }
    return queries;
}

void open_questions::ask_again() {
    for (open_question& each : questions_)
        each.is_due = !each.came;
}

void open_questions::ask_again_plainly() {
    for (open_question& each : questions_) {
        if (each.came)
            continue;
        each.question.sent_name.clear();
        encode(each);
    }
}

void open_questions::accept(std::span<const std::uint8_t> message) {
    for (open_question& each : questions_) {
        if (each.came)
            continue;
        dns_reading reading = decode_response(message, each.question);
        if (reading.fault == dns_fault::stranger)
            continue;
        if (reading.fault == dns_fault::other_case) {
            ++dropped_.other_case;
            each.question.sent_name.clear();
            return renew(each);
        }
        const bool knows_no_edns = !reading.fault && reading.response.rcode == format_error;
        if (knows_no_edns && std::exchange(each.question.edns, false))
            return renew(each);
        if (reading.fault)
            return close(each, server_.lost(dns_errc::malformed));
        return close(each, std::move(reading.response));
    }
    ++dropped_.strangers;
}

void open_questions::close(open_question& one, result<dns_response> what) {
    one.came.emplace(std::move(what));
    one.came->elapsed_ms =
        std::chrono::duration<double, std::milli>{clock::now() - one.sent}.count();
    one.is_due = false;
}

void open_questions::fail(error why) {
    const std::string what = to_string(dropped_);
    if (!what.empty())
        why.cause += "; dropped: " + what;
    for (open_question& each : questions_) {
        if (!each.came) {
            each.came.emplace(why);
            each.came->dropped = dropped_;
        }
        each.is_due = false;
    }
}

std::vector<outcome> open_questions::outcomes() {
    std::vector<outcome> all;
    for (open_question& each : questions_)
        all.push_back(std::move(*each.came));
    return all;
}

} // namespace sockscat::dns
