// SPDX-License-Identifier: MIT
/// Addresses that are written out, for which no one need be asked.
#pragma once

#include <sockscat/address.hpp>

#include <asio/ip/address.hpp>

#include <optional>
#include <string>

namespace sockscat::net {

/// The address as a value, without its zone; an IPv4-mapped one becomes IPv4.
host to_host(const asio::ip::address& ip);

/// The address that `name` is (also with a zone); nothing if it is a name.
std::optional<asio::ip::address> ip_literal(const std::string& name);

} // namespace sockscat::net
