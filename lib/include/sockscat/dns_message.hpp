// SPDX-License-Identifier: MIT
/// \file
/// DNS messages (RFC 1035): from a question to bytes, and from bytes to its answer. No socket.
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat {

/// TYPE of a resource record (RFC 1035 section 3.2.2).
using record_type = std::uint16_t;

inline constexpr record_type type_a = 1;     ///< 1: an IPv4 address
inline constexpr record_type type_ns = 2;    ///< 2: a name server
inline constexpr record_type type_cname = 5; ///< 5: the name that this one is an alias of
inline constexpr record_type type_ptr = 12;  ///< 12: the name of an address
inline constexpr record_type type_aaaa = 28; ///< 28: an IPv6 address (RFC 3596)

/// The type of a mnemonic in upper or lower case ("MX", "TYPE65535"). Nothing if it is unknown, or
/// not a type of records that can be asked for (OPT, AXFR, ...). All types except A, AAAA, CNAME
/// and PTR need library::ldns, as does decode_response().
SOCKSCAT_EXPORT std::optional<record_type> parse_record_type(std::string_view text);
/// "MX"; "TYPE65535" for a type without a mnemonic, and for most if library::ldns is missing.
SOCKSCAT_EXPORT std::string to_mnemonic(record_type type);

/// What is asked for.
struct dns_question {
    dns_question() = default;

    /// In presentation form (dns_name.hpp), without a dot at the end, except for the root ".".
    std::string name;
    /// The same with letters in other cases, as it is sent and must come back. Empty: `name` is
    /// sent as it is, and may come back in any case.
    std::string sent_name;
    record_type type{type_a}; ///< which records
    std::uint16_t id{0};      ///< ID of the message; unpredictable over UDP
    bool edns{true};          ///< accepts more than 512 bytes over UDP (RFC 6891)
};

/// The query as bytes, without a length before it. The name must have passed check_dns_name()
/// (dns_name.hpp).
SOCKSCAT_EXPORT std::vector<std::uint8_t> encode_query(const dns_question& question);

/// A record that answers the question. Texts are printable ASCII, in the presentation form of RFC
/// 1035 section 5 (other bytes are written as `\DDD`). A label that is also one of the question's
/// is in the case that it has there, because servers build names from what they were sent.
struct dns_record {
    dns_record() = default;

    std::string type;                   ///< its mnemonic
    std::optional<std::uint32_t> ttl_s; ///< seconds; nothing from Tor's commands
    std::string data;                   ///< "192.0.2.1"
};

/// What a response says.
struct dns_response {
    dns_response() = default;

    int rcode{0};                    ///< RCODE; 0: no error
    bool truncated{false};           ///< TC: it did not fit, ask again over TCP
    std::vector<dns_record> answers; ///< of the question's type, at the end of the CNAME chain
    std::string alias;               ///< where the CNAME chain ends; empty: there is none
};

/// The name of an RCODE: "NXDOMAIN".
SOCKSCAT_EXPORT std::string rcode_name(int rcode);

/// Why a message is not an answer.
enum class dns_fault : std::uint8_t {
    stranger,   ///< not a response to this question: another id, name, type or class
    other_case, ///< a response, except for the case of letters of sent_name
    malformed,  ///< a response to this question that cannot be read
};

/// The result of decode_response().
struct dns_reading {
    dns_reading() = default;

    std::optional<dns_fault> fault; ///< nothing: `response` is valid
    dns_response response;          ///< if there is no `fault`
};

/// Reads a message, which may be any bytes. Nothing in it is used except what belongs to the
/// question. Needs library::ldns, and throws std::runtime_error without it: see need() of
/// libraries.hpp.
SOCKSCAT_EXPORT dns_reading
decode_response(std::span<const std::uint8_t> message, const dns_question& question);

} // namespace sockscat
