// SPDX-License-Identifier: MIT
#include "line_writer.hpp"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <system_error>

namespace sockscat::cli {

asio::awaitable<void> line_writer::write() {
    asio::steady_timer pause{co_await asio::this_coro::executor};
    if (writing_)
        co_return;
    writing_ = true;
    while (!lines_.empty() && !is_broken()) {
        if (write_some())
            continue;
        pause.expires_after(
            std::chrono::milliseconds{20}); // a full pipe; no descriptor of ours to wait on
        co_await pause.async_wait(asio::use_awaitable);
    }
    writing_ = false;
}

// False if stdout takes nothing now.
bool line_writer::write_some() {
    const std::span bytes{reinterpret_cast<const std::uint8_t*>(lines_.data()), lines_.size()};
    const io_result gone = output_.write(bytes);
    if (gone.code == std::errc::resource_unavailable_try_again)
        return false;
    lines_.erase(0, gone.size);
    closed_ = gone.code == std::errc::broken_pipe;
    if (gone.code && !closed_)
        failed_ = error{
            failure::stream, phase::none, "cannot write standard output: " + gone.code.message()};
    return true;
}

} // namespace sockscat::cli
