// SPDX-License-Identifier: MIT
#include "process.hpp"

#include "output/exit_status.hpp"

#include <sockscat/credentials.hpp>
#include <sockscat/proxy_spec.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <iterator>
#include <new>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace sockscat::cli {
namespace {

// Sanitizers look into their own process from outside.
constexpr bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return false;
#endif
}

// In the order of their numbers: what is opened gets the lowest free one.
void fill_standard_streams() {
    pollfd streams[] = {{STDIN_FILENO, 0, 0}, {STDOUT_FILENO, 0, 0}, {STDERR_FILENO, 0, 0}};
    if (::poll(std::data(streams), std::size(streams), 0) <= 0)
        return;
    for (const pollfd& each : streams)
        if ((each.revents & POLLNVAL) != 0) {
            // Output not for writing: lost output must not look like success.
            const int mode = each.fd == STDERR_FILENO ? O_WRONLY : O_RDONLY;
            [[maybe_unused]] const int opened = ::open("/dev/null", mode);
        }
}

// An exception would get lost: Asio ends the process if there is no memory to start an operation
// with, and what is under a time limit would seem to take too long.
[[noreturn]] void end_without_memory() {
    constexpr std::string_view text = "sockscat: error: out of memory\n";
    [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, text.data(), text.size());
    ::_exit(exit_stream);
}

// A limit of 0 does not hold where the system hands cores to a program (core(5)); there Linux knows
// one limit, 1. No core is that small.
void forbid_cores() {
    const rlimit none{1, 1};
    ::setrlimit(RLIMIT_CORE, &none);
}

// What a word of the command line holds, as far as its secrets go.
enum class word_kind {
    other,
    url,   // of a proxy, perhaps mistyped
    login, // NAME:PASSWORD, as curl's users type it
};

struct word_part {
    std::size_t offset;
    word_kind kind;
};

word_kind kind_of(std::string_view option) {
    if (option == "--proxy" || (option.starts_with('-') && option.ends_with('x')))
        return word_kind::url;
    return option == "--proxy-user" || option == "-U" ? word_kind::login : word_kind::other;
}

// "-xURL", "--proxy=URL", "-ULOGIN" or the whole word, which is what the one before it says.
word_part part_of(std::string_view word, std::string_view before, bool is_probe) {
    if (word.starts_with("--")) {
        const std::size_t equals = word.find('=');
        return {std::min(equals, word.size() - 1) + 1, kind_of(word.substr(0, equals))};
    }
    if (word.starts_with('-')) {
        const std::size_t letter = std::min(word.find_first_of("xU"), word.size() - 1);
        return {letter + 1, kind_of("-" + std::string{word[letter]})};
    }
    const bool is_url = is_probe || word.find("://") != std::string_view::npos;
    const word_kind said = kind_of(before);
    return {0, said == word_kind::other && is_url ? word_kind::url : said};
}

std::optional<text_range> secret_in(std::string_view text, word_kind kind) {
    const std::size_t colon = text.find(':');
    if (kind == word_kind::url)
        return find_password(text);
    if (colon == std::string_view::npos)
        return std::nullopt;
    if (kind == word_kind::login)
        return text_range{colon + 1, text.size() - colon - 1};
    const std::size_t at = text.rfind('@');
    return at == std::string_view::npos || at < colon
               ? std::nullopt
               : std::optional{text_range{colon + 1, at - colon - 1}};
}

} // namespace

void prepare_process() {
    fill_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);
    if (is_sanitized() || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        forbid_cores();
    std::set_new_handler(end_without_memory);
}

void allow_debuggers() {
    forbid_cores();
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

int raise_descriptor_limit() {
    constexpr rlim_t kept_for_others = 24; // standard streams, files, the event loop, name lookup
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= kept_for_others)
        return 1;
    return static_cast<int>(std::min<rlim_t>(limit.rlim_cur - kept_for_others, 1'000'000));
}

[[gnu::noinline]] void wipe_stack() {
    std::array<char, 32768> below; // NOLINT(cppcoreguidelines-pro-type-member-init)
    wipe(below);
}

void blank_passwords(int argc, char** argv) {
    const bool is_probe = argc > 1 && argv[1] == std::string_view{"probe"};
    for (int i = 1; i < argc; ++i) {
        const std::string_view word{argv[i]};
        const word_part part = part_of(word, argv[i - 1], is_probe && i > 1);
        if (const auto secret = secret_in(word.substr(part.offset), part.kind))
            std::fill_n(argv[i] + part.offset + secret->offset, secret->length, 'x');
    }
}

} // namespace sockscat::cli
