// SPDX-License-Identifier: MIT
/// A handshake as a script: what we send, what the proxy replies, how it ends. The script is run as
/// it is written, and then in every way in which a network can spoil it.
#pragma once

#include "bytes.hpp"

#include "proto/handshake.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace sockscat::tests {

/// A destination from its text, which must be good.
address to(std::string_view host, std::uint16_t port);

proto::handshake_request socks4_request(address destination, std::string_view user = "");
proto::handshake_request socks5_request(
    address destination,
    std::vector<proto::socks5::method> methods = {proto::socks5::method::none});

/// HTTP CONNECT; credentials are sent if `user` or `password` are not empty.
proto::handshake_request http_request(
    address destination, std::string_view user = "", std::string_view password = "");

/// No proxy may make us read more than this (or than the script has, if that is more): the longest
/// reply, and what is kept of a stranger.
inline constexpr std::size_t most_input = 262 + 128;

/// What came of a run.
struct handshake_outcome {
    std::optional<address> bound;     ///< if the tunnel stands
    std::optional<address> listening; ///< BIND: what the first reply said
    sockscat::error fault;            ///< if it does not
    std::vector<std::string> notes;
    std::size_t consumed{0}; ///< bytes taken from the proxy
    std::size_t steps{0};
    bool starved{false};       ///< it failed for want of bytes
    std::vector<phase> phases; ///< the phase in which each byte was taken
};

class transcript {
  public:
    explicit transcript(proto::handshake_request request) : request_{std::move(request)} {}

    transcript& send(bytes expected);
    /// One message of the proxy.
    transcript& reply(bytes message);

    /// GSSAPI: a fresh context for each run.
    transcript& with_context(std::function<std::shared_ptr<proto::security_context>()> make);
    /// How many bytes of the last reply decide how it ends; 2 if nothing is said.
    transcript& decided_by(std::size_t size);

    // The end of the script; each runs it in all its variations.

    /// The tunnel stands; what the proxy sends next was not touched.
    void is_done(const address& bound);
    /// It fails; `code` and `looks_like` are compared as well.
    void fails(
        failure kind,
        phase at,
        std::error_code code = {},
        peer_kind looks_like = peer_kind::unknown);

    /// The outcome of the plain run, for more checks than those.
    [[nodiscard]] handshake_outcome run() const;

  private:
    struct event {
        bool is_reply;
        bytes content;
    };
    // How a run departs from the script.
    struct weather {
        std::size_t at_once{SIZE_MAX};      ///< bytes delivered to one read
        std::size_t closed_after{SIZE_MAX}; ///< bytes delivered in all
        std::size_t broken_step{SIZE_MAX};  ///< from this step on the connection is reset
        std::error_code closes_with;        ///< empty: a plain end of stream
        bool babbles{false};                ///< endless bytes behind the last reply
    };
    class player;

    [[nodiscard]] handshake_outcome play(const weather& how) const;
    [[nodiscard]] bytes stream() const;
    void check_variations(const handshake_outcome& plain) const;
    void check_cut(const handshake_outcome& plain, const weather& how) const;

    proto::handshake_request request_;
    std::function<std::shared_ptr<proto::security_context>()> context_;
    std::size_t decided_by_{2};
    std::vector<event> events_;
    bool ends_well_{false};
};

} // namespace sockscat::tests
