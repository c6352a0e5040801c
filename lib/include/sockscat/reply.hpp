// SPDX-License-Identifier: MIT
/// \file
/// Reply codes of proxies, in one table per protocol: numbers, names in reports, texts in messages,
/// and the errno that corresponds.
///
/// In an error they are its code: `why.code == socks5_reply::not_allowed`.
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace sockscat {

/// REP of SOCKS5 (RFC 1928 section 6; those of onion services are in Tor's socks-extensions.txt).
/// Values are those received.
enum class socks5_reply : std::uint8_t {
    succeeded = 0x00,
    general_failure = 0x01,
    not_allowed = 0x02,
    network_unreachable = 0x03,
    host_unreachable = 0x04,
    connection_refused = 0x05,
    ttl_expired = 0x06,
    command_not_supported = 0x07,
    address_type_not_supported = 0x08,
    onion_not_found = 0xF0,
    onion_invalid = 0xF1,
    onion_introduction_failed = 0xF2,
    onion_rendezvous_failed = 0xF3,
    onion_auth_missing = 0xF4,
    onion_auth_wrong = 0xF5,
    onion_bad_address = 0xF6,
    onion_introduction_timed_out = 0xF7,
};

/// CD of a SOCKS4 reply (NEC's memo SOCKS4.protocol). Values are those received.
enum class socks4_reply : std::uint8_t {
    granted = 0x5A,
    rejected = 0x5B,
    identd_unreachable = 0x5C,
    identd_mismatch = 0x5D,
};

/// Statuses of an HTTP proxy that mean something of their own here (RFC 9110 section 15, RFC 6585).
enum class http_status : std::uint16_t {
    ok = 200,
    bad_request = 400,
    unauthorized = 401,
    forbidden = 403,
    not_found = 404,
    method_not_allowed = 405,
    proxy_authentication_required = 407,
    request_timeout = 408,
    too_many_requests = 429,
    internal_server_error = 500,
    not_implemented = 501,
    bad_gateway = 502,
    service_unavailable = 503,
    gateway_timeout = 504,
};

/// One row of the tables.
struct reply_entry {
    std::uint8_t code;         ///< the number
    std::string_view name;     ///< in reports: "host-unreachable"
    std::string_view sentence; ///< in messages: "host unreachable"
    std::errc as_errno;        ///< what connect(2) reports for such a failure; 0 for success
};

/// One row of the table of HTTP, whose proxies send texts of their own.
struct http_status_entry {
    http_status code;      ///< the number
    std::string_view name; ///< in reports: "bad-gateway"
    std::errc as_errno;    ///< as in reply_entry
};

/// The assigned codes of SOCKS5, in the order of their numbers.
SOCKSCAT_EXPORT std::span<const reply_entry> socks5_replies();
/// The assigned codes of SOCKS4, in the order of their numbers.
SOCKSCAT_EXPORT std::span<const reply_entry> socks4_replies();
/// The statuses of http_status, in the order of their numbers.
SOCKSCAT_EXPORT std::span<const http_status_entry> http_statuses();

/// The row of a code; null if it is unassigned.
SOCKSCAT_EXPORT const reply_entry* find_reply(socks5_reply code);
/// The row of a code; null if it is unassigned.
SOCKSCAT_EXPORT const reply_entry* find_reply(socks4_reply code);
/// The row of a status; null if it is not in http_status.
SOCKSCAT_EXPORT const http_status_entry* find_reply(http_status code);

/// Compares a received byte with a code.
constexpr bool operator==(std::uint8_t on_wire, socks5_reply code) {
    return on_wire == static_cast<std::uint8_t>(code);
}
/// Compares a received byte with a code.
constexpr bool operator==(std::uint8_t on_wire, socks4_reply code) {
    return on_wire == static_cast<std::uint8_t>(code);
}

/// The category of REP. The condition of a code is the errno that corresponds, connection_refused
/// for unassigned codes.
SOCKSCAT_EXPORT const std::error_category& socks5_reply_category();

/// The category of CD of SOCKS4; conditions as for SOCKS5.
SOCKSCAT_EXPORT const std::error_category& socks4_reply_category();

/// The category of HTTP statuses; conditions as for SOCKS5.
SOCKSCAT_EXPORT const std::error_category& http_status_category();

/// The code in socks5_reply_category().
SOCKSCAT_EXPORT std::error_code make_error_code(socks5_reply code);
/// The code in socks4_reply_category().
SOCKSCAT_EXPORT std::error_code make_error_code(socks4_reply code);
/// The code in http_status_category().
SOCKSCAT_EXPORT std::error_code make_error_code(http_status code);

} // namespace sockscat

/// \cond
template <>
struct std::is_error_code_enum<sockscat::socks5_reply> : std::true_type {};
template <>
struct std::is_error_code_enum<sockscat::socks4_reply> : std::true_type {};
template <>
struct std::is_error_code_enum<sockscat::http_status> : std::true_type {};
/// \endcond
