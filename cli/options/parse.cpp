// SPDX-License-Identifier: MIT
#include "parse.hpp"

#include <sockscat/text.hpp>

#include <charconv>
#include <cmath>
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

bool parse_decimal(std::string_view text, double& value) {
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    return !text.empty() && parsed.ec == std::errc{} && parsed.ptr == end && std::isfinite(value);
}

std::string strip_brackets(std::string_view text) {
    const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
    const std::string_view inside = bracketed ? text.substr(1, text.size() - 2) : text;
    // Anything but IPv6 keeps its brackets, and is refused for them.
    return std::string{inside.find(':') == std::string_view::npos ? text : inside};
}

result<destination_operands> destination_of(std::string_view host_text, std::string_view ports) {
    if (ports.empty())
        return usage_error("the port behind host " + quote(host_text) + " is empty");
    auto host = parse_host(host_text);
    if (!host)
        return host.error();
    destination_operands out;
    out.host = std::move(host).value();
    out.ports = std::string{ports};
    return out;
}

result<destination_operands> split_destination(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const bool bracketed = text.starts_with('[');
    if (colon == std::string_view::npos || (bracketed && text[colon - 1] != ']'))
        return usage_error("no port in " + quote(text) + ": write HOST PORT or HOST:PORT");
    const std::string_view host = text.substr(0, colon);
    if (!bracketed && host.find(':') != std::string_view::npos)
        return usage_error(
            "ambiguous " + quote(text) + ": write an IPv6 address as [ADDRESS]:PORT");
    return destination_of(strip_brackets(host), text.substr(colon + 1));
}

} // namespace

result<std::chrono::milliseconds> parse_seconds(std::string_view name, std::string_view text) {
    double seconds = 0;
    if (!parse_decimal(text, seconds) || seconds < 0 || seconds > max_seconds)
        return usage_error(std::string{name} + " takes seconds, not " + quote(text));
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
            std::to_string(most) + ", not " + quote(text));
    return value;
}

result<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t value = 0;
    if (!parse_whole(text, value) || value == 0)
        return usage_error("port " + quote(text) + " is not a number from 1 to 65535");
    return value;
}

result<std::vector<std::uint16_t>> parse_ports(std::string_view text) {
    std::vector<std::uint16_t> ports;
    for (const std::string_view item : split_at_commas(text)) {
        const std::size_t dash = item.find('-');
        const auto first = parse_port(item.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : parse_port(item.substr(dash + 1));
        if (!first || !last)
            return usage_error(
                "port list " + quote(text) + ": " + quote(item) +
                " is no port and no range of ports");
        if (first.value() > last.value())
            return usage_error(
                "port list " + quote(text) + ": the range " + quote(item) + " runs backwards");
        for (unsigned port = first.value(); port <= last.value(); ++port)
            ports.push_back(static_cast<std::uint16_t>(port));
    }
    return ports;
}

result<destination_operands> parse_destination(const std::vector<std::string>& operands) {
    if (operands.empty())
        return usage_error("no destination: HOST PORT is missing");
    if (operands.size() == 1)
        return split_destination(operands[0]);
    if (operands.size() > 2)
        return usage_error("too many operands, beginning with " + quote(operands[2]));
    return destination_of(strip_brackets(operands[0]), operands[1]);
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
