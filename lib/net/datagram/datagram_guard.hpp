// SPDX-License-Identifier: MIT
/// Datagrams protected by GSSAPI: header and data in one message, one message in a datagram
/// (RFC 1961 section 5).
#pragma once

#include "proto/auth/security_context.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace sockscat::net {

/// Shares the context with the control connection.
class datagram_guard {
  public:
    /// `level`: integrity or confidentiality.
    datagram_guard(std::shared_ptr<proto::security_context> context, proto::protection_level level)
        : context_{std::move(context)}, hidden_{level == proto::protection_level::confidentiality} {
    }

    /// The datagram that protects these two parts; nothing if that fails.
    std::optional<std::vector<std::uint8_t>> seal(
        std::span<const std::uint8_t> header, std::span<const std::uint8_t> data);
    /// What a datagram protects; nothing if it is not a message of the peer, or a repeated one.
    std::optional<std::vector<std::uint8_t>> open(std::span<const std::uint8_t> datagram);
    /// The most bytes of header and data in a datagram of at most `most`.
    std::size_t room_in(std::size_t most);

  private:
    std::shared_ptr<proto::security_context> context_;
    bool hidden_;
};

} // namespace sockscat::net
