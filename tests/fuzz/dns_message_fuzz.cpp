// SPDX-License-Identifier: MIT
// Responses of any DNS server: whatever stands in them, what is printed is plain ASCII, and nothing
// is taken from a message that does not belong to the question.
#include "dns_wire.hpp"
#include "fuzz.hpp"

#include <sockscat/dns_message.hpp>

#include <array>
#include <vector>

namespace sockscat::fuzz {
namespace {

constexpr std::array<record_type, 13> types{1, 28, 12, 5, 15, 16, 33, 2, 6, 257, 65, 255, 65280};

// Header and question as they must be, or nearly; the answers are the input's.
std::vector<std::uint8_t> response_to(const dns_question& question, source& input) {
    const unsigned how = input.byte();
    const unsigned flags = input.byte();
    std::vector<std::uint8_t> message;
    put_u16(message, (how & 7U) == 1 ? question.id ^ 0x0100U : question.id);
    message.push_back(static_cast<std::uint8_t>(0x81U ^ ((how & 7U) == 2 ? flags & 0xFEU : 0U)));
    message.push_back(static_cast<std::uint8_t>((how & 0x80U) != 0 ? flags : 0x80U));
    put_u16(message, (how & 7U) == 3 ? 0 : (how & 7U) == 4 ? 2 : 1);
    put_u16(message, input.byte());
    put_u16(message, 0);
    put_u16(message, 0);
    if ((how & 7U) != 3) {
        const std::string_view sent =
            question.sent_name.empty() ? question.name : question.sent_name;
        const auto asked = question_of(
            (how & 7U) == 5   ? "www.TEST"
            : (how & 7U) == 6 ? "ww.wtest"
                              : sent,
            (how & 7U) == 7 ? question.type ^ 1U : question.type, (how & 0x40U) != 0 ? 3 : 1);
        message.insert(message.end(), asked.begin(), asked.end());
    }
    const auto answers = input.rest();
    message.insert(message.end(), answers.begin(), answers.end());
    return message;
}

bool is_plain(std::string_view text) {
    return is_clean(text) &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x7F; });
}

bool same(const dns_reading& one, const dns_reading& other) {
    const auto equal = [](const dns_record& a, const dns_record& b) {
        return a.type == b.type && a.ttl_s == b.ttl_s && a.data == b.data;
    };
    const auto& left = one.response.answers;
    const auto& right = other.response.answers;
    return one.fault == other.fault && one.response.alias == other.response.alias &&
           std::equal(left.begin(), left.end(), right.begin(), right.end(), equal);
}

void check(source& input) {
    const std::uint8_t choice = input.byte();
    dns_question question;
    question.name = "www.test";
    question.id = 0x1234;
    question.type = types[(choice >> 1U) % types.size()];
    if ((choice & 0x80U) != 0)
        question.sent_name = "wWw.teSt";
    const bool is_raw = (choice & 1U) != 0;
    const auto raw = is_raw ? input.rest() : std::span<const std::uint8_t>{};
    const std::vector<std::uint8_t> message =
        is_raw ? std::vector<std::uint8_t>{raw.begin(), raw.end()} : response_to(question, input);
    const dns_reading got = decode_response(message, question);
    const bool is_ours = belongs(message, question.id, question.name, question.type);
    must(!got.fault || got.response.answers.empty(), "a faulty response has answers");
    must(is_ours == (got.fault != dns_fault::stranger), "a response, or a stranger");
    must(
        got.fault || message.size() < 12 || (message[2] & 2U) == 0 || u16_at(message, 4) == 0 ||
            got.response.truncated,
        "a truncated response is taken for whole");
    must(!got.response.truncated || got.response.answers.empty(), "what was cut is believed");
    must(is_plain(got.response.alias), "an alias that is not clean");
    for (const dns_record& each : got.response.answers)
        must(is_plain(each.data) && is_plain(each.type), "an answer that is not clean");
    must(same(got, decode_response(message, question)), "read again it says something else");
    dns_question other = question; // the same message for somebody else
    other.id = static_cast<std::uint16_t>(question.id ^ 1U);
    must(
        !is_ours || decode_response(message, other).fault == dns_fault::stranger,
        "another number was believed");
    other = question;
    other.sent_name = "wWW.test";
    must(
        is_raw || !is_ours || u16_at(message, 4) == 0 ||
            decode_response(message, other).fault == dns_fault::other_case,
        "another case was believed");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
