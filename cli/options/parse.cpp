// SPDX-License-Identifier: MIT
#include "parse.hpp"

#include "habits.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cmath>
#include <netdb.h>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr double max_seconds = 1e6;

template <class Number>
bool parse_whole(std::string_view text, Number& value) {
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    return !text.empty() && parsed.ec == std::errc{} && parsed.ptr == end;
}

// A number that no double holds is infinite.
bool parse_decimal(std::string_view text, double& value) {
    const char* const end = text.data() + text.size();
    const bool is_number =
        !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
    const auto parsed = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (is_number && parsed.ec == std::errc::result_out_of_range)
        value = HUGE_VAL;
    return is_number && parsed.ptr == end;
}

std::optional<std::uint16_t> port_of_service(std::string_view name, const char* protocol) {
    const std::string text{name};
    if (text.empty() || (text.front() >= '0' && text.front() <= '9') || text.size() > 100)
        return std::nullopt;
    const servent* const found =
        ::getservbyname(text.c_str(), protocol); // NOLINT(concurrency-mt-unsafe): one thread here
    return found == nullptr ? std::nullopt
                            : std::optional{ntohs(static_cast<std::uint16_t>(found->s_port))};
}

// Several fields with a ':' between them that are not an IPv6 address: the last may be a password.
bool may_end_in_password(std::string_view text) {
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    const bool bracketed = bracket != std::string_view::npos;
    const std::string_view fields = bracketed ? text.substr(bracket + 1) : text;
    return std::count(fields.begin(), fields.end(), ':') > (bracketed ? 1 : 2) &&
           fields.find_first_not_of("0123456789abcdefABCDEF:.%") != std::string_view::npos;
}

std::string strip_brackets(std::string_view text) {
    const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
    const std::string_view inside = bracketed ? text.substr(1, text.size() - 2) : text;
    // Anything but IPv6 keeps its brackets, and is refused for them.
    return std::string{inside.find(':') == std::string_view::npos ? text : inside};
}

bool is_certain_host(std::string_view text) {
    return text.starts_with('[') || parse_ip(text) || lower(text) == "localhost";
}

// NAME:WORD with another WORD may be a login, and is not to be shown. No password is one letter.
bool looks_like_ports(std::string_view text) {
    if (text.size() == 1)
        return true;
    const auto items = split_at_commas(text);
    return std::all_of(items.begin(), items.end(), [](std::string_view item) {
        constexpr std::size_t longest_range = 11;
        const bool is_range = item.size() <= longest_range &&
                              item.find_first_not_of("0123456789-") == std::string_view::npos;
        return is_range || port_of_service(item, nullptr);
    });
}

result<destination_operands> destination_of(std::string_view host_text, std::string_view ports) {
    if (ports.empty())
        return usage_error("the port after host " + quote_value(host_text) + " is empty");
    auto host = parse_host(host_text);
    if (!host)
        return host.error();
    destination_operands out;
    out.host = std::move(host).value();
    out.ports = std::string{ports};
    return out;
}

result<destination_operands> split_destination(std::string_view text) {
    if (may_end_in_password(text))
        return usage_error("too many ':' in an operand: write HOST PORT or HOST:PORT");
    const std::size_t colon = text.rfind(':');
    const bool bracketed = text.starts_with('[');
    if (colon == std::string_view::npos || (bracketed && text[colon - 1] != ']'))
        return usage_error("no port in " + quote_value(text) + ": write HOST PORT or HOST:PORT");
    const std::string_view host = text.substr(0, colon);
    if (!bracketed && host.find(':') != std::string_view::npos)
        return usage_error(
            "ambiguous " + quote_value(text) + ": write an IPv6 address as [ADDRESS]:PORT");
    const std::string_view ports = text.substr(colon + 1);
    if (!is_certain_host(host) && !looks_like_ports(ports))
        return usage_error(
            "the port in " + quote_value(text) +
            " is not a number from 1 to 65535, nor a known service");
    return destination_of(strip_brackets(host), ports);
}

result<destination_operands> split_operands(const std::vector<std::string>& operands) {
    if (operands.empty())
        return usage_error("HOST and PORT are missing");
    for (const std::string& each : operands) {
        if (each.find("://") != std::string::npos)
            return usage_error(quote_value(each) + " is a URL, not a host");
        if (each.find(':') < each.rfind('@') && each.find('@') != std::string::npos)
            return usage_error(
                quote_value(each) + " contains a login, which is only for proxies (-x URL)");
    }
    if (operands.size() == 1)
        return split_destination(operands[0]);
    if (operands.size() > 2)
        return usage_error("unexpected operand " + quote_value(operands[2]));
    return destination_of(strip_brackets(operands[0]), operands[1]);
}

} // namespace

