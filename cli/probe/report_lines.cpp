// SPDX-License-Identifier: MIT
#include "report_lines.hpp"

#include "output/wrap.hpp"

#include <algorithm>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::size_t heading_width = 11;
constexpr std::size_t narrow_indent = 2;
constexpr std::size_t name_width = 17;
constexpr std::size_t word_width = 9;
constexpr std::size_t least_text = 24; // columns, else it is below
constexpr std::size_t narrow_text = 4; // where texts begin if there is little room

} // namespace

std::string padded(std::string_view text, std::size_t width) {
    std::string out{text};
    return out.append(std::max(width, width_of(text) + 1) - width_of(text), ' ');
}

std::string report_lines::painted(std::string_view text, std::string_view color) const {
    if (!style_.paints || color.empty())
        return std::string{text};
    return std::string{color}.append(text).append("\033[0m");
}

// What comes before the name.
std::string report_lines::begin_row(std::string_view heading) {
    if (!is_narrow())
        return padded(heading, heading_width);
    if (!heading.empty())
        out_.append(heading).append("\n");
    return std::string(narrow_indent, ' ');
}

void report_lines::row(const row_head& head, std::string_view text) {
    std::string line = begin_row(head.heading);
    const std::size_t begin = width_of(line);
    const std::string name = padded(head.name, std::max(name_width, head.name_width));
    const std::size_t word_at = begin + width_of(name);
    const std::size_t word_space = std::max(word_width, head.word_width);
    const std::size_t text_at = word_at + (head.word.empty() ? 0 : word_space);
    const std::string word = painted(head.word, head.color);
    const std::size_t least = is_narrow() ? width_of(text) : std::min(width_of(text), least_text);
    const auto wrapped_at = [&](std::size_t at) { return wrapped(text, at, at, style_.width); };
    if (text_at + least <= style_.width) {
        line += name + word + std::string(text_at - word_at - head.word.size(), ' ') +
                wrapped_at(text_at);
    } else if (word_at + head.word.size() <= style_.width) {
        const std::size_t below = is_narrow() ? narrow_text : begin + 2;
        line += name + word + "\n" + std::string(below, ' ') + wrapped_at(below);
    } else {
        const std::size_t below = begin + 2;
        line += wrapped(head.name, begin, begin, style_.width) + "\n" + std::string(below, ' ');
        line +=
            word + std::string(word_space - head.word.size(), ' ') + wrapped_at(below + word_space);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += line + "\n";
}

void report_lines::plain_row(std::string_view heading, std::string_view text) {
    std::string line = begin_row(heading).append(text);
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += line + "\n";
}

std::size_t report_lines::hanging_indent(std::size_t lead) const {
    return is_narrow() ? std::min(lead, narrow_text) : lead;
}

void report_lines::hanging(std::string_view lead, std::string_view color, std::string_view text) {
    const std::size_t at = width_of(lead) + 2;
    out_ +=
        painted(lead, color) + "  " + wrapped(text, at, hanging_indent(at), style_.width) + "\n";
}

void report_lines::finding(
    std::string_view gravity,
    std::string_view color,
    std::string_view id,
    std::string_view message) {
    const std::string name = "  " + std::string{id} + "   ";
    const std::size_t indent = hanging_indent(width_of(gravity) + 2);
    out_ += painted(gravity, color) + name;
    out_ += wrapped(message, width_of(gravity) + width_of(name), indent, style_.width) + "\n";
}

void report_lines::hanging_at(std::size_t indent, std::string_view lead, std::string_view text) {
    const std::size_t begin = hanging_indent(indent);
    const std::size_t at = begin + width_of(lead);
    out_.append(begin, ' ').append(lead);
    out_ += wrapped(text, at, is_narrow() ? begin + 2 : at, style_.width) + "\n";
}

void report_lines::command(
    std::string_view lead, std::string_view color, std::string_view command) {
    const std::size_t at = width_of(lead) + 3;
    out_ += painted(lead, color) + "   ";
    if (style_.breaks_commands)
        out_ += wrapped_command(command, at, hanging_indent(at), style_.width);
    else
        out_ += command;
    out_ += "\n";
}

void report_lines::blank() {
    out_ += "\n";
}

std::string report_lines::text() && {
    return std::move(out_);
}

} // namespace sockscat::cli
