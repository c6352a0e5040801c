// SPDX-License-Identifier: MIT
#include "lookup.hpp"

#include "ip_literal.hpp"
#include "net/detached_call.hpp"

#include <sockscat/dns_name.hpp>

#include <asio/ip/tcp.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <netdb.h>
#include <sys/socket.h>
#include <utility>

namespace sockscat::net {
namespace {

struct addrinfo_deleter {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

int family_of(address_family family) {
    switch (family) {
    case address_family::ipv4:
        return AF_INET;
    case address_family::ipv6:
        return AF_INET6;
    case address_family::any:
        break;
    }
    return AF_UNSPEC;
}

std::string words_for(int code, int family) {
    if (code == EAI_NONAME || code == EAI_NODATA || code == EAI_ADDRFAMILY) {
        if (family == AF_INET)
            return "no such name, or it has no IPv4 address";
        if (family == AF_INET6)
            return "no such name, or it has no IPv6 address";
        return "no such name";
    }
    if (code == EAI_AGAIN)
        return "name resolution failed temporarily (does the DNS server answer?)";
    return gai_strerror(code);
}

std::vector<asio::ip::address> addresses_of(const addrinfo* list) {
    std::vector<asio::ip::address> addresses;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (entry->ai_addrlen > endpoint.capacity())
            continue;
        std::copy_n(
            reinterpret_cast<const char*>(entry->ai_addr), entry->ai_addrlen,
            reinterpret_cast<char*>(endpoint.data()));
        endpoint.resize(entry->ai_addrlen);
        if (std::find(addresses.begin(), addresses.end(), endpoint.address()) == addresses.end())
            addresses.push_back(endpoint.address());
    }
    return addresses;
}

lookup_result ask(const std::string& name, int family) {
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int code = getaddrinfo(name.c_str(), nullptr, &hints, &raw);
    const std::unique_ptr<addrinfo, addrinfo_deleter> list{raw};
    lookup_result found;
    if (code != 0) {
        found.failure = words_for(code, family);
        return found;
    }
    found.addresses = addresses_of(list.get());
    if (found.addresses.empty())
        found.failure = words_for(EAI_NONAME, family);
    return found;
}

} // namespace

asio::awaitable<lookup_result> lookup(std::string name, address_family family) {
    lookup_result found;
    if (const auto literal = ip_literal(name)) {
        found.addresses.push_back(*literal);
        co_return found;
    }
    if (has_no_dns(name)) {
        found.failure = ".onion and .i2p names are not in DNS: only a proxy can resolve them";
        co_return found;
    }
    const int wanted = family_of(family);
    std::function<lookup_result()> job = [name = std::move(name), wanted] {
        return ask(name, wanted);
    };
    auto answer = co_await detached_call(std::move(job));
    if (answer)
        co_return std::move(*answer);
    found.failure = "cannot start a thread for the lookup";
    co_return found;
}

} // namespace sockscat::net
