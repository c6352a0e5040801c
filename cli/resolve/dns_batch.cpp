// SPDX-License-Identifier: MIT
#include "dns_batch.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace sockscat::cli {
namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string mixed_case(std::string name, std::random_device& random) {
    for (char& c : name)
        if (is_letter(c) && (random() & 1U) != 0)
            c = static_cast<char>(c ^ 0x20);
    return name;
}

constexpr int format_error = 1; // FORMERR

} // namespace

dns_batch::dns_batch(std::vector<dns_question> questions, bool mixes_case, error malformed)
    : malformed_{std::move(malformed)} {
    std::random_device random;
    for (dns_question& question : questions) {
        entry next;
        next.question = std::move(question);
        next.question.id = static_cast<std::uint16_t>(random());
        if (mixes_case)
            next.question.sent_name = mixed_case(next.question.name, random);
        next.query = encode_query(next.question);
        entries_.push_back(std::move(next));
    }
}

bool dns_batch::is_complete() const {
    return std::all_of(
        entries_.begin(), entries_.end(), [](const entry& each) { return each.outcome; });
}

bool dns_batch::take(std::span<const std::uint8_t> message) {
    for (entry& each : entries_) {
        if (each.outcome)
            continue;
        dns_reading reading = decode_response(message, each.question);
        if (reading.fault == dns_fault::stranger)
            continue;
        if (reading.fault) {
            each.outcome = malformed_;
            return false;
        }
        if (reading.response.rcode == format_error && std::exchange(each.question.edns, false)) {
            each.query = encode_query(each.question);
            return true;
        }
        each.outcome = std::move(reading.response);
        return false;
    }
    ++dropped_;
    return false;
}

void dns_batch::fail_open(const error& why) {
    for (entry& each : entries_)
        if (!each.outcome)
            each.outcome = why;
}

void dns_batch::give_up(error why) {
    if (dropped_ > 0)
        why.cause += "; dropped " + std::to_string(dropped_) + " that did not belong to it";
    fail_open(why);
}

std::vector<dns_outcome> dns_batch::outcomes() {
    std::vector<dns_outcome> all;
    for (entry& each : entries_)
        all.push_back(std::move(*each.outcome));
    return all;
}

error about_server(
    const connect_options& options, failure kind, const address& server, std::string_view what) {
    error why{kind, phase::relay, "DNS server " + to_string(server) + ": " + std::string{what}};
    why.hop = options.chain.back().label();
    return why;
}

error malformed_answer(const connect_options& options, const address& server) {
    return about_server(options, failure::stream, server, "its answer is malformed");
}

} // namespace sockscat::cli
