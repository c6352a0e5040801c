// SPDX-License-Identifier: MIT
/// Responses to queries, as a DNS server would write them (RFC 1035 section 4.1).
#pragma once

#include "support/bytes.hpp"

#include <algorithm>

namespace sockscat::tests {

/// QNAME, QTYPE and QCLASS of a query.
inline bytes question_of(const bytes& query) {
    std::size_t end = 12;
    while (query.at(end) != 0)
        end += std::size_t{1} + query[end];
    return {query.begin() + 12, query.begin() + static_cast<std::ptrdiff_t>(end) + 5};
}

inline unsigned type_of(const bytes& query) {
    const bytes question = question_of(query);
    return static_cast<unsigned>(question.at(question.size() - 4) << 8U) |
           question.at(question.size() - 3);
}

inline bool has_edns(const bytes& query) {
    return query.at(11) == 1;
}

/// QR, RD and RA with RCODE; one record of the question's type per item of `data`.
inline bytes response_to(
    const bytes& query, const std::vector<bytes>& data = {}, std::uint8_t rcode = 0) {
    const bytes question = question_of(query);
    bytes out{query.at(0), query.at(1), 0x81, static_cast<std::uint8_t>(0x80U | rcode), 0, 1, 0};
    out.push_back(static_cast<std::uint8_t>(data.size()));
    out.insert(out.end(), 4, 0);
    out.insert(out.end(), question.begin(), question.end());
    for (const bytes& each : data) {
        const bytes type{question.end() - 4, question.end()};
        const bytes size{0, static_cast<std::uint8_t>(each.size())};
        out = join(out, "c0 0c"_hex, type, "00 00 00 3c"_hex, size, each);
    }
    return out;
}

} // namespace sockscat::tests
