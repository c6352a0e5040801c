// SPDX-License-Identifier: MIT
/// \file
/// TLS over any stream: a connection to a proxy, or a tunnel to its target.
#pragma once

#include <sockscat/asio_version.hpp>
#include <sockscat/export.hpp>
#include <sockscat/result.hpp>
#include <sockscat/stream.hpp>
#include <sockscat/tls_settings.hpp>
#include <sockscat/trace.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace sockscat {

/// The result of a TLS handshake; texts are escaped.
struct tls_summary {
    tls_summary() = default;

    std::string version;      ///< "TLSv1.3"
    std::string cipher;       ///< "TLS_AES_256_GCM_SHA384"
    bool verified{false};     ///< certificate and name are valid; may be false with
                              ///< tls_settings::insecure
    std::string verify_error; ///< why not; empty if verified
    std::string subject;      ///< of the peer's certificate, RFC 2253
    std::string issuer;       ///< of the peer's certificate, RFC 2253
    std::optional<std::chrono::sys_seconds> not_after; ///< when it expires
    std::string alpn;   ///< the protocol chosen (RFC 7301); empty: none
    std::string sha256; ///< fingerprint of the certificate, lower case hex
};

/// "2027-01-31T12:00:00Z" (RFC 3339), whatever the locale and the time zone.
SOCKSCAT_EXPORT std::string utc_text(std::chrono::sys_seconds when);

/// A stream inside TLS. An end without close_notify is tls_errc::truncated; everything before it
/// has been delivered.
class SOCKSCAT_EXPORT tls_stream : public stream {
  public:
    /// What the handshake agreed on, and the peer's certificate.
    [[nodiscard]] virtual const tls_summary& summary() const = 0;
};

/// Errors of TLS that a program may want to distinguish, in error::code. All others of
/// tls_category() are reasons of OpenSSL, or alerts about the client certificate.
enum class tls_errc : std::uint8_t {
    truncated = 1,            ///< the stream ended without close_notify
    not_trusted = 2,          ///< the certificate is not signed by a trusted CA
    wrong_name = 3,           ///< the certificate is for other names
    no_tls = 4,               ///< the peer does not speak TLS
    out_of_date = 5,          ///< the certificate has expired, or is not valid yet
    closed = 6,               ///< the peer closed the connection after the ClientHello
    certificate_required = 7, ///< the peer requires a client certificate
    no_content = 8,           ///< an endless series of messages without data
    handshake_failed = 9,     ///< the peer speaks TLS, but the two do not agree
    no_names = 10,            ///< the certificate has no subject alternative name for a host
    not_begun = 11,           ///< close_notify instead of a handshake
};
/// The category of tls_errc, and of other errors of TLS.
SOCKSCAT_EXPORT const std::error_category& tls_category();
/// The value in tls_category().
SOCKSCAT_EXPORT std::error_code make_error_code(tls_errc value);

/// True for an alert about the client certificate: the peer requires one, or does not accept it. In
/// TLS 1.3 it arrives only after the handshake, at the first read.
SOCKSCAT_EXPORT bool is_about_our_certificate(const std::error_code& code);

/// True for a handshake that failed although the peer speaks TLS: it sent an alert, or the two do
/// not agree.
SOCKSCAT_EXPORT bool is_between_tls_peers(const std::error_code& code);

/// What secure() would refuse before its first byte, without a connection: failure::usage. Reads
/// the files.
SOCKSCAT_EXPORT result<void> check(const tls_settings& settings);

/// check() that keeps what it reads, in tls_settings::client, for all connections with these
/// settings and their copies. Without it each connection reads the files, and a FIFO can be read
/// only once. CAs of the system are always read by the connection that needs them.
SOCKSCAT_EXPORT result<void> read_tls_files(tls_settings& settings);

/// TLS handshake as the client. The certificate must match the host `peer`, or
/// tls_settings::servername. Takes the stream; after an error it is closed. `label` is the name of
/// the other end in messages. Sets no time limit. `watch` may be null. The other arguments are
/// borrowed until the awaitable is done. Cancelling closes the stream. Needs library::openssl.
///
/// Errors: failure::tls; failure::usage for files that cannot be read. No data is sent before the
/// certificate has been verified.
SOCKSCAT_EXPORT asio::awaitable<result<std::unique_ptr<tls_stream>>> secure(
    std::unique_ptr<stream> over,
    const tls_settings& settings,
    std::string_view peer,
    std::string_view label,
    observer* watch);

} // namespace sockscat

/// \cond
template <>
struct std::is_error_code_enum<sockscat::tls_errc> : std::true_type {};
/// \endcond
