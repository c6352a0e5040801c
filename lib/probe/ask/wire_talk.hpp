// SPDX-License-Identifier: MIT
/// Both ends of a conversation with a proxy: says things, hears so many bytes, knows how it ended.
#pragma once

#include "base/wire.hpp"
#include "net/setup.hpp"
#include "probe/answers/answer.hpp"

#include <sockscat/stream.hpp>
#include <sockscat/trace.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <vector>

namespace sockscat::probing {

/// So long is waited for the rest of what is understood already, or of what is no SOCKS.
inline constexpr std::chrono::milliseconds grace{400};

class wire_talk {
  protected:
    /// Both are borrowed; `out` is told how it ended.
    wire_talk(net::setup& where, answer& out) : where_{where}, out_{out} {}

    /// A failed write is not judged: what the proxy said before it closed is still to be read.
    asio::awaitable<void> send(message_kind kind, proto::byte_view bytes);
    /// Tells the observer of a message.
    void tell(message_kind kind, direction way, proto::byte_view bytes) const;

    /// False, and how it ended, if the stream ends before `into` holds `total` bytes.
    asio::awaitable<bool> fill(std::vector<std::uint8_t>& into, std::size_t total);
    /// At least the first of `total` bytes (8 at most); false, and how it ended, if none comes.
    /// Nothing to do if there is one.
    asio::awaitable<bool> fill_some(std::vector<std::uint8_t>& into, std::size_t total);
    /// answer::foreign has begun: a line of it, or what comes soon.
    asio::awaitable<void> hear_stranger();

    /// All is answered.
    void settled(phase at);

    net::setup& where_;
    answer& out_;
    std::unique_ptr<stream> over_;

  private:
    asio::awaitable<bool> fill_line();
    void broke_off(const std::error_code& code);
};

} // namespace sockscat::probing
