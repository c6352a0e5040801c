// SPDX-License-Identifier: MIT
#include "ip_literal.hpp"
#include "lookup.hpp"

namespace sockscat::net {

asio::awaitable<lookup_result> lookup(std::string name, address_family) {
    lookup_result found;
    if (const auto literal = ip_literal(name))
        found.addresses.push_back(*literal);
    else
        found.failure = "this program was built without name lookup";
    co_return found;
}

} // namespace sockscat::net
