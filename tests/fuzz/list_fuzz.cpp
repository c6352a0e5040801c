// SPDX-License-Identifier: MIT
// probe's list of proxies (--from) and the line of a password, as files and pipes hold them: in
// pieces they read as in one; the list has what its lines say, and its errors show no password; of
// a password's source its first line is taken, and not a byte more.
#include "fuzz.hpp"

#include "cli/options/password_line.hpp"
#include "cli/probe/probe_list.hpp"

#include <sockscat/proxy_spec.hpp>

#include <algorithm>
#include <fcntl.h>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

namespace sockscat::fuzz {
namespace {

constexpr std::string_view mark = "QWJX";

struct listed {
    std::vector<std::pair<std::string, std::size_t>> urls;
    std::optional<error> why;
    bool operator==(const listed& other) const {
        return urls == other.urls && why.has_value() == other.why.has_value() &&
               (!why || (why->cause == other.why->cause && why->advice == other.why->advice));
    }
};

listed read(std::string_view text, std::span<const std::uint8_t> pieces) {
    listed out;
    cli::probe_list list;
    cli::list_reader reader{list};
    result<void> done;
    for (std::size_t turn = 0; done && !text.empty(); ++turn) {
        const std::size_t size = pieces.empty() ? text.size() : 1U + pieces[turn % pieces.size()];
        done = reader.take(text.substr(0, size));
        text.remove_prefix(std::min(size, text.size()));
    }
    if (done)
        done = reader.finish();
    if (!done)
        out.why = done.error();
    for (std::size_t i = 0; i < list.size(); ++i)
        out.urls.emplace_back(list[i].url, list[i].line);
    return out;
}

// Without what stands around it.
std::string_view trimmed(std::string_view line) {
    while (!line.empty() && std::string_view{" \t\r"}.find(line.front()) != std::string_view::npos)
        line.remove_prefix(1);
    while (!line.empty() && std::string_view{" \t\r"}.find(line.back()) != std::string_view::npos)
        line.remove_suffix(1);
    return line;
}

void check_list(std::string_view text, std::span<const std::uint8_t> pieces) {
    const listed whole = read(text, {});
    must(whole == read(text, pieces), "split the list is another");
    if (whole.why)
        must(
            whole.why->kind == failure::usage && is_clean(whole.why->cause) &&
                is_utf8(whole.why->cause) && is_clean(whole.why->advice),
            "an unfit error");
    // The lines that are proxies, in their order.
    std::size_t next = 0;
    std::size_t number = 1;
    for (std::string_view rest = text; !rest.empty() && next < whole.urls.size(); ++number) {
        const std::string_view line = trimmed(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(std::min(
            rest.size(),
            rest.find('\n') == std::string_view::npos ? rest.size() : rest.find('\n') + 1));
        if (line.empty() || line.front() == '#')
            continue;
        must(whole.urls[next] == std::pair{std::string{line}, number}, "another line");
        must(static_cast<bool>(parse_proxy_url(line)), "a line that is no proxy");
        ++next;
    }
    must(next == whole.urls.size(), "more proxies than lines");
}

// A list whose last line has a password, and something wrong, perhaps.
void check_hidden(source& input) {
    static constexpr std::string_view places[] = {"h:x", "h:99999", "", "[::1", "h?a=b", "h"};
    const std::string_view place = places[input.byte() % std::size(places)];
    std::string user{as_text(input.piece(input.byte() % 32))};
    std::erase_if(user, [](char c) {
        return std::string_view{"@:/?#Q\n"}.find(c) != std::string_view::npos;
    });
    std::string filler(input.byte() * 20U, 'x'); // perhaps more than a line may have
    filler.insert(0, as_text(input.piece(16)));
    std::erase(filler, '\n');
    const std::string line =
        user + ":" + std::string{mark} + filler + std::string{mark} + "@" + std::string{place};
    for (const std::string_view scheme : {"", "socks5h://", "http://", "x://"}) {
        const listed got = read(std::string{scheme} + line, {});
        must(
            !got.why || (got.why->cause + got.why->advice).find(mark) == std::string::npos,
            "an error shows the password");
    }
}

// The line of a password, and what stands behind it in the pipe.
void check_password(std::string_view text) {
    int ends[2];
    must(::pipe2(ends, O_CLOEXEC) == 0, "no pipe");
    const cli::file_descriptor from{ends[0]};
    cli::file_descriptor to{ends[1]};
    must(
        ::write(to.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()),
        "the pipe is too small");
    to.reset();
    const auto got = cli::read_password_line(from.get(), "a pipe", {}, false);
    std::string rest(text.size(), '\0');
    rest.resize(static_cast<std::size_t>(
        std::max<ssize_t>(0, ::read(from.get(), rest.data(), rest.size()))));

    const std::size_t feed = text.find('\n');
    std::string_view line = text.substr(0, feed);
    const bool is_ended = feed != std::string_view::npos;
    if (is_ended && line.ends_with('\r'))
        line.remove_suffix(1);
    const bool is_good = line.size() <= 255 && line.find('\0') == std::string_view::npos;
    must(static_cast<bool>(got) == is_good, "another line is a password");
    must(!got || got.value().reveal() == line, "another password");
    must(
        !got || rest == text.substr(is_ended ? feed + 1 : text.size()),
        "more was taken than the line");
    const bool is_told =
        !got && line.size() > 3 && got.error().cause.find(line) != std::string::npos;
    must(!is_told, "an error shows the password");
}

void check(source& input) {
    const unsigned choice = input.byte();
    if (choice == 'P')
        return check_hidden(input);
    if (choice == 'L')
        return check_password(as_text(input.rest()));
    const auto pieces = input.piece(4);
    check_list(as_text(input.rest()), pieces);
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
