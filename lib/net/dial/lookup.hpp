// SPDX-License-Identifier: MIT
/// Name lookup that cannot hold the program hostage.
#pragma once

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>
#include <asio/ip/address.hpp>

#include <string>
#include <system_error>
#include <vector>

namespace sockscat::net {

struct lookup_result {
    std::vector<asio::ip::address> addresses; ///< in the system's order of preference, no doubles
    std::string failure;                      ///< why there is none, in words
};

/// The addresses of a name, or the address itself if `name` is one (also with a zone), whatever its
/// family: `family` is for names. A name is looked up by getaddrinfo(3), unless has_no_dns(), in a
/// detached thread that owns its state: cancelling returns immediately and abandons the thread,
/// which Asio's resolver cannot do (its destructor joins).
asio::awaitable<lookup_result> lookup(std::string name, address_family family);

} // namespace sockscat::net
