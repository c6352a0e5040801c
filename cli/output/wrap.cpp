// SPDX-License-Identifier: MIT
#include "wrap.hpp"

#include <algorithm>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::size_t usual_columns = 80;
constexpr std::size_t least_columns = 40;

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
}

// As many bytes as fit, but whole characters.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
    std::size_t end = 0;
    for (; end < text.size(); ++end)
        if (begins_character(text[end]) && columns-- == 0)
            break;
    return end;
}

// Puts words one after the other, into the next line where this one is full.
class line_filler {
  public:
    line_filler(std::size_t at, std::size_t indent, std::size_t width, std::string_view joint)
        : at_{at}, indent_{indent}, end_{width - std::min(width, joint.size())}, joint_{joint} {}

    void add(std::string_view word) {
        const bool fits = at_ + (is_fresh_ ? 0 : 1) + width_of(word) <= end_;
        if (!fits && (!is_fresh_ || at_ > indent_))
            begin_line();
        else if (!is_fresh_)
            put(" ");
        put(word);
    }

    // A word that may be longer than a line: it has lines of its own.
    void add_in_pieces(std::string_view word) {
        const bool is_too_long = indent_ + width_of(word) > end_ && indent_ < end_;
        if (is_too_long && (!is_fresh_ || at_ > indent_))
            begin_line();
        while (is_too_long && indent_ + width_of(word) > end_) {
            const std::size_t size = bytes_of(word, end_ - indent_);
            put(word.substr(0, size));
            word.remove_prefix(size);
            begin_line();
        }
        add(word);
    }

    std::string text() && { return std::move(out_); }

  private:
    void put(std::string_view text) {
        out_.append(text);
        at_ += width_of(text);
        is_fresh_ = false;
    }

    void begin_line() {
        out_.append(joint_).append("\n").append(indent_, ' ');
        at_ = indent_;
        is_fresh_ = true;
    }

    std::size_t at_;
    std::size_t indent_;
    std::size_t end_;
    std::string_view joint_;
    bool is_fresh_{true}; // nothing of the text is in this line
    std::string out_;
};

// To the blank after a word of a shell.
std::size_t end_of_shell_word(std::string_view text) {
    bool is_quoted = false;
    std::size_t end = 0;
    for (; end < text.size() && (is_quoted || text[end] != ' '); ++end) {
        if (text[end] == '\'')
            is_quoted = !is_quoted;
        else if (text[end] == '\\' && !is_quoted && end + 1 < text.size())
            ++end;
    }
    return end;
}

} // namespace

std::size_t columns_of(int fd) {
    winsize size{};
    const bool is_known = ::isatty(fd) == 1 && ::ioctl(fd, TIOCGWINSZ, &size) == 0;
    if (!is_known || size.ws_col == 0)
        return usual_columns;
    return std::max<std::size_t>(size.ws_col, least_columns);
}

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string wrapped(std::string_view text, std::size_t at, std::size_t indent, std::size_t width) {
    line_filler lines{at, indent, width, ""};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0)
            lines.add_in_pieces(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(lines).text();
}

std::string wrapped_command(
    std::string_view text, std::size_t at, std::size_t indent, std::size_t width) {
    line_filler lines{at, indent, width, " \\"};
    while (!text.empty()) {
        const std::size_t end = end_of_shell_word(text);
        if (end > 0)
            lines.add(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(lines).text();
}

} // namespace sockscat::cli
