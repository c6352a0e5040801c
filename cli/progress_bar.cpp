// SPDX-License-Identifier: MIT
#include "progress_bar.hpp"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace sockscat::cli {
namespace {

constexpr std::chrono::milliseconds interval{250};
constexpr std::size_t width = 24;

} // namespace

std::string progress_text(
    std::size_t done, std::size_t count, std::size_t usable, std::chrono::seconds since) {
    const std::size_t filled = count == 0 ? width : done * width / count;
    std::string bar(filled, '=');
    if (filled < width)
        bar += '>';
    bar.resize(width, ' ');
    std::array<char, 160> text{};
    std::snprintf(
        text.data(), text.size(), "probing  [%s] %zu/%zu, %zu usable  %lld:%02lld", bar.c_str(),
        done, count, usable, static_cast<long long>(since.count() / 60),
        static_cast<long long>(since.count() % 60));
    return text.data();
}

progress_bar::progress_bar(console& out, std::size_t count, const asio::any_io_executor& executor)
    : out_{out}, count_{count},
      is_wanted_{
          count > 1 && ::isatty(STDERR_FILENO) == 1 && out.is_at_least(console::level::normal)},
      timer_{executor} {}

void progress_bar::start() {
    if (is_wanted_)
        tick();
}

void progress_bar::stop() {
    is_wanted_ = false;
    timer_.cancel();
}

void progress_bar::finished(bool usable) {
    ++done_;
    usable_ += usable ? 1 : 0;
}

void progress_bar::hide() {
    if (is_shown_)
        out_.live("");
    is_shown_ = false;
}

void progress_bar::tick() {
    const auto since = std::chrono::steady_clock::now() - began_;
    out_.live(progress_text(
        done_, count_, usable_, std::chrono::duration_cast<std::chrono::seconds>(since)));
    is_shown_ = true;
    timer_.expires_after(interval);
    timer_.async_wait([this](std::error_code code) {
        if (!code && is_wanted_)
            tick();
    });
}

} // namespace sockscat::cli
