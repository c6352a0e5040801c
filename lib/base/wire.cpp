// SPDX-License-Identifier: MIT
#include "wire.hpp"

#include <sockscat/credentials.hpp>

#include <stdexcept>

namespace sockscat::base {

message_buffer::message_buffer(std::size_t limit) : limit_{limit} {
    bytes_.reserve(limit);
}

message_buffer::~message_buffer() {
    clear();
}

void message_buffer::make_room(std::size_t more) const {
    if (more > limit_ - bytes_.size())
        throw std::length_error{"message longer than its limit"};
}

void message_buffer::u8(std::uint8_t value) {
    make_room(1);
    bytes_.push_back(value);
}

void message_buffer::u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8U));
    u8(static_cast<std::uint8_t>(value & 0xFFU));
}

void message_buffer::bytes(byte_view value) {
    make_room(value.size());
    bytes_.insert(bytes_.end(), value.begin(), value.end());
}

void message_buffer::text(std::string_view value) {
    make_room(value.size());
    for (const char byte : value)
        bytes_.push_back(static_cast<std::uint8_t>(byte));
}

void message_buffer::clear() {
    wipe(std::span{bytes_});
    bytes_.clear();
}

std::optional<std::uint8_t> reader::u8() {
    const auto one = bytes(1);
    return one ? std::optional{one->front()} : std::nullopt;
}

std::optional<std::uint16_t> reader::u16() {
    const auto two = bytes(2);
    if (!two)
        return std::nullopt;
    return static_cast<std::uint16_t>((*two)[0] << 8U | (*two)[1]);
}

std::optional<byte_view> reader::bytes(std::size_t count) {
    if (count > rest_.size()) {
        rest_ = {};
        return std::nullopt;
    }
    const byte_view taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
}

std::string_view as_text(byte_view bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace sockscat::base
