// SPDX-License-Identifier: MIT
/// Numbers, names and addresses that mean nothing to anyone: what an honest no looks like is
/// learnt by them, and nothing is disturbed.
#pragma once

#include "proto/socks5.hpp"

#include <sockscat/address.hpp>

#include <cstdint>

namespace sockscat::probing {

/// A name that does not exist (RFC 6761 section 6.4): the only one that is ever looked up without a
/// target.
inline constexpr const char* reserved_name = "sockscat-probe.invalid";
inline constexpr std::uint16_t reserved_port = 80;
address reserved_destination();

/// Not assigned by RFC 1928, by IANA, or by a known server.
inline constexpr auto unassigned_method = static_cast<proto::socks5::method>(0x7F);
inline constexpr auto unassigned_command = static_cast<proto::socks5::command>(0x7E);

/// A method of HTTP, and the blank after it.
inline constexpr const char* unassigned_verb = "SOCKSCAT-PROBE ";

/// 0.0.0.0:0
address nowhere();
/// 192.0.2.1, an address for documentation (RFC 5737).
ipv4_address literal_address();
/// The same as a name, which needs no lookup.
address literal_name();

} // namespace sockscat::probing
