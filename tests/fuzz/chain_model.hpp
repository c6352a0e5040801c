// SPDX-License-Identifier: MIT
/// What a chain of proxies grants with the bytes that it says, and what is due to be said to it:
/// written from RFC 1928, RFC 1929, SOCKS4.protocol, SOCKS4A.protocol and RFC 9110, without a look
/// at the code under test.
#pragma once

#include <sockscat/address.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sockscat::fuzz {

enum class asked_for : std::uint8_t { connect, bind, associate, resolve, resolve_ptr };

/// One proxy, and how it is spoken to.
struct model_hop {
    enum class speaks : std::uint8_t { socks4, socks5, http };

    speaks protocol{speaks::socks5};
    address place;
    bool has_login{false};
    std::string user;
    std::string password;
    std::vector<std::uint8_t> methods; ///< SOCKS5, in their order
    bool pipelines{false};
};

/// Follows a conversation. Reads the proxies' bytes in their order.
class chain_model {
  public:
    explicit chain_model(std::span<const std::uint8_t> said) : rest_{said}, all_{said.size()} {}

    /// One handshake: false if it is not granted.
    bool shake(const model_hop& hop, asked_for what, const address& destination);
    /// The second reply of BIND.
    bool second_reply(const model_hop& hop);

    /// All that is due to be said, as far as the conversation came.
    [[nodiscard]] const std::vector<std::uint8_t>& due() const { return due_; }
    [[nodiscard]] std::size_t used() const { return all_ - rest_.size(); }
    [[nodiscard]] const address& bound() const { return bound_; }
    /// So many passwords are due.
    [[nodiscard]] std::size_t passwords() const { return passwords_; }
    /// A method was chosen that this model does not know.
    [[nodiscard]] bool is_lost() const { return is_lost_; }

  private:
    std::optional<std::uint8_t> byte();
    std::optional<std::span<const std::uint8_t>> bytes(std::size_t size);
    void say(std::uint8_t byte) { due_.push_back(byte); }
    void say(std::string_view text) { due_.insert(due_.end(), text.begin(), text.end()); }
    void say_port(std::uint16_t port);

    void say_socks5_request(asked_for what, const address& destination);
    void say_login(const model_hop& hop);
    bool shake_socks5(const model_hop& hop, asked_for what, const address& destination);
    bool authenticate(const model_hop& hop, std::uint8_t method);
    bool read_socks5_reply();
    bool shake_socks4(const model_hop& hop, asked_for what, const address& destination);
    bool read_socks4_reply();
    bool shake_http(const model_hop& hop, const address& destination);
    bool read_http_reply();

    std::span<const std::uint8_t> rest_;
    std::size_t all_;
    std::vector<std::uint8_t> due_;
    address bound_;
    std::size_t passwords_{0};
    bool is_lost_{false};
};

} // namespace sockscat::fuzz