result<std::chrono::milliseconds> parse_seconds(std::string_view name, std::string_view text) {
    double seconds = 0;
    if (!parse_decimal(text, seconds))
        return usage_error(
            std::string{name} + " takes a number of seconds, not " + quote_value(text));
    if (seconds > max_seconds)
        return usage_error(
            std::string{name} + " takes at most 1000000 seconds (11 days), not " +
            quote_value(text));
    // Rounded up: only 0 itself may mean 0.
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>{seconds});
}

result<void> parse_seconds(
    const arguments& given,
    std::string_view name,
    std::optional<std::chrono::milliseconds>& value) {
    const auto text = given.value(name);
    if (!text)
        return {};
    auto parsed = parse_seconds("--" + std::string{name}, *text);
    if (!parsed)
        return parsed.error();
    value = parsed.value();
    return {};
}

result<void> parse_seconds(
    const arguments& given, std::string_view name, std::chrono::milliseconds& value) {
    std::optional<std::chrono::milliseconds> parsed{value};
    auto done = parse_seconds(given, name, parsed);
    value = *parsed;
    return done;
}

result<long> parse_number(std::string_view name, std::string_view text, long least, long most) {
    long value = 0;
    if (!parse_whole(text, value) || value < least || value > most)
        return usage_error(
            std::string{name} + " takes a whole number from " + std::to_string(least) + " to " +
            std::to_string(most) + ", not " + quote_value(text));
    return value;
}

result<std::uint16_t> parse_port(std::string_view text, const char* protocol) {
    std::uint16_t value = 0;
    if (parse_whole(text, value) && value != 0)
        return value;
    if (const auto known = port_of_service(text, protocol))
        return *known;
    return usage_error(
        "port " + quote_value(text) + " is not a number from 1 to 65535, nor a known service");
}

result<std::vector<std::uint16_t>> parse_ports(std::string_view text) {
    std::vector<std::uint16_t> ports;
    for (const std::string_view item : split_at_commas(text)) {
        if (const auto service = port_of_service(item, "tcp")) { // its name may have a '-'
            ports.push_back(*service);
            continue;
        }
        const std::size_t dash = item.find('-');
        const auto first = parse_port(item.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : parse_port(item.substr(dash + 1));
        if (!first || !last)
            return usage_error(
                "port list " + quote_value(text) + ": " + quote_value(item) +
                " is neither a port nor a range");
        if (first.value() > last.value())
            return usage_error(
                "port list " + quote_value(text) + ": the range " + quote_value(item) +
                " is backwards");
        for (unsigned port = first.value(); port <= last.value(); ++port)
            ports.push_back(static_cast<std::uint16_t>(port));
    }
    return ports;
}

result<destination_operands> parse_destination(
    const std::vector<std::string>& operands, bool is_quiet) {
    auto parsed = split_operands(operands);
    if (parsed && is_quiet && is_linger_of_nc(operands))
        if (const auto port = parse_port(operands[1]); !port)
            parsed = port.error();
    if (parsed || !parsed.error().advice.empty())
        return parsed;
    return usage_error(parsed.error().cause, advice_for_operands(operands, is_quiet));
}

zoned_text split_zone(std::string_view text) {
    const std::size_t begin = text.find('%');
    const bool bracketed = text.starts_with('[');
    const std::size_t end = bracketed ? text.find(']') : text.size();
    if (begin == std::string_view::npos || end == std::string_view::npos || begin + 1 >= end)
        return {std::string{text}, ""};
    const auto ip = parse_ip(text.substr(bracketed ? 1 : 0, begin - (bracketed ? 1 : 0)));
    if (!ip || !std::holds_alternative<ipv6_address>(*ip))
        return {std::string{text}, ""};
    zoned_text out;
    out.text = std::string{text.substr(0, begin)} + std::string{text.substr(end)};
    out.zone = std::string{text.substr(begin + 1, end - begin - 1)};
    return out;
}

result<std::optional<address>> parse_peer(const std::vector<std::string>& operands) {
    if (operands.empty())
        return std::optional<address>{};
    const std::string& text = operands.front();
    const bool has_port = operands.size() > 1 ||
                          (text.find(':') != std::string::npos && !parse_ip(strip_brackets(text)));
    if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos)
        return usage_error(
            "PEER " + quote_value(text) + " is a number, but the port is the proxy's choice",
            "PEER is the host that connects; the line \"listening on\" names the port");
    if (!has_port) {
        auto host = parse_host(strip_brackets(text));
        if (!host)
            return host.error();
        return std::optional<address>{address{std::move(host).value(), 0}};
    }
    auto parts = parse_destination(operands);
    if (!parts)
        return parts.error();
    const auto port = parse_number("the port of PEER", parts.value().ports, 0, 65535);
    if (!port)
        return port.error();
    return std::optional<address>{
        address{std::move(parts.value().host), static_cast<std::uint16_t>(port.value())}};
}

} // namespace sockscat::cli
