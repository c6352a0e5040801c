// SPDX-License-Identifier: MIT
/// A peer that says what an input holds, in pieces and with pauses of the fake clock.
#pragma once

#include "fake_clock.hpp"
#include "fuzz.hpp"

#include <sockscat/stream.hpp>

#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

namespace sockscat::fuzz {

enum class ending : std::uint8_t { closed, reset, silent };

struct pause {
    std::size_t at{0}; ///< in front of this byte
    std::chrono::milliseconds length{0};
};

/// What the peer does, and what it heard. Further connections go on where the last one stopped.
struct peer_script {
    std::span<const std::uint8_t> bytes;
    std::vector<pause> pauses; ///< in their order
    ending ends{ending::closed};
    std::span<const std::uint8_t> pieces; ///< each read gives so many bytes at most; none: all

    std::size_t taken{0};
    std::size_t reads{0};
    std::size_t connections{0};
    std::vector<std::uint8_t> heard;
    /// Called after each write; may add to `bytes` and `pauses`, and decide how it ends.
    std::function<void()> on_heard;
    std::chrono::milliseconds closed_at{0}; ///< by the other side
};

/// One connection to such a peer. Borrows the script. Its descriptor is a number that only
/// shutdown(2) knows, which the source replaces.
class scripted_stream final : public stream {
  public:
    scripted_stream(peer_script& script, address remote);
    ~scripted_stream() override;
    scripted_stream(const scripted_stream&) = delete;
    scripted_stream& operator=(const scripted_stream&) = delete;

    io_result try_read(std::span<std::uint8_t> buffer) override;
    io_result try_write(std::span<const std::uint8_t> bytes) override;
    io_result try_shut_down() override { return {}; }
    [[nodiscard]] short read_events() const override;
    [[nodiscard]] short write_events() const override;
    [[nodiscard]] int descriptor() const override { return number_; }
    /// Until there is something to read: at once, after a pause, or never.
    asio::awaitable<std::error_code> wait(short events) override;
    asio::awaitable<io_result> read_some(std::span<std::uint8_t> buffer) override;
    [[nodiscard]] std::optional<address> remote() const override { return remote_; }
    [[nodiscard]] bool is_private() const override { return is_loopback(remote_.host); }

    /// From here on there is nothing but the end.
    void cut();

  private:
    [[nodiscard]] std::size_t left() const;
    std::chrono::steady_clock::time_point next_pause();

    peer_script& script_;
    address remote_;
    int number_;
    bool is_cut_{false};
    bool is_woken_{false};
    asio::steady_timer* waits_{nullptr};
    std::chrono::steady_clock::time_point resumes_{};
};

} // namespace sockscat::fuzz
