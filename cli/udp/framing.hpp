// SPDX-License-Identifier: MIT
/// How datagrams are separated on stdin and stdout (--framing).
#pragma once

#include <sockscat/association.hpp>
#include <sockscat/result.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace sockscat::cli {

class framing {
  public:
    virtual ~framing() = default;

    /// Takes datagrams off the front of `input`, at most `most`, and appends them to `out`; what
    /// they borrow is valid until the next call or until `input` changes. `is_end`: no more will
    /// come. Returns how many bytes were used; none of an incomplete frame. Input that is not a
    /// frame, or ends within one, is failure::stream.
    virtual result<std::size_t> take(
        std::span<const std::uint8_t> input,
        bool is_end,
        std::size_t most,
        std::vector<outgoing_datagram>& out) = 0;

    /// Appends a datagram as it goes to stdout.
    virtual void put(const incoming_datagram& datagram, std::vector<std::uint8_t>& out) = 0;

    /// True if what one read of stdin returns is one datagram, so that nothing may be read after
    /// it.
    [[nodiscard]] virtual bool is_by_read() const { return false; }
};

/// chunk, line, length or json; null for another word. `to` is where datagrams go that do not say.
/// `names_allowed`: whether a `to` of json may be a name.
std::unique_ptr<framing> make_framing(std::string_view word, const address& to, bool names_allowed);

} // namespace sockscat::cli
