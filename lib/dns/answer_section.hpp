// SPDX-License-Identifier: MIT
/// The records of a response.
#pragma once

#include "dns_wire.hpp"
#include "ldns_pointers.hpp"

#include <sockscat/dns_message.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::dns {

class answer_section {
  public:
    /// `count` records at `begin`; false if one is malformed. `asked`: the labels of the question,
    /// whose letters the same labels get.
    bool read(
        bytes_view message,
        std::size_t begin,
        std::size_t count,
        const std::vector<std::string>& asked);

    /// Where a chain of CNAME records has come to.
    struct chain_end {
        std::string owner; ///< for comparing with others
        std::string alias; ///< its text; empty if there is no chain
    };
    static chain_end chain_from(std::string_view name);
    [[nodiscard]] chain_end follow(chain_end chain) const;

    /// The records of an owner and a type; false if one has no text.
    bool collect(const std::string& owner, record_type type, std::vector<dns_record>& out) const;

  private:
    struct owned_record {
        [[nodiscard]] unsigned type() const;
        [[nodiscard]] bool is(unsigned wanted) const;

        rr_pointer record;
        std::string owner; // as in chain_end
    };

    std::vector<owned_record> records_;
};

} // namespace sockscat::dns
