// SPDX-License-Identifier: MIT
#include "trace_writer.hpp"

#include "output_file.hpp"

#include <sockscat/text.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace sockscat::cli {
namespace {

constexpr std::size_t bytes_column = 10;
constexpr std::size_t meaning_width = 18;

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width)
        text.append(width - text.size(), ' ');
    else
        text += "  ";
    return text;
}

std::string row_text(const trace_row& row) {
    std::string text(bytes_column, ' ');
    if (row.bad)
        text[bytes_column - 2] = '!';
    return text + padded(row.bytes, meaning_width) + row.meaning + "\n";
}

} // namespace

trace_writer::trace_writer(console& out, bool on_console, int file)
    : out_{out}, on_console_{on_console}, file_{file} {}

std::string trace_writer::stamp(std::string_view mark) const {
    const std::chrono::duration<double, std::milli> since =
        std::chrono::steady_clock::now() - start_;
    std::array<char, 64> text{};
    std::snprintf(
        text.data(), text.size(), "%8.3f  %-6.*s", since.count(), static_cast<int>(mark.size()),
        mark.data());
    return text.data();
}

void trace_writer::message(std::string_view hop, const traced_message& message) {
    if (!is_on())
        return;
    const std::string_view mark = message.way == direction::to_proxy ? "-->" : "<--";
    std::string text = stamp(mark) + padded(std::string{to_string(message.kind)}, 34);
    text += counted(message.size, "byte");
    if (hop != last_hop_)
        text.append("  ").append(hop);
    last_hop_ = hop;
    text += "\n";
    for (const trace_row& row : message.rows)
        text += row_text(row);
    write(text);
}

void trace_writer::event(std::string_view mark, std::string_view text) {
    if (is_on())
        write(stamp(mark).append(text).append("\n"));
}

void trace_writer::write(const std::string& text) {
    if (on_console_)
        out_.block(text);
    if (file_ != -1 && !write_all(file_, text)) { // no reason to end the work
        out_.warning("--trace-file: cannot write: " + std::generic_category().message(errno));
        file_ = -1;
    }
}

} // namespace sockscat::cli
