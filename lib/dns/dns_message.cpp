// SPDX-License-Identifier: MIT
#include "answer_section.hpp"
#include "dns_wire.hpp"
#include "libraries/ldns.hpp"

#include <sockscat/dns_message.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace sockscat {
namespace {

using dns::answer_section;
using dns::bytes_view;
using dns::labels_of;
using dns::put_name;
using dns::put_u16;
using dns::u16_at;

constexpr std::size_t header_size = 12;
constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t recursion_desired = 0x0100;
constexpr std::uint16_t udp_size = 1232; // fits into every path with a SOCKS header before it

// QNAME QTYPE QCLASS.
std::vector<std::uint8_t> encode_question(std::string_view name, record_type type) {
    std::vector<std::uint8_t> out;
    put_name(out, name);
    put_u16(out, type);
    put_u16(out, class_in);
    return out;
}

std::vector<std::uint8_t> as_sent(const dns_question& question) {
    const bool is_mixed = !question.sent_name.empty();
    return encode_question(is_mixed ? question.sent_name : question.name, question.type);
}

dns_reading faulty(dns_fault fault) {
    dns_reading out;
    out.fault = fault;
    return out;
}

enum class relation : std::uint8_t { none, other_case, answer, complaint };

// QNAME QTYPE QCLASS of a message as it was asked.
relation compare_question(bytes_view message, const dns_question& question) {
    const auto asked = as_sent(question);
    const bytes_view rest = message.subspan(header_size);
    if (u16_at(message, 4) != 1 || rest.size() < asked.size())
        return relation::none;
    if (std::equal(asked.begin(), asked.end(), rest.begin()))
        return relation::answer;
    const bytes_view got = rest.first(asked.size());
    const auto name_size = static_cast<std::ptrdiff_t>(asked.size() - 4);
    const auto is_same = [](std::uint8_t a, std::uint8_t b) {
        return lower(static_cast<char>(a)) == lower(static_cast<char>(b));
    };
    const bool differs_in_case =
        std::equal(asked.begin(), asked.begin() + name_size, got.begin(), is_same) &&
        std::equal(asked.begin() + name_size, asked.end(), got.begin() + name_size);
    if (!differs_in_case)
        return relation::none;
    return question.sent_name.empty() ? relation::answer : relation::other_case;
}

relation relation_of(bytes_view message, const dns_question& question) {
    if (message.size() < header_size || u16_at(message, 0) != question.id)
        return relation::none;
    const unsigned flags = u16_at(message, 2);
    const bool is_response = (flags & 0x8000U) != 0;
    const bool is_query_opcode = (flags & 0x7800U) == 0;
    if (!is_response || !is_query_opcode)
        return relation::none;
    // A server that fails, or does not understand the query, may leave the question out.
    const bool is_complaint = u16_at(message, 4) == 0 && (flags & 0x000FU) != 0 &&
                              (flags & 0x000FU) != LDNS_RCODE_NXDOMAIN;
    return is_complaint ? relation::complaint : compare_question(message, question);
}

} // namespace

std::vector<std::uint8_t> encode_query(const dns_question& question) {
    std::vector<std::uint8_t> out;
    put_u16(out, question.id);
    put_u16(out, recursion_desired);
    for (const int count : {1, 0, 0, question.edns ? 1 : 0}) // QDCOUNT ANCOUNT NSCOUNT ARCOUNT
        put_u16(out, static_cast<std::uint16_t>(count));
    const auto asked = as_sent(question);
    out.insert(out.end(), asked.begin(), asked.end());
    if (!question.edns)
        return out;
    out.push_back(0); // OPT: the root's name, our size as class, no flags, no options
    put_u16(out, LDNS_RR_TYPE_OPT);
    put_u16(out, udp_size);
    out.insert(out.end(), 6, 0);
    return out;
}

dns_reading decode_response(std::span<const std::uint8_t> message, const dns_question& question) {
    const relation kind = relation_of(message, question);
    if (kind == relation::none)
        return faulty(dns_fault::stranger);
    if (kind == relation::other_case)
        return faulty(dns_fault::other_case);
    dns_reading out;
    const unsigned flags = u16_at(message, 2);
    out.response.rcode = static_cast<int>(flags & 0x000FU);
    out.response.truncated = kind == relation::answer && (flags & 0x0200U) != 0;
    if (out.response.truncated || kind == relation::complaint)
        return out; // what there is of a truncated answer is not for use
    // Names in answers are compressed onto the question: they get its cases, so it gets ours.
    std::vector<std::uint8_t> copy{message.begin(), message.end()};
    const auto meant = encode_question(question.name, question.type);
    std::copy(meant.begin(), meant.end(), copy.begin() + header_size);
    answer_section answers;
    if (!answers.read(
            copy, header_size + meant.size(), u16_at(message, 6), labels_of(question.name)))
        return faulty(dns_fault::malformed);
    const bool follows = question.type != LDNS_RR_TYPE_CNAME && question.type != LDNS_RR_TYPE_ANY;
    auto end = answer_section::chain_from(question.name);
    if (follows)
        end = answers.follow(std::move(end));
    out.response.alias = end.alias;
    if (!answers.collect(end.owner, question.type, out.response.answers))
        return faulty(dns_fault::malformed);
    return out;
}

} // namespace sockscat
