// SPDX-License-Identifier: MIT
#include "progress_bar.hpp"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace sockscat::cli {
namespace {

constexpr std::chrono::milliseconds interval{250};
// Shorter than that, a line would only flicker.
constexpr std::chrono::milliseconds a_while{1'000};
constexpr std::size_t width = 24;
constexpr std::size_t longest_label = 40;

std::string clock_text(std::chrono::seconds since) {
    std::array<char, 32> text{};
    std::snprintf(
        text.data(), text.size(), "%lld:%02lld", static_cast<long long>(since.count() / 60),
        static_cast<long long>(since.count() % 60));
    return text.data();
}

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
        text.data(), text.size(), "probing  [%s] %zu/%zu, %zu usable  ", bar.c_str(), done, count,
        usable);
    return text.data() + clock_text(since);
}

std::string progress_text(
    std::string_view proxy, std::string_view topic, std::chrono::seconds since) {
    std::string label{proxy}; // the line must not wrap: only one row can be taken back
    if (label.size() > longest_label)
        label = label.substr(0, longest_label - 3) + "...";
    return "probing  " + label + ": " + std::string{topic} + "  " + clock_text(since);
}

progress_bar::progress_bar(console& out, std::size_t count, const asio::any_io_executor& executor)
    : out_{out}, count_{count},
      is_wanted_{::isatty(STDERR_FILENO) == 1 && out.is_at_least(console::level::normal)},
      timer_{executor} {}

void progress_bar::start() {
    if (is_wanted_ && count_ > 1)
        tick();
    else if (is_wanted_)
        wait();
}

void progress_bar::stop() {
    is_wanted_ = false;
    timer_.cancel();
}

void progress_bar::finished(bool usable) {
    ++done_;
    usable_ += usable ? 1 : 0;
}

void progress_bar::asks(std::string_view proxy, std::string_view topic) {
    proxy_ = proxy;
    topic_ = topic;
}

void progress_bar::hide() {
    if (is_shown_)
        out_.live("");
    is_shown_ = false;
}

void progress_bar::tick() {
    out_.live(text());
    is_shown_ = true;
    wait();
}

std::string progress_bar::text() const {
    const auto since =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began_);
    return count_ == 1 ? progress_text(proxy_, topic_, since)
                       : progress_text(done_, count_, usable_, since);
}

void progress_bar::wait() {
    timer_.expires_after(is_shown_ || count_ > 1 ? interval : a_while);
    timer_.async_wait([this](std::error_code code) {
        if (!code && is_wanted_)
            tick();
    });
}

} // namespace sockscat::cli
