// SPDX-License-Identifier: MIT
/// One connection to a proxy under a limit: bytes go out, a number of them come in, and it knows
/// how it ended.
#pragma once

#include "base/wire.hpp"
#include "cut_off.hpp"
#include "net/setup.hpp"
#include "probe/answers/answer.hpp"

#include <sockscat/client.hpp>
#include <sockscat/stream.hpp>
#include <sockscat/trace.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <vector>

namespace sockscat::probing {

/// How long to wait for the rest of what is understood already, or of what is not SOCKS.
inline constexpr std::chrono::milliseconds grace{400};

class byte_exchange {
  public:
    /// All are borrowed; `out` is told how it ended. setup::end() is the limit.
    byte_exchange(
        const connect_options& options,
        const asio::any_io_executor& executor,
        net::setup& where,
        answer& out)
        : options_{options}, where_{where}, out_{out}, end_{executor, where.end()} {}

    /// To the last hop; false if it was not reached. Sets no limit of its own. `logs_in`: a
    /// password may follow.
    asio::awaitable<bool> reach(bool logs_in);
    /// From here on the limit is in force. `nudge`: sends a line to a proxy that is silent that
    /// long (0: never), unless something comes before.
    void begin(std::chrono::milliseconds nudge_after);
    /// Something came.
    void forget_nudge() { end_.forget(); }
    /// Says nothing more, and closes.
    void close();
    /// The limit was reached, or its end came before this did.
    [[nodiscard]] bool is_cut_off() const { return end_.has_come(); }

    /// TLS, 2 s at most, and no more than is left. A certificate is looked at, not judged: nothing
    /// secret is sent inside. False, and how it ended, if there is none.
    asio::awaitable<bool> secure();

    /// What follows is about this phase.
    void enter(phase begins) { where_.enter(begins); }
    /// A failed write is not judged: what the proxy said before it closed is still to be read.
    asio::awaitable<void> send(message_kind kind, base::byte_view bytes);
    /// The same without telling the observer.
    asio::awaitable<void> send_untold(base::byte_view bytes);
    /// Tells the observer of a message.
    void notify(message_kind kind, direction way, base::byte_view bytes) const;
    /// A password follows.
    void notify_of_password() const;
    void notify_received(message_kind kind, base::byte_view bytes) const {
        notify(kind, direction::from_proxy, bytes);
    }

    /// False, and how it ended, if the stream ends before `into` holds `total` bytes.
    asio::awaitable<bool> fill(std::vector<std::uint8_t>& into, std::size_t total);
    /// At least the first of `total` bytes (8 at most); false, and how it ended, if none comes.
    asio::awaitable<bool> fill_some(std::vector<std::uint8_t>& into, std::size_t total);
    /// `first` is not what was expected: keeps it as answer::foreign, with the rest of its line, or
    /// what comes soon.
    asio::awaitable<void> hear_stranger(std::vector<std::uint8_t> first);
    /// The request was granted: what the target says within `limit`, or the end, is kept.
    asio::awaitable<void> hear_target(std::chrono::milliseconds limit);
    /// All is answered.
    void settled(phase at);

  private:
    asio::awaitable<bool> fill_line();
    void broke_off(const std::error_code& code);
    void nudge();

    const connect_options& options_;
    net::setup& where_;
    answer& out_;
    std::unique_ptr<stream> over_;
    cut_off end_;
};

} // namespace sockscat::probing
