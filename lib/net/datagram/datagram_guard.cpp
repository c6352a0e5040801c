// SPDX-License-Identifier: MIT
#include "datagram_guard.hpp"

#include "proto/auth/gssapi_frame.hpp"

#include <algorithm>

namespace sockscat::net {

namespace gssapi = proto::gssapi;

std::optional<std::vector<std::uint8_t>> datagram_guard::seal(
    std::span<const std::uint8_t> header, std::span<const std::uint8_t> data) {
    std::vector<std::uint8_t> plain{header.begin(), header.end()};
    plain.insert(plain.end(), data.begin(), data.end());
    const auto message = context_->wrap(plain, hidden_);
    if (!message || message->size() > gssapi::max_token)
        return std::nullopt;
    base::message_buffer out{gssapi::header_size + message->size()};
    gssapi::encode(out, gssapi::message_type::message, *message);
    return std::vector<std::uint8_t>{out.view().begin(), out.view().end()};
}

std::optional<std::vector<std::uint8_t>> datagram_guard::open(
    std::span<const std::uint8_t> datagram) {
    const auto frame = gssapi::measure(datagram, gssapi::message_type::message);
    if (frame.what != gssapi::verdict::whole || frame.bytes != datagram.size())
        return std::nullopt;
    return context_->unwrap(datagram.subspan(gssapi::header_size), hidden_);
}

std::size_t datagram_guard::room_in(std::size_t most) {
    return context_->max_plain(std::min(most - gssapi::header_size, gssapi::max_token), hidden_);
}

} // namespace sockscat::net
