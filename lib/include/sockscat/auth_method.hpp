// SPDX-License-Identifier: MIT
/// \file
/// Authentication methods in one table: their numbers and names.
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace sockscat {

/// METHOD of SOCKS5 (RFC 1928 section 3; IANA's registry socks-methods). Values are those sent.
enum class auth_method : std::uint8_t {
    none = 0x00,     ///< no authentication
    gssapi = 0x01,   ///< RFC 1961
    password = 0x02, ///< RFC 1929; HTTP: Basic
    chap = 0x03,     ///< draft-ietf-aft-socks-chap, with HMAC-MD5
    gost_tls = 0x80, ///< private use, gost: TLS begins after the method reply, then the request
    gost_tls_password = 0x82, ///< the same with user name and password inside TLS; offered along
                              ///< with gost_tls where the hop has credentials
};

/// One row of the table.
struct auth_method_entry {
    auth_method method; ///< its number
    /// What users write to offer it: "gost-tls". Of two with the same word the second goes along
    /// with the first.
    std::string_view word;
    /// In traces and messages: "user name/password".
    std::string_view title;
    /// What a proxy does that requires it: "wants Kerberos".
    std::string_view demand;
    bool needs_login; ///< it cannot be offered without a user name
    bool is_usual;    ///< offered by default, if there is the login that it needs
    bool wraps; ///< everything after it is inside its protection: the stream is not the socket
};

/// All methods that this library speaks, in the order in which texts list them.
SOCKSCAT_EXPORT std::span<const auth_method_entry> auth_methods();

/// The row of a METHOD; null if this library does not speak it.
SOCKSCAT_EXPORT const auth_method_entry* find_method(auth_method on_wire);

/// The first row of a word that users write; null if there is none.
SOCKSCAT_EXPORT const auth_method_entry* find_method(std::string_view word);

/// The category of a METHOD in error::code: one that a proxy chose although it was not offered.
SOCKSCAT_EXPORT const std::error_category& socks5_method_category();

/// The METHOD in socks5_method_category().
SOCKSCAT_EXPORT std::error_code make_error_code(auth_method method);

} // namespace sockscat

/// \cond
template <>
struct std::is_error_code_enum<sockscat::auth_method> : std::true_type {};
/// \endcond
