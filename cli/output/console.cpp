// SPDX-License-Identifier: MIT
#include "console.hpp"

#include <sockscat/environment.hpp>

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {
bool wants_color(color_mode mode, int fd) {
    if (mode != color_mode::automatic)
        return mode == color_mode::always;
    const bool is_dumb = environment_value("TERM").value_or("dumb") == "dumb";
    return ::isatty(fd) == 1 && !is_dumb && environment_value("NO_COLOR").value_or("").empty();
}

console::console(level how_much, color_mode color) : level_{how_much}, mode_{color} {}

bool console::paints() {
    if (!color_)
        color_ = wants_color(mode_, STDERR_FILENO);
    return *color_;
}

void console::error(std::string_view text) {
    say("error: ", "\033[1;31m", text);
}

void console::usage_error(std::string_view text, std::string_view advice) {
    const level as_asked = std::exchange(level_, std::max(level_, level::normal));
    error(text);
    if (!advice.empty())
        hint(advice);
    level_ = as_asked;
}

void console::warning(std::string_view text) {
    say("warning: ", "\033[1;35m", text);
}

void console::hint(std::string_view text) {
    say("hint: ", "\033[1m", text);
}

void console::line(std::string_view text) {
    say("", "", text);
}

void console::note(std::string_view text) {
    if (is_at_least(level::verbose))
        say("", "", text);
}

void console::detail(std::string_view text) {
    if (is_at_least(level::debug))
        say("", "", text);
}

void console::block(std::string_view text) {
    if (is_at_least(level::normal))
        write(std::string{text});
}

void console::live(std::string_view text) {
    if (!is_at_least(level::normal) || (text.empty() && !live_shown_))
        return;
    write(std::string{text});
    live_shown_ = !text.empty();
}

void console::say(std::string_view word, std::string_view color, std::string_view text) {
    if (!is_at_least(level::normal))
        return;
    std::string out{"sockscat: "};
    const bool painted = !word.empty() && paints();
    if (painted)
        out += color;
    out += word;
    if (painted)
        out += "\033[0m";
    write(out.append(text).append("\n"));
}

// In one write, so that lines of several processes do not mix. A stderr that accepts nothing must
// not end the work.
void console::write(std::string text) {
    if (live_shown_)
        text.insert(0, "\r\033[K");
    live_shown_ = false;
    // Nor one that no one reads: a line is dropped rather than waited for without end.
    std::string_view left{text};
    for (int refused = 0; !left.empty();) {
        pollfd room{STDERR_FILENO, POLLOUT, 0};
        if (::poll(&room, 1, write_limit_ms_) == 0) {
            write_limit_ms_ = 0;
            return;
        }
        const auto written = ::write(STDERR_FILENO, left.data(), left.size());
        if (written == -1 && (errno == EINTR || (errno == EAGAIN && ++refused < 8)))
            continue; // another process may have taken the room
        if (written <= 0)
            return;
        left.remove_prefix(static_cast<std::size_t>(written));
    }
}

} // namespace sockscat::cli
