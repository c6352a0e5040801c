// SPDX-License-Identifier: MIT
/// Values of options and operands. Errors are failure::usage and quote the text.
#pragma once

#include "arguments.hpp"

#include <sockscat/address.hpp>
#include <sockscat/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

/// Seconds with an optional fraction ("30", "0.5"), at most about eleven days. `name` is the
/// option's.
result<std::chrono::milliseconds> parse_seconds(std::string_view name, std::string_view text);

/// The seconds of an option into `value`, if the option is there.
result<void> parse_seconds(
    const arguments& given, std::string_view name, std::chrono::milliseconds& value);
result<void> parse_seconds(
    const arguments& given, std::string_view name, std::optional<std::chrono::milliseconds>& value);

/// A whole number from `least` to `most`.
result<long> parse_number(std::string_view name, std::string_view text, long least, long most);

/// 1 to 65535, or the name of a service (getservbyname) for "tcp" or "udp".
result<std::uint16_t> parse_port(std::string_view text, const char* protocol = "tcp");

/// "22,https,8000-8010", in the order given.
result<std::vector<std::uint16_t>> parse_ports(std::string_view text);

struct destination_operands {
    sockscat::host host;
    std::string ports; ///< not yet parsed: a list is good for -z only
};

/// "HOST PORT", "HOST:PORT" or "[IPv6]:PORT". `is_quiet`: -q was given, which means another thing
/// to nc.
result<destination_operands> parse_destination(
    const std::vector<std::string>& operands, bool is_quiet = false);

/// An IPv6 address without its zone ("[fe80::1%eth0]:53", "fe80::1%eth0"), and the zone; any other
/// text is left as it is.
struct zoned_text {
    std::string text;
    std::string zone;
};
zoned_text split_zone(std::string_view text);

/// The operand of `bind`, which may be missing: "HOST", "HOST:PORT", "[IPv6]:PORT", an IPv6 address
/// without brackets, "HOST PORT". The port is 0, for any, if it is not there.
result<std::optional<address>> parse_peer(const std::vector<std::string>& operands);

} // namespace sockscat::cli
