// SPDX-License-Identifier: MIT
/// Watching a set-up: phases, messages byte by byte, oddities that were tolerated.
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
    socks4_request,
    socks4_reply,
    socks5_greeting,
    socks5_method_selection,
    userpass_request, ///< RFC 1929
    userpass_status,
    chap_message,
    gssapi_message, ///< RFC 1961; its token is hidden
    socks5_request,
    socks5_reply,
    http_request, ///< CONNECT
    http_reply,
    udp_header, ///< of a datagram; its payload is not traced
    foreign,    ///< what came instead of a SOCKS message
};

/// The name of a message in a trace.
SOCKSCAT_EXPORT std::string_view to_string(message_kind value);

enum class direction : std::uint8_t { to_proxy, from_proxy };

/// A run of bytes of a message and what it means. Secrets are replaced by '*' before a row is made,
/// so that a row never holds one.
struct trace_row {
    trace_row(std::string shown, std::string says, bool malformed = false)
        : bytes{std::move(shown)}, meaning{std::move(says)}, bad{malformed} {}

    std::string bytes;
    std::string meaning;
    bool bad;
};

/// One whole message.
struct traced_message {
    traced_message(message_kind what, direction goes, std::size_t length)
        : kind{what}, way{goes}, size{length} {}

    message_kind kind;
    direction way;
    std::size_t size; ///< bytes on the wire
    std::vector<trace_row> rows;
};

/// Told about a set-up while it happens, on the thread that runs it. Every call has a default that
/// does nothing. `hop` is the hop's label (proxy_spec::label()), borrowed for the call. Calls must
/// not throw.
class SOCKSCAT_EXPORT observer {
  public:
    virtual ~observer() = default;

    /// A phase begins at a hop; the one before it ends.
    virtual void on_phase(std::string_view hop, phase begins);
    /// True if on_connected() is wanted; asking for the addresses costs two system calls.
    virtual bool wants_addresses() const;
    /// The connection to a hop stands: the addresses of both ends.
    virtual void on_connected(
        std::string_view hop, std::string_view remote, std::string_view local);
    /// TLS with a hop or the destination stands: version, cipher, certificate, escaped.
    virtual void on_secured(std::string_view hop, std::string_view description);
    /// True if on_message() is wanted; annotating costs a little.
    virtual bool wants_messages() const;
    /// A message was sent or received whole.
    virtual void on_message(std::string_view hop, const traced_message& message);
    /// Something worth telling under -v: the method chosen, a rule that was bent.
    virtual void on_note(std::string_view hop, std::string_view text);
    /// A password is about to cross a network in clear (RFC 1929 or HTTP Basic without TLS, not to
    /// this machine, and not to a hop that accepts it: proxy_settings::accepts_clear).
    virtual void on_password_in_clear(std::string_view hop);
    /// The set-up of one hop's whole chain stands, or failed: the last phase ends.
    virtual void on_end();
};

} // namespace sockscat
