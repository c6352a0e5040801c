// SPDX-License-Identifier: MIT
/// DNS messages (RFC 1035): a question as bytes, bytes as an answer to it. No socket.
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat {

/// TYPE of a resource record, as on the wire.
using record_type = std::uint16_t;

inline constexpr record_type type_a = 1;
inline constexpr record_type type_ns = 2;
inline constexpr record_type type_cname = 5;
inline constexpr record_type type_ptr = 12;
inline constexpr record_type type_aaaa = 28;

/// The type of a mnemonic in any case ("MX", "TYPE65535"); nothing if there is none, or if it is
/// not for questions about records (OPT, AXFR, ...). All but A, AAAA, CNAME and PTR need
/// library::ldns, as do answers.
SOCKSCAT_EXPORT std::optional<record_type> parse_record_type(std::string_view text);
/// "MX"; "TYPE65535" for a type without a mnemonic, and for the others without library::ldns.
SOCKSCAT_EXPORT std::string to_mnemonic(record_type type);

/// What is asked. The name is in presentation form (dns_name.hpp), with no dot at the end, but for
/// the root ".".
struct dns_question {
    dns_question() = default;

    std::string name;
    /// The same with letters in other cases, as it is sent and must come back. Empty: it is sent as
    /// it is, and may come back in any case.
    std::string sent_name;
    record_type type{type_a};
    std::uint16_t id{0};
    bool edns{true}; ///< offers to take more than 512 bytes over UDP (RFC 6891)
};

/// The query. The name must have passed check_dns_name() (dns_name.hpp).
SOCKSCAT_EXPORT std::vector<std::uint8_t> encode_query(const dns_question& question);

/// A record that answers the question. Texts are printable ASCII, in the presentation form of RFC
/// 1035 section 5 (bytes that are not printable stand as \DDD). A label of a name that is one of
/// the question's, too, has the case that it has there: servers make names of what they were sent.
struct dns_record {
    dns_record() = default;

    std::string type;
    std::optional<std::uint32_t> ttl_s; ///< Tor's commands tell none
    std::string data;
};

struct dns_response {
    dns_response() = default;

    int rcode{0};
    bool truncated{false};
    std::vector<dns_record> answers; ///< of the question's type, at the end of the CNAME chain
    std::string alias;               ///< where the CNAME chain ends; empty: there is none
};

/// "NXDOMAIN"
SOCKSCAT_EXPORT std::string rcode_name(int rcode);

enum class dns_fault : std::uint8_t {
    stranger,   ///< no response to this question: another id, name, type, class
    other_case, ///< it would be one but for the letters of sent_name
    malformed,  ///< a response to it that cannot be read
};

struct dns_reading {
    dns_reading() = default;

    std::optional<dns_fault> fault;
    dns_response response; ///< if there is no fault
};

/// Any bytes are accepted, and nothing in them is believed but what belongs to the question.
SOCKSCAT_EXPORT dns_reading
decode_response(std::span<const std::uint8_t> message, const dns_question& question);

} // namespace sockscat
