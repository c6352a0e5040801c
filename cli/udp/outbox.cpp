// SPDX-License-Identifier: MIT
#include "outbox.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

namespace sockscat::cli {
namespace {

// A whole frame fits in any form: 65,497 bytes are 87,332 in base64.
constexpr std::size_t input_size = 128 * 1024;
constexpr std::size_t batch = 64;

} // namespace

error too_large(const std::string& what, const std::string& size, std::size_t most_payload) {
    return {
        failure::stream, phase::none,
        "standard input: " + what + " has " + size + "; the limit is " +
            std::to_string(most_payload) + " (65507 minus the header)"};
}

outbox::outbox(const local_end& input, framing& frames, std::size_t most_payload)
    : input_{input}, frames_{frames}, most_payload_{most_payload}, bytes_(input_size) {}

bool outbox::wants_input() const {
    return !ended_ && !failure_ && is_empty() && !is_full() &&
           (!frames_.is_by_read() || is_read_out());
}

bool outbox::read() {
    move_to_front();
    const io_result got = input_.read(std::span{bytes_}.subspan(end_));
    if (would_block(got))
        return false;
    if (got.code)
        fail({failure::stream, phase::none, "cannot read standard input: " + got.code.message()});
    end_ += got.size;
    ended_ = got.size == 0;
    return ended_;
}

// So that all the room is in one piece.
void outbox::move_to_front() {
    const auto begin = bytes_.begin();
    std::copy(
        begin + static_cast<std::ptrdiff_t>(begin_), begin + static_cast<std::ptrdiff_t>(end_),
        begin);
    end_ -= begin_;
    begin_ = 0;
}

std::span<const std::uint8_t> outbox::unread() const {
    return std::span{bytes_}.subspan(begin_, end_ - begin_);
}

void outbox::fill() {
    if (!is_empty() || failure_)
        return;
    datagrams_.clear();
    next_ = 0;
    const auto used = frames_.take(unread(), ended_, batch, datagrams_);
    if (!used) {
        failure_ = used.error();
        return;
    }
    if (used.value() == 0 && is_full())
        return fail(
            too_large("a frame", std::to_string(bytes_.size()) + " bytes or more", most_payload_));
    frame_bytes_ = used.value();
    pop(0);
}

std::span<const outgoing_datagram> outbox::waiting() const {
    return std::span{datagrams_}.subspan(next_);
}

void outbox::pop(std::size_t count) {
    next_ += count;
    if (is_empty())
        begin_ += std::exchange(frame_bytes_, 0);
}

void outbox::fail(error why) {
    datagrams_.clear();
    next_ = 0;
    failure_ = std::move(why);
}

const error* outbox::failure() const {
    return failure_ && is_empty() ? &*failure_ : nullptr;
}

} // namespace sockscat::cli
