// SPDX-License-Identifier: MIT
/// \file
/// The handshake with one proxy as a state machine, without sockets, clocks or Asio: for programs
/// that have their own event loop, or none.
///
///     auto made = sockscat::handshake_machine::create(proxy, sockscat::proxy_command::connect,
///                                                     target);
///     sockscat::handshake_machine machine = std::move(made).value(); // if (made)
///     for (;;) {
///         switch (machine.next()) {
///         case sockscat::handshake_step::send:     // write all of machine.output(), then
///             machine.sent();
///             break;
///         case sockscat::handshake_step::receive:  // read 1 to machine.wanted() bytes, then
///             machine.received(bytes);             // or machine.closed(), or machine.timed_out()
///             break;
///         case sockscat::handshake_step::listening: // BIND: machine.bound() is where
///             machine.await_peer();
///             break;
///         case sockscat::handshake_step::done:     // the next byte from the proxy is data
///             return connected(machine.bound());
///         case sockscat::handshake_step::failed:
///             return report(to_string(machine.fault()));
///         }
///     }
#pragma once

#include <sockscat/address.hpp>
#include <sockscat/auth_method.hpp>
#include <sockscat/error.hpp>
#include <sockscat/export.hpp>
#include <sockscat/proxy_spec.hpp>
#include <sockscat/result.hpp>
#include <sockscat/time_limit.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace sockscat {

/// What the proxy is asked to do.
enum class proxy_command : std::uint8_t {
    connect,       ///< a TCP connection to the target (RFC 1928 section 4; SOCKS4; HTTP CONNECT)
    bind,          ///< accept one TCP connection from the target (SOCKS4, SOCKS5)
    udp_associate, ///< relay datagrams (SOCKS5); the target is where they will come from, usually
                   ///< 0.0.0.0 and port 0
    resolve,       ///< Tor's RESOLVE: bound() is an address of the target (SOCKS4, SOCKS5)
    resolve_ptr,   ///< Tor's RESOLVE_PTR: bound() is the name of the target, an IP address (SOCKS5)
};

/// How the handshake goes.
struct handshake_machine_options {
    /// No methods named, no pipelining.
    handshake_machine_options() = default;

    /// SOCKS5: what to offer, in this order: none, password (RFC 1929), chap. Empty: none, and
    /// password if the proxy has credentials. The other methods protect everything that follows;
    /// handshake() of client.hpp has them.
    std::vector<auth_method> methods;
    /// SOCKS5: greeting, login and request are one output(). Needs exactly one method, none or
    /// password.
    bool pipeline{false};
};

/// What has to be done next.
enum class handshake_step : std::uint8_t {
    send,      ///< write all of output(), in one piece if possible, then call sent()
    receive,   ///< read 1 to wanted() bytes, then call received(), closed()
               ///< or timed_out()
    listening, ///< BIND: the proxy listens at bound(); await_peer() goes on
    done,      ///< granted; after CONNECT and BIND the next byte from the proxy is data
    failed,    ///< fault() says why; close the connection
};

/// The handshake of one connection: SOCKS4, SOCKS4a, SOCKS5 (RFC 1928) or HTTP CONNECT (RFC 9110
/// section 9.3.6).
///
/// Legal order of calls: next() says which call is due, and every call that answers a step changes
/// the step. Any other of them throws std::logic_error and changes nothing. Steps come in this
/// order: `send` and `receive`, several times; after BIND `listening` and then `receive`; `done` or
/// `failed`, which are final. The handshake may also be given up by destroying the machine.
///
/// Sizes: output() is at most 1400 bytes. All that is received is less than 1 KiB with SOCKS, and
/// at most 16 KiB with HTTP and 256 KiB with CHAP. wanted() never reaches beyond the last reply:
/// there is nothing to give back.
///
/// Time: the machine knows no clock; whoever waits for a reply limits the wait, and calls
/// timed_out().
///
/// Secrets: owns copies of the user name and the password, and zeroes the password when it is
/// destroyed. output() may contain the password in clear text, and is zeroed by sent().
///
/// Movable; a machine that was moved from can only be destroyed or assigned to. One thread at a
/// time.
class handshake_machine {
  public:
    /// A machine for a connection to `proxy` that is already open, with TLS if proxy_spec::via says
    /// so. Nothing is looked up: a name goes to the proxy as a name, over SOCKS4 as SOCKS4a,
    /// whatever proxy_spec::names says. `target` is DST.ADDR and DST.PORT: where to connect to, who
    /// is expected to connect (BIND; 0.0.0.0 and port 0: anyone), what is looked up (port 0).
    ///
    /// Nothing is borrowed. Errors, all of them failure::usage: a request that the protocol cannot
    /// carry, such as IPv6 or UDP over SOCKS4, or BIND over HTTP; a name, user name or password of
    /// more than 255 bytes; a method without the credentials or the library that it needs (chap:
    /// library::openssl, which is loaded), or one that this machine does not have.
    SOCKSCAT_EXPORT static result<handshake_machine> create(
        const proxy_spec& proxy,
        proxy_command command,
        const address& target,
        const handshake_machine_options& options = {});

