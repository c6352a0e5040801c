// SPDX-License-Identifier: MIT
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

/// Where datagrams are sent to.
enum class relay_choice : std::uint8_t {
    automatic, ///< what the reply says, if it is the proxy itself or says nothing; a third host is
               ///< refused
    reply,     ///< what the reply says, whoever it is; a name is looked up on this machine
    proxy,     ///< the proxy as we reached it, at the reply's port
    fixed,     ///< associate_options::fixed_relay
};

struct associate_options {
    associate_options() = default;

    relay_choice relay{relay_choice::automatic};
    /// With relay_choice::fixed; a name is looked up on this machine.
    std::optional<address> fixed_relay;
    /// The index of the interface (if_nametoindex(3)) on which a link-local fixed_relay is. 0:
    /// where the proxy is, which is also taken for link-local relays that it names.
    std::uint32_t fixed_relay_zone{0};
    /// Where datagrams will go, if its name is to be looked up here in case that the hop leaves
    /// names to us (socks4, socks5): then within the same time limit.
    std::optional<address> destination;
};

/// A datagram on its way out. Borrows its bytes.
struct outgoing_datagram {
    address to; ///< name or IP address, and port
    std::span<const std::uint8_t> data;
};

/// A datagram that came. Borrows its bytes from the association until its next receive().
struct incoming_datagram {
    address from; ///< as the relay says; IPv4-mapped addresses are IPv4
    std::span<const std::uint8_t> data;
};

/// What was dropped, in datagrams.
struct drop_counters {
    std::uint64_t wrong_source{0}; ///< not from the relay
    std::uint64_t fragment{0};     ///< FRAG not 0
    std::uint64_t malformed{0};    ///< no header that RFC 1928 knows
    std::uint64_t overflow{0};     ///< by the kernel, because nobody read fast enough
};

/// Why a batch was not sent to its end.
enum class send_stop : std::uint8_t {
    none,          ///< it was
    full,          ///< the socket takes no more now: wait for POLLOUT
    too_long,      ///< the next one has more than max_payload()
    not_protected, ///< GSSAPI cannot protect the next one
    failed,        ///< the system refused the next one: `code`
};

/// What came of sending a batch.
struct send_result {
    send_result() = default;

    std::size_t sent{0}; ///< so many went out, from the front
    send_stop stop{send_stop::none};
    std::error_code code; ///< the system's, with `full` and `failed`
};

/// An association that stands: one UDP socket, and at each hop of the chain a control connection
/// that keeps it alive, on which nothing is ever written. Through several hops a datagram has a
/// header for each, the nearest outside. Owns all of them; movable. Neither descriptor ever blocks.
/// The observer of associate() is told of every datagram's header, and must outlive the
/// association.
class association {
  public:
    struct state; // internal

    explicit association(std::unique_ptr<state> owned);
    SOCKSCAT_EXPORT association(association&&) noexcept;
    SOCKSCAT_EXPORT association& operator=(association&&) noexcept;
    SOCKSCAT_EXPORT ~association();

    /// Where datagrams go, an IP address: the relay of the nearest hop.
    SOCKSCAT_EXPORT [[nodiscard]] const address& relay() const;
    /// BND.ADDR and BND.PORT as the last hop said them.
    SOCKSCAT_EXPORT [[nodiscard]] const address& bound() const;
    SOCKSCAT_EXPORT [[nodiscard]] drop_counters dropped() const;
    /// associate_options::destination, an IP address if its name was ours to look up.
    SOCKSCAT_EXPORT [[nodiscard]] const address& destination() const;

    /// The most payload bytes of a datagram to this host: 65507 less the headers, one a hop, and
    /// less what GSSAPI adds.
    SOCKSCAT_EXPORT [[nodiscard]] std::size_t max_payload(const host& to) const;

    /// Sends as many as the socket takes at once, in batches. An ICMP error about an earlier
    /// datagram is no error of this one.
    SOCKSCAT_EXPORT send_result send(std::span<const outgoing_datagram> datagrams);
    /// What has come, 64 at most; empty if nothing has. Strangers' and broken datagrams are dropped
    /// and counted.
    SOCKSCAT_EXPORT std::span<const incoming_datagram> receive();
    /// True if the last receive() found nothing at all, not even something to drop.
    SOCKSCAT_EXPORT [[nodiscard]] bool is_drained() const;
    /// True once the control connection has ended, and the association with it. What the proxy
    /// writes on it is thrown away.
    SOCKSCAT_EXPORT [[nodiscard]] bool has_ended();

    /// For poll(2): POLLIN and POLLOUT.
    SOCKSCAT_EXPORT [[nodiscard]] int datagram_fd() const;
    /// For poll(2): POLLIN on one of them when has_ended() may have changed.
    SOCKSCAT_EXPORT [[nodiscard]] std::vector<int> control_fds() const;

    /// Waits until receive() has something. Errors: failure::stream when the association has ended.
    /// Cancelling leaves the association usable.
    SOCKSCAT_EXPORT asio::awaitable<result<void>> wait_for_datagrams();

  private:
    std::unique_ptr<state> state_;
};

/// Asks each hop of the chain for an association, all of them SOCKS5. The request says "from
/// anywhere", with zeros of the control connection's family. `options` are borrowed until the
/// awaitable is done. Errors and cancelling as for connect(); failure::protocol for a relay address
/// that cannot be used.
SOCKSCAT_EXPORT asio::awaitable<result<association>> associate(
    const connect_options& options, const associate_options& wanted);

/// What associate() would refuse before its first packet: failure::usage.
SOCKSCAT_EXPORT result<void> check_associate(const connect_options& options);

} // namespace sockscat
