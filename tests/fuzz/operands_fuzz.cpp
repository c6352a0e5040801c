// SPDX-License-Identifier: MIT
// Operands, ports and values of options: what is taken is what it says, what is refused is refused
// in clean words, and a password that went to the wrong place is shown nowhere.
#include "fuzz.hpp"

#include "cli/options/habits.hpp"
#include "cli/options/parse.hpp"

#include <sockscat/proxy_spec.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace sockscat::fuzz {
namespace {

constexpr std::string_view mark = "QWJX";

bool is_fit(std::string_view text) {
    return is_clean(text) && is_utf8(text);
}

// Everything that is said about some operands.
std::vector<std::string> said_of(const std::vector<std::string>& operands, bool is_quiet) {
    std::vector<std::string> out;
    const auto keep = [&](const error& why) {
        must(why.kind == failure::usage && !why.cause.empty(), "an error of another kind");
        out.push_back(to_string(why));
        out.push_back(why.advice);
    };
    if (const auto got = cli::parse_destination(operands, is_quiet); !got)
        keep(got.error());
    if (const auto got = cli::parse_peer(operands); !got)
        keep(got.error());
    out.push_back(cli::advice_for_operands(operands, is_quiet));
    out.push_back(cli::advice_for_no_command(operands));
    for (const std::string& each : operands) {
        out.push_back(quote_value(each));
        if (const auto got = cli::parse_ports(each); !got)
            keep(got.error());
        if (const auto got = cli::parse_port(each); !got)
            keep(got.error());
        if (const auto got = cli::parse_seconds("--timeout", each); !got)
            keep(got.error());
        if (const auto got = cli::parse_number("--jobs", each, 1, 512); !got)
            keep(got.error());
    }
    return out;
}

// A host that can be asked for, and that reads the same when it is written and read again.
void check_host(const host& taken) {
    const auto* const name = std::get_if<host_name>(&taken);
    must(
        name == nullptr || (!name->text.empty() && name->text.size() <= 255 &&
                            name->text.find_first_not_of("abcdefghijklmnopqrstuvwxyz"
                                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                         "0123456789-_.") == std::string::npos),
        "a name that no host has");
    if (name != nullptr && name->text.ends_with('.')) // one more would be dropped
        return;
    const auto again = parse_host(to_string(taken));
    must(again && again.value() == taken, "a host that reads otherwise when it is written");
}

void check_ports(const std::string& text) {
    const auto ports = cli::parse_ports(text);
    if (!ports)
        return;
    must(!ports.value().empty(), "no port");
    const auto& all = ports.value();
    must(std::count(all.begin(), all.end(), 0) == 0, "port 0");
    const auto one = cli::parse_port(text);
    must(!one || all == std::vector<std::uint16_t>{one.value()}, "a port that is no list of one");
}

void check_values(const std::string& text) {
    using std::chrono::milliseconds;
    if (const auto time = cli::parse_seconds("--timeout", text)) {
        must(time.value() >= milliseconds{0}, "a negative time");
        must(time.value() <= milliseconds{1'000'000'000}, "a time without end");
        const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
        must(is_zero == (time.value() == milliseconds{0}), "only nothing is no time");
    }
    if (const auto number = cli::parse_number("--jobs", text, 1, 512))
        must(number.value() >= 1 && number.value() <= 512, "a number out of its bounds");
    const cli::zoned_text zoned = cli::split_zone(text);
    must(
        zoned.zone.empty() ? zoned.text == text
                           : zoned.text.size() + zoned.zone.size() + 1 == text.size(),
        "a zone changes the text");
}

void check_operands(const std::vector<std::string>& operands, bool is_quiet) {
    for (const std::string& each : said_of(operands, is_quiet))
        must(is_fit(each), "it is not fit to be shown");
    if (const auto got = cli::parse_destination(operands, is_quiet)) {
        check_host(got.value().host);
        must(!got.value().ports.empty(), "no port");
    }
    if (const auto got = cli::parse_peer(operands); got && got.value())
        check_host(got.value()->host);
    for (const std::string& each : operands) {
        check_ports(each);
        check_values(each);
    }
}

// Fillers that may stand in a password: the rest of it is the mark, in front and behind.
std::string password_from(source& input) {
    std::string filler{as_text(input.piece(input.byte() % 24))};
    std::erase(filler, '@');
    return std::string{mark} + filler + std::string{mark};
}

// Proxy URLs and the like where HOST PORT belongs.
void check_hidden(source& input) {
    static constexpr std::array<std::string_view, 8> schemes{
        "",        "socks5h://", "socks5://",     "socks4a://",
        "http://", "https://",   "socks5+tls://", "x://"};
    static constexpr std::array<std::string_view, 7> places{
        "h", "h:1", "h:x", "[::1]:80", "192.0.2.1:1080", "h/p", "proxy.example:1080"};
    const std::string scheme{schemes[input.byte() % schemes.size()]};
    const std::string place{places[input.byte() % places.size()]};
    const unsigned form = input.byte();
    std::string user{as_text(input.piece(input.byte() % 12))};
    std::erase_if(
        user, [](char c) { return std::string_view{"@:/?#Q"}.find(c) != std::string_view::npos; });
    const std::string login = user + ":" + password_from(input);
    std::string text = scheme + login + "@" + place;
    if (form % 3 == 1)
        text = scheme + login + "%40" + place;
    else if (form % 3 == 2 && place.find('/') == std::string::npos)
        text = scheme + "192.0.2.1:1080:" + login;
    std::vector<std::string> operands{text};
    if ((form & 0x40U) != 0)
        operands.emplace_back("80");
    if ((form & 0x20U) != 0)
        operands.insert(operands.begin(), "5");
    for (const std::string& each : said_of(operands, (form & 0x80U) != 0))
        must(each.find(mark) == std::string::npos && is_fit(each), "it shows a password");
}

void check(source& input) {
    const unsigned choice = input.byte();
    if (choice == 'P')
        return check_hidden(input);
    std::vector<std::string> operands;
    const std::size_t count = choice % 4;
    for (std::size_t i = 0; i + 1 < count; ++i)
        operands.emplace_back(as_text(input.piece(input.byte() % 64)));
    if (count != 0)
        operands.emplace_back(as_text(input.rest()));
    check_operands(operands, (choice & 0x80U) != 0);
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
