// SPDX-License-Identifier: MIT
/// \file
/// UDP ASSOCIATE: datagrams through a proxy (RFC 1928 sections 4 and 7).
#pragma once

#include <sockscat/asio_version.hpp>
#include <sockscat/client.hpp>
#include <sockscat/export.hpp>

#include <asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

namespace sockscat {

/// Which relay address datagrams are sent to.
enum class relay_choice : std::uint8_t {
    automatic, ///< the reply's, if that is the proxy itself or unspecified; a third host is refused
    reply,     ///< the reply's, whichever host that is; a name is looked up on this machine
    proxy,     ///< the proxy's address as it was reached, with the reply's port
    fixed,     ///< associate_options::fixed_relay
};

/// How associate() is done.
struct associate_options {
    associate_options() = default;

    relay_choice relay{relay_choice::automatic}; ///< where datagrams are sent to
    /// With relay_choice::fixed; a name is looked up on this machine.
    std::optional<address> fixed_relay;
    /// The index of the interface (if_nametoindex(3)) on which a link-local fixed_relay is. 0: that
    /// of the proxy, which is also used for link-local relays that a reply names.
    std::uint32_t fixed_relay_zone{0};
    /// The target of the datagrams, if its name is to be looked up within the same time limit
    /// whenever the proxy's URL says that this machine does so (socks5).
    std::optional<address> destination;
};

/// A datagram on its way out. Borrows its bytes.
struct outgoing_datagram {
    address to;                         ///< name or IP address, and port
    std::span<const std::uint8_t> data; ///< 0 to association::max_payload() bytes
};

/// A datagram that was received. Borrows its bytes from the association until its next receive().
struct incoming_datagram {
    address from;                       ///< as the relay reports; IPv4-mapped addresses are IPv4
    std::span<const std::uint8_t> data; ///< without the SOCKS header
};

/// How many datagrams were dropped, by reason.
struct drop_counters {
    std::uint64_t wrong_source{0}; ///< not from the relay
    std::uint64_t fragment{0};     ///< FRAG not 0
    std::uint64_t malformed{0};    ///< without a header of RFC 1928 section 7
    std::uint64_t overflow{0};     ///< by the kernel, because they were not read fast enough
};

/// Why a batch was not sent to its end.
enum class send_stop : std::uint8_t {
    none,          ///< it was sent to its end
    full,          ///< the socket accepts no more now: wait for POLLOUT
    too_long,      ///< the next one is longer than max_payload()
    not_protected, ///< GSSAPI cannot protect the next one
    failed,        ///< the system refused the next one: `code`
};

/// The result of sending a batch.
struct send_result {
    send_result() = default;

    std::size_t sent{0};             ///< how many were sent, counted from the front
    send_stop stop{send_stop::none}; ///< why no more
    std::error_code code;            ///< the system's, with `full` and `failed`
};

/// An open association: one UDP socket, and at each hop of the chain a control connection that
/// keeps it alive, on which nothing is ever written. Through several hops a datagram has a header
/// for each, the nearest outside. Owns all of them; movable; a moved-from one can only be destroyed
/// or assigned to. Neither descriptor ever blocks. One thread at a time. The observer of
/// associate() is told of every datagram's header, and must outlive the association.
class association {
  public:
    struct state; // internal

    /// Made by associate().
    explicit association(std::unique_ptr<state> owned);
    /// Takes the sockets of another one.
    /// Takes over the sockets of another association.
    SOCKSCAT_EXPORT association(association&&) noexcept;
    /// Closes its own sockets and takes over those of another association.
    SOCKSCAT_EXPORT association& operator=(association&&) noexcept;
    /// Closes all sockets, which ends the association.
    SOCKSCAT_EXPORT ~association();

    /// Where datagrams are sent to, an IP address: the relay of the nearest hop.
    SOCKSCAT_EXPORT [[nodiscard]] const address& relay() const;
    /// BND.ADDR and BND.PORT as the last hop reported them.
    SOCKSCAT_EXPORT [[nodiscard]] const address& bound() const;
    /// What has been dropped so far.
    SOCKSCAT_EXPORT [[nodiscard]] drop_counters dropped() const;
    /// associate_options::destination; an IP address if its name was looked up on this machine.
    SOCKSCAT_EXPORT [[nodiscard]] const address& destination() const;

    /// The most bytes of data in a datagram to this host: 65507 less the headers, one per hop, and
    /// less what GSSAPI adds.
    SOCKSCAT_EXPORT [[nodiscard]] std::size_t max_payload(const host& to) const;

    /// Sends as many as the socket accepts now, in batches. An ICMP error about an earlier datagram
    /// is not an error of this call.
    SOCKSCAT_EXPORT send_result send(std::span<const outgoing_datagram> datagrams);
    /// What has arrived, 64 datagrams at most; empty if nothing has. Malformed datagrams, and those
    /// from elsewhere than the relay, are dropped and counted.
    SOCKSCAT_EXPORT std::span<const incoming_datagram> receive();
    /// True if the last receive() found nothing at all, not even something to drop.
    SOCKSCAT_EXPORT [[nodiscard]] bool is_drained() const;
    /// True once a control connection has ended, and the association with it. What the proxy writes
    /// on it is discarded.
    SOCKSCAT_EXPORT [[nodiscard]] bool has_ended();

    /// For poll(2): POLLIN and POLLOUT.
    SOCKSCAT_EXPORT [[nodiscard]] int datagram_fd() const;
    /// For poll(2): POLLIN on one of them means that has_ended() may have changed.
    SOCKSCAT_EXPORT [[nodiscard]] std::vector<int> control_fds() const;

    /// Until receive() may have something; if it has nothing, wait again. Sets no time limit.
    /// Errors: failure::stream, the association has ended. Cancelling leaves it usable.
    SOCKSCAT_EXPORT asio::awaitable<result<void>> wait_for_datagrams();

  private:
    std::unique_ptr<state> state_;
};

/// Asks each hop of the chain for an association (UDP ASSOCIATE); all of them must be SOCKS5. The
/// request says "from anywhere": zeros of the control connection's address family. Both arguments
/// are borrowed until the awaitable is done. Errors and cancelling as for connect(), and
/// failure::protocol with the code address_not_available for a relay address that cannot be used.
SOCKSCAT_EXPORT asio::awaitable<result<association>> associate(
    const connect_options& options, const associate_options& wanted);

/// What associate() would refuse before its first packet, without doing anything: failure::usage.
SOCKSCAT_EXPORT result<void> check_associate(const connect_options& options);

} // namespace sockscat