    /// Takes the state of another machine.
    SOCKSCAT_EXPORT handshake_machine(handshake_machine&& other) noexcept;
    /// Takes the state of another machine.
    SOCKSCAT_EXPORT handshake_machine& operator=(handshake_machine&& other) noexcept;
    /// Zeroes the password.
    SOCKSCAT_EXPORT ~handshake_machine();

    /// The step that is due; the same until it is answered.
    SOCKSCAT_EXPORT [[nodiscard]] handshake_step next() const;

    /// With `send`: the bytes to write, valid until sent(); otherwise empty.
    SOCKSCAT_EXPORT [[nodiscard]] std::span<const std::uint8_t> output() const;
    /// Answers `send`. If writing failed because the proxy has closed the connection, call it as
    /// well: what the proxy said before it closed is still to be read.
    SOCKSCAT_EXPORT void sent();

    /// With `receive`: the most bytes that may be read now, 1 or more; otherwise 0.
    SOCKSCAT_EXPORT [[nodiscard]] std::size_t wanted() const;
    /// With `receive`: true if the outcome is already known, a failure, and the bytes would only
    /// make its message complete. Wait for them briefly (the library itself waits 400 ms), then
    /// call timed_out().
    SOCKSCAT_EXPORT [[nodiscard]] bool is_optional() const;
    /// Answers `receive`. `bytes`: 1 to wanted() of them, in pieces of any size; std::logic_error
    /// if there are none or more.
    SOCKSCAT_EXPORT void received(std::span<const std::uint8_t> bytes);
    /// Answers `receive`: the stream ended, or was reset (`why`). The step is `failed` afterwards.
    /// fault() is failure::closed if no byte of the reply had come, failure::protocol if it was cut
    /// off, or what the proxy said if that is known.
    SOCKSCAT_EXPORT void closed(std::error_code why = {});
    /// Answers `receive`: no byte came in time. The step is `failed` afterwards. fault() is
    /// failure::timeout, with the code std::errc::timed_out or, if a part of the reply had come,
    /// time_limit_errc::in_part; or what the proxy said if that is known.
    SOCKSCAT_EXPORT void timed_out();

    /// Answers `listening`: the second reply is waited for, which comes when a peer has connected.
    SOCKSCAT_EXPORT void await_peer();

    /// With `listening` and `done`: BND.ADDR and BND.PORT of the last reply (RFC 1928 section 6;
    /// DSTIP and DSTPORT of SOCKS4): where the proxy listens, who connected (BIND), where datagrams
    /// are sent to (UDP ASSOCIATE), the answer (RESOLVE, RESOLVE_PTR). Of a CONNECT it is for
    /// information only, and often zeros. HTTP has none.
    SOCKSCAT_EXPORT [[nodiscard]] const address& bound() const;
    /// With `failed`: why. error::hop is the label of the proxy, error::code a reply code where the
    /// proxy sent one.
    SOCKSCAT_EXPORT [[nodiscard]] const error& fault() const;
    /// The phase of the step: method, auth, request or accept.
    SOCKSCAT_EXPORT [[nodiscard]] phase at() const;
    /// What is worth telling a person since the last call: the method chosen, a rule that the proxy
    /// bent. Escaped, one line each.
    SOCKSCAT_EXPORT [[nodiscard]] std::vector<std::string> take_notes();

  private:
    struct state;
    explicit handshake_machine(std::unique_ptr<state> owned);
    void expect(handshake_step due) const;

    std::unique_ptr<state> state_;
};

} // namespace sockscat
