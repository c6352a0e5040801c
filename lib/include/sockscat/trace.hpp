// SPDX-License-Identifier: MIT
/// \file
/// Watching a setup: its phases, its messages byte by byte, and deviations that were tolerated.
#pragma once

#include <sockscat/error.hpp>
#include <sockscat/export.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat {

/// The messages of a handshake.
enum class message_kind : std::uint8_t {
    socks4_request,          ///< request of SOCKS4 or SOCKS4a
    socks4_reply,            ///< reply of SOCKS4
    socks5_greeting,         ///< greeting (RFC 1928 section 3)
    socks5_method_selection, ///< METHOD (RFC 1928 section 3)
    userpass_request,        ///< RFC 1929
    userpass_status,         ///< RFC 1929
    chap_message,            ///< draft-ietf-aft-socks-chap
    gssapi_message,          ///< RFC 1961; its token is hidden
    socks5_request,          ///< request (RFC 1928 section 4)
    socks5_reply,            ///< reply (RFC 1928 section 6)
    http_request,            ///< CONNECT
    http_reply,              ///< its reply
    udp_header,              ///< header of a datagram; its data is not traced
    foreign,                 ///< what came instead of a message of the protocol
};

/// The name of a message in a trace.
SOCKSCAT_EXPORT std::string_view to_string(message_kind value);

/// Which way a message went.
enum class direction : std::uint8_t {
    to_proxy,   ///< sent
    from_proxy, ///< received
};

/// Some bytes of a message and what they mean. Secrets are replaced by '*' before a row is made, so
/// that a row never contains one.
struct trace_row {
    /// A row with these members.
    trace_row(std::string shown, std::string says, bool malformed = false)
        : bytes{std::move(shown)}, meaning{std::move(says)}, bad{malformed} {}

    std::string bytes;   ///< in hexadecimal
    std::string meaning; ///< for people, escaped
    bool bad;            ///< malformed
};

/// One whole message.
struct traced_message {
    /// A message without rows.
    traced_message(message_kind what, direction goes, std::size_t length)
        : kind{what}, way{goes}, size{length} {}

    message_kind kind;           ///< which message
    direction way;               ///< sent or received
    std::size_t size;            ///< in bytes
    std::vector<trace_row> rows; ///< all its bytes, in their order
};

/// Told about a setup while it happens, on the thread that runs it. Every function has a default
/// that does nothing. `hop` is the hop's label (proxy_spec::label()); all arguments are borrowed
/// for the call. None may throw.
class SOCKSCAT_EXPORT observer {
  public:
    virtual ~observer() = default;

    /// A phase begins at a hop; the one before it ends.
    virtual void on_phase(std::string_view hop, phase begins);
    /// True if on_connected() is wanted; asking for the addresses costs two system calls.
    virtual bool wants_addresses() const;
    /// A hop is connected: the addresses of both ends.
    virtual void on_connected(
        std::string_view hop, std::string_view remote, std::string_view local);
    /// TLS with a hop or the target is established: version, cipher, certificate, escaped.
    virtual void on_secured(std::string_view hop, std::string_view description);
    /// True if on_message() is wanted; annotating costs some time.
    virtual bool wants_messages() const;
    /// A whole message was sent or received.
    virtual void on_message(std::string_view hop, const traced_message& message);
    /// Something worth telling a person who wants details: the method chosen, a deviation that was
    /// tolerated. Escaped.
    virtual void on_note(std::string_view hop, std::string_view text);
    /// A password is about to be sent over a network in clear text (RFC 1929 or HTTP Basic without
    /// TLS). Not called for a proxy on this machine, nor with proxy_settings::accepts_clear.
    virtual void on_password_in_clear(std::string_view hop);
    /// The setup of the whole chain has succeeded or failed: the last phase ends.
    virtual void on_end();
};

} // namespace sockscat
