// SPDX-License-Identifier: MIT
#include "wire_talk.hpp"

#include "net/within.hpp"
#include "proto/trace/annotate.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sockscat::probing {
namespace {

constexpr std::size_t enough_of_stranger = 256;

bool has_line(const std::vector<std::uint8_t>& said) {
    return said.size() >= enough_of_stranger ||
           std::find(said.begin(), said.end(), std::uint8_t{'\n'}) != said.end();
}

} // namespace

asio::awaitable<void> wire_talk::send(message_kind kind, proto::byte_view bytes) {
    tell(kind, direction::to_proxy, bytes);
    co_await over_->write(bytes);
}

void wire_talk::tell(message_kind kind, direction way, proto::byte_view bytes) const {
    observer* const watch = where_.watch();
    if (watch == nullptr)
        return;
    if (kind == message_kind::userpass_request && where_.in_clear())
        watch->on_password_in_clear(where_.hop());
    if (watch->wants_messages())
        watch->on_message(where_.hop(), proto::annotate(kind, way, bytes));
}

asio::awaitable<bool> wire_talk::fill(std::vector<std::uint8_t>& into, std::size_t total) {
    std::array<std::uint8_t, 512> buffer; // NOLINT: filled by the read
    while (into.size() < total) {
        const std::span space{buffer.data(), std::min(total - into.size(), buffer.size())};
        const io_result got = co_await over_->read_some(space);
        if (got.code || got.size == 0) {
            broke_off(got.code);
            co_return false;
        }
        const auto said = space.first(got.size);
        into.insert(into.end(), said.begin(), said.end());
    }
    co_return true;
}

asio::awaitable<bool> wire_talk::fill_some(std::vector<std::uint8_t>& into, std::size_t total) {
    std::array<std::uint8_t, 8> buffer; // NOLINT: filled by the read
    if (!into.empty())
        co_return true;
    const std::span space{buffer.data(), std::min(total, buffer.size())};
    const io_result got = co_await over_->read_some(space);
    if (got.code || got.size == 0) {
        broke_off(got.code);
        co_return false;
    }
    const auto said = space.first(got.size);
    into.assign(said.begin(), said.end());
    co_return true;
}

asio::awaitable<void> wire_talk::hear_stranger() {
    auto reading = fill_line();
    co_await net::within(grace, std::move(reading));
    tell(message_kind::foreign, direction::from_proxy, out_.foreign);
    settled(where_.at());
}

asio::awaitable<bool> wire_talk::fill_line() {
    while (!has_line(out_.foreign)) {
        const bool came = co_await fill(out_.foreign, out_.foreign.size() + 1);
        if (!came)
            co_return false;
    }
    co_return true;
}

void wire_talk::settled(phase at) {
    out_.how = ending::answered;
    out_.at = at;
}

void wire_talk::broke_off(const std::error_code& code) {
    out_.how = code ? ending::reset : ending::closed;
    out_.at = where_.at();
}

} // namespace sockscat::probing
