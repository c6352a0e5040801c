// SPDX-License-Identifier: MIT
/// Proxies of a chain, played by threads on loopback.
#pragma once

#include "io.hpp"
#include "tls_peer.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace sockscat::tests {

struct hop_wish {
    std::string scheme{"socks5h"}; ///< socks4, socks4a, socks5, socks5h or http
    bool has_tls{false};
    std::string user; ///< empty: no credentials are asked for
    std::string password;
    /// What it does instead of serving: at the TLS handshake, at the request, or not at all.
    enum class fault { none, wrong_certificate, speaks_plain, refuses, closes, is_silent };
    fault fails_with{fault::none};
    /// SOCKS5: a method of its own instead of 00 and 02: its challenge, and the answer to it, each
    /// a line. Anything else is "no\n".
    std::uint8_t method{0};
    std::string challenge;
    std::string answer;
    std::string host{"127.0.0.1"}; ///< in its URL
};

/// Serves one connection: one handshake, then it connects to `next` on loopback, whatever it was
/// asked for, and relays. Without a next it sends everything back.
class fake_hop {
  public:
    fake_hop(hop_wish wish, std::uint16_t next);
    ~fake_hop();
    fake_hop(const fake_hop&) = delete;
    fake_hop& operator=(const fake_hop&) = delete;

    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
    [[nodiscard]] std::string label() const;
    /// With trust for the authority of the tests, and with credentials.
    [[nodiscard]] std::string url() const;

    // Once the connection has ended.

    void finish();
    [[nodiscard]] const std::string& asked_for() const { return asked_for_; } ///< "host:port"
    [[nodiscard]] const std::string& user() const { return user_; }
    [[nodiscard]] const std::string& password() const { return password_; }
    /// Everything that the client said to it or through it, in the clear.
    [[nodiscard]] const bytes& heard() const { return heard_; }
    [[nodiscard]] bool was_reached() const { return was_reached_; }

  private:
    void serve();
    unique_fd take_off_tls(unique_fd client);
    bool shake(int fd);
    bool shake_socks4(int fd);
    bool shake_socks5(int fd);
    bool shake_http(int fd);
    bool knows(int fd); // by the method of its own
    bool misbehaves(int fd, const bytes& refusal);
    void pass_on(unique_fd client);
    bytes hear(int fd, std::size_t size);
    std::string hear_text(int fd); // up to NUL

    hop_wish wish_;
    std::uint16_t next_;
    listener listener_;
    std::string asked_for_;
    std::string user_;
    std::string password_;
    bytes heard_;
    std::atomic<bool> was_reached_{false};
    std::atomic<bool> stopped_{false};
    std::unique_ptr<background> tls_;
    std::unique_ptr<background> server_; // makes tls_
};

} // namespace sockscat::tests
