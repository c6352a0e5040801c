// SPDX-License-Identifier: MIT
#include "scripted_stream.hpp"

#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <cerrno>
#include <map>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace sockscat::fuzz {
namespace {

using std::chrono::steady_clock;

constexpr int first_number = 1'000'000; // no descriptor of the process is that large

std::map<int, scripted_stream*>& open_streams() {
    static std::map<int, scripted_stream*> all;
    return all;
}

int next_number() {
    static int last = first_number;
    return ++last;
}

} // namespace

scripted_stream::scripted_stream(peer_script& script, address remote)
    : script_{script}, remote_{std::move(remote)}, number_{next_number()} {
    ++script_.connections;
    open_streams().emplace(number_, this);
}

scripted_stream::~scripted_stream() {
    script_.closed_at = now();
    open_streams().erase(number_);
}

io_result scripted_stream::try_read(std::span<std::uint8_t> buffer) {
    must(!buffer.empty(), "a read of nothing");
    std::size_t size = is_cut_ ? 0 : std::min(buffer.size(), left());
    if (!script_.pieces.empty())
        size = std::min<std::size_t>(
            size, 1U + script_.pieces[script_.reads++ % script_.pieces.size()] % 16U);
    const auto at = static_cast<std::ptrdiff_t>(script_.taken);
    std::copy_n(script_.bytes.begin() + at, size, buffer.begin());
    script_.taken += size;
    if (size != 0 || is_cut_ || script_.ends == ending::closed)
        return {{}, size};
    return {
        script_.ends == ending::reset ? std::make_error_code(std::errc::connection_reset)
                                      : std::error_code{EAGAIN, std::system_category()},
        0};
}

io_result scripted_stream::try_write(std::span<const std::uint8_t> bytes) {
    script_.heard.insert(script_.heard.end(), bytes.begin(), bytes.end());
    if (script_.on_heard)
        script_.on_heard();
    if (script_.on_heard && waits_ != nullptr) {
        is_woken_ = true;
        waits_->cancel();
    }
    return {{}, bytes.size()};
}

short scripted_stream::read_events() const {
    return POLLIN;
}

short scripted_stream::write_events() const {
    return POLLOUT;
}

asio::awaitable<std::error_code> scripted_stream::wait(short events) {
    for (;;) {
        const bool has_more =
            script_.taken < script_.bytes.size() || script_.ends != ending::silent;
        const auto until = has_more ? next_pause() : steady_clock::time_point::max();
        if (events != POLLIN || is_cut_ || until <= steady_clock::now())
            co_return std::error_code{};
        asio::steady_timer timer{co_await asio::this_coro::executor, until};
        bool is_over = true;
        waits_ = &timer;
        try {
            co_await timer.async_wait(asio::use_awaitable);
        } catch (const std::system_error&) {
            is_over = is_cut_;
        }
        waits_ = nullptr;
        if (is_over)
            co_return std::error_code{};
        if (!std::exchange(is_woken_, false)) // by the other side's words, it looks again
            co_return std::make_error_code(std::errc::operation_canceled);
    }
}

asio::awaitable<io_result> scripted_stream::read_some(std::span<std::uint8_t> buffer) {
    if (const std::error_code failed = co_await wait(POLLIN))
        co_return io_result{failed, 0};
    co_return try_read(buffer);
}

void scripted_stream::cut() {
    is_cut_ = true;
    if (waits_ != nullptr)
        waits_->cancel();
}

// Up to the end, or to the next pause.
std::size_t scripted_stream::left() const {
    std::size_t end = script_.bytes.size();
    for (const pause& each : script_.pauses)
        if (each.at > script_.taken)
            end = std::min(end, each.at);
    return end - script_.taken;
}

// A pause begins when somebody waits for its end.
steady_clock::time_point scripted_stream::next_pause() {
    for (pause& each : script_.pauses) {
        if (each.at != script_.taken || each.length.count() == 0)
            continue;
        resumes_ = steady_clock::now() + std::exchange(each.length, std::chrono::milliseconds{0});
        break;
    }
    return resumes_;
}

} // namespace sockscat::fuzz

extern "C" int shutdown(int fd, int how) noexcept {
    const auto found = sockscat::fuzz::open_streams().find(fd);
    if (found == sockscat::fuzz::open_streams().end())
        return static_cast<int>(::syscall(SYS_shutdown, fd, how));
    found->second->cut();
    return 0;
}
