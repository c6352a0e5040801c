// SPDX-License-Identifier: MIT
#include "probe_list.hpp"

#include "output/wait.hpp"

#include <sockscat/proxy_spec.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace sockscat::cli {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t shown_beginning = 24;

std::string_view trimmed(std::string_view line) {
    const std::size_t begin = std::min(line.find_first_not_of(blanks), line.size());
    line.remove_prefix(begin);
    return line.substr(0, line.find_last_not_of(blanks) + 1);
}

bool is_mark(char c) {
    return (lower(c) < 'a' || lower(c) > 'z') && (c < '0' || c > '9') && c != '.' && c != '-';
}

// The length of "socks5+tls://" and the like; 0 if the line begins with something else, which may
// be a login with such a password.
std::size_t scheme_size(std::string_view line) {
    const std::size_t mark = line.substr(0, shown_beginning).find("://");
    const std::string_view scheme = line.substr(0, mark);
    const bool is_scheme =
        mark != std::string_view::npos &&
        std::all_of(scheme.begin(), scheme.end(), [](char c) { return c == '+' || !is_mark(c); });
    return is_scheme ? mark + 3 : 0;
}

// Of a line that is too long: the scheme, and of the rest what comes before any mark that a
// password may follow; where a login is for certain, nothing.
std::string beginning_of(std::string_view line) {
    const std::size_t authority = scheme_size(line);
    const std::string_view rest = line.substr(authority, shown_beginning);
    const bool has_login = line.find('@') != std::string_view::npos;
    const auto name = std::find_if(rest.begin(), rest.end(), is_mark) - rest.begin();
    const auto shown = authority + (has_login ? 0 : static_cast<std::size_t>(name));
    return quote(line.substr(0, shown)) + "...";
}

} // namespace

void probe_list::add(std::string_view url, std::size_t line) {
    text_.append(url);
    entries_.push_back({text_.size(), line});
}

listed_url probe_list::operator[](std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : entries_[index - 1].end;
    const std::string_view all = text_;
    return {all.substr(begin, entries_[index].end - begin), entries_[index].line};
}

void probe_list::blank_password(std::size_t index) {
    const std::string_view url = (*this)[index].url;
    if (const auto password = find_password(url))
        std::fill_n(
            text_.begin() + (url.data() - text_.data()) +
                static_cast<std::ptrdiff_t>(password->offset),
            password->length, 'x');
}

result<void> list_reader::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        const std::size_t room = max_list_line - line_.size();
        line_.append(piece.substr(0, room));
        if (piece.size() > room)
            return about_line(
                beginning_of(trimmed(line_)),
                usage_error("it is longer than " + std::to_string(max_list_line) + " bytes"));
        if (end == std::string_view::npos)
            return {};
        if (auto taken = take_line(); !taken)
            return taken;
        bytes.remove_prefix(end + 1);
    }
    return {};
}

result<void> list_reader::finish() {
    return take_line();
}

result<void> list_reader::take_line() {
    const std::string_view url = trimmed(line_);
    const bool is_proxy = !url.empty() && url.front() != '#';
    if (is_proxy) {
        if (const auto parsed = parse_proxy_url(url); !parsed)
            return about_line(redact_url(url), parsed.error());
        if (count_ == max_listed)
            return usage_error(
                "--from: more than " + std::to_string(max_listed) + " proxies: split the list");
        into_.add(url, number_);
        ++count_;
    }
    ++number_;
    line_.clear();
    return {};
}

error list_reader::about_line(std::string_view shown, const error& why) const {
    return usage_error(
        "--from: line " + std::to_string(number_) + ": " + std::string{shown} + ": " + why.cause,
        why.advice);
}

result<void> read_list(const std::string& path, int interrupt_fd, probe_list& into) {
    const bool is_stdin = path == "-";
    const int fd =
        is_stdin ? STDIN_FILENO : open_uninterrupted(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    const std::string what = is_stdin ? "standard input" : quote_value(path);
    const auto failed = [&] {
        return usage_error(
            "--from: cannot read " + what + ": " + std::generic_category().message(errno));
    };
    if (fd == -1)
        return failed();
    list_reader lines{into};
    std::vector<char> buffer(65536); // not on the stack, which keeps what was there
    for (;;) {
        if (!wait_uninterrupted(fd, POLLIN, interrupt_fd))
            return interrupted("interrupted while reading the list");
        const auto got = ::read(fd, buffer.data(), buffer.size());
        if (got == -1 && errno != EAGAIN && errno != EINTR)
            return failed();
        if (got == 0)
            break;
        if (got < 0)
            continue;
        if (auto taken = lines.take({buffer.data(), static_cast<std::size_t>(got)}); !taken)
            return taken;
    }
    if (!is_stdin)
        ::close(fd);
    return lines.finish();
}

} // namespace sockscat::cli
