// SPDX-License-Identifier: MIT
#include "probe_settings.hpp"

#include "commands.hpp"
#include "options/parse.hpp"
#include "options/proxy_options.hpp"
#include "output/wait.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr option_spec specs[] = {
    {0, "target", takes::value}, {0, "only", takes::value}, {0, "require", takes::value},
    {0, "from", takes::value},   {0, "jobs", takes::value}, {0, "json", takes::nothing},
};

result<void> read_groups(const arguments& given, probe_settings& out) {
    const auto list = given.value("only");
    if (!list)
        return {};
    out.probe.groups = {};
    for (const std::string_view item : split_at_commas(*list)) {
        const auto group = find_group(item);
        if (!group)
            return usage_error(
                "--only: unknown group " + quote(item) +
                " (versions, auth, commands, addresses, tls, latency)");
        out.probe.groups[static_cast<std::size_t>(*group)] = true;
    }
    return {};
}

result<void> read_requirements(const arguments& given, probe_settings& out) {
    const auto list = given.value("require");
    if (!list)
        return {};
    for (const std::string_view item : split_at_commas(*list)) {
        const auto check = find_requirement(item);
        if (!check)
            return usage_error(
                "--require: unknown check " + quote(item) +
                ", try connect, udp, ipv6, remote-dns, password, ...");
        if (!out.probe.wants(group_of(*check)))
            return usage_error(
                "--require " + std::string{item} + ": --only leaves out its group, " +
                std::string{to_string(group_of(*check))});
        out.required.push_back(*check);
    }
    return {};
}

result<void> read_targets(const arguments& given, probe_settings& out) {
    for (const std::string& text : given.values("target")) {
        auto parts = parse_destination({text});
        if (!parts)
            return usage_error("--target: " + parts.error().cause);
        auto port = parse_port(parts.value().ports);
        if (!port)
            return usage_error("--target: " + port.error().cause);
        out.probe.targets.emplace_back(parts.value().host, port.value());
    }
    return {};
}

// As one word of a shell.
std::string shell_word(const std::string& text) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos)
        return text;
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return out + "'";
}

// A password of its own that its URL does not tell.
bool keeps_secret(const proxy_spec& hop) {
    return hop.login && hop.login->password && hop.password_file.empty();
}

std::string login_words(const arguments& given) {
    const auto file = given.value("proxy-password-file");
    return file ? "--proxy-password-file " + shell_word(*file) + " " : "--proxy-ask-password ";
}

std::string isolation_words(const arguments& given) {
    if (!given.has("isolate"))
        return "";
    // The token is a password.
    return given.value("isolate").value_or("").empty() ? "--isolate " : "--isolate=TOKEN ";
}

} // namespace

std::vector<option_spec> probe_specs() {
    return joined({common_specs, specs});
}

std::optional<probe_check> find_requirement(std::string_view word) {
    if (word == "remote-dns")
        return probe_check::address_domain;
    if (word == "udp")
        return probe_check::command_udp_associate;
    for (const std::string_view prefix : {"", "auth.", "command.", "address."})
        if (const auto found = find_check(std::string{prefix} + std::string{word}))
            return found;
    return std::nullopt;
}

result<probe_settings> probe_settings_from(const arguments& given) {
    probe_settings out;
    out.json = given.has("json");
    out.trace = given.has("trace");
    out.trace_file = given.value("trace-file").value_or("");
    out.list_file = given.value("from").value_or("");
    if (auto read = read_groups(given, out); !read)
        return read.error();
    if (auto read = read_requirements(given, out); !read)
        return read.error();
    if (auto read = read_targets(given, out); !read)
        return read.error();
    if (const auto jobs = given.value("jobs")) {
        auto number = parse_number("--jobs", *jobs, 1, 100'000);
        if (!number)
            return number.error();
        out.jobs = static_cast<std::size_t>(number.value());
    }
    return out;
}

std::string command_to_try(
    const arguments& given, const std::vector<proxy_spec>& chain, bool knows_password) {
    std::vector<proxy_spec> hops;
    for (const proxy_spec& each : chain)
        hops.push_back(each.clone());
    if (given.has("isolate"))
        hops.back().login.reset();
    const auto secrets = std::count_if(hops.begin(), hops.end(), keeps_secret);
    std::string text = "sockscat connect ";
    for (proxy_spec& hop : hops) {
        if (secrets > 1 && keeps_secret(hop))
            hop.password_file = "FILE";
        text += "-x " + shell_word(hop.url()) + " ";
    }
    if (secrets == 1 && !knows_password)
        text += login_words(given);
    text += isolation_words(given);
    if (const auto methods = given.value("auth"))
        text += "--auth " + shell_word(*methods) + " ";
    for (const char* const family : {"4", "6"})
        if (given.has(family))
            text += std::string{"-"} + family + " ";
    return text + "HOST PORT";
}

std::vector<listed_url> urls_in(std::string_view text) {
    std::vector<listed_url> urls;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
            line.remove_suffix(1);
        while (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
            line.remove_prefix(1);
        if (!line.empty() && line.front() != '#')
            urls.push_back({line, number});
    }
    return urls;
}

result<std::string> read_list(const std::string& path, int interrupt_fd) {
    const bool is_stdin = path == "-";
    const int fd = is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const std::string what = is_stdin ? "standard input" : quote(path);
    const auto failed = [&] {
        return usage_error(
            "--from: cannot read " + what + ": " + std::generic_category().message(errno));
    };
    if (fd == -1)
        return failed();
    std::string text;
    std::array<char, 65536> buffer; // NOLINT: filled by the read
    for (;;) {
        if (!wait_uninterrupted(fd, POLLIN, interrupt_fd))
            return interrupted("interrupted while the list was read");
        const auto got = ::read(fd, buffer.data(), buffer.size());
        if (got == -1 && errno != EAGAIN && errno != EINTR)
            return failed();
        if (got == 0)
            break;
        if (got > 0)
            text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    if (!is_stdin)
        ::close(fd);
    return text;
}

} // namespace sockscat::cli
