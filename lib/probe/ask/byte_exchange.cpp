// SPDX-License-Identifier: MIT
#include "byte_exchange.hpp"

#include "net/session/chain.hpp"
#include "net/tls/tls.hpp"
#include "net/within.hpp"
#include "proto/trace/annotate.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sockscat::probing {
namespace {

using clock = std::chrono::steady_clock;
using net::within;
using std::chrono::milliseconds;

constexpr milliseconds most_for_tls{2'000};
constexpr std::size_t enough_of_stranger = 256;
// Ends a line for what reads lines; completes a record for what expects TLS.
constexpr std::array<std::uint8_t, 4> line_ends{'\r', '\n', '\r', '\n'};

bool has_line(const std::vector<std::uint8_t>& said) {
    return said.size() >= enough_of_stranger ||
           std::find(said.begin(), said.end(), std::uint8_t{'\n'}) != said.end();
}

} // namespace

asio::awaitable<bool> byte_exchange::reach(bool logs_in) {
    const std::size_t last = options_.chain.size() - 1;
    const auto start = clock::now();
    auto reached = co_await net::reach_hop(options_, last, where_);
    if (!reached) {
        out_.how = ending::unreachable;
        out_.failed = reached.error();
        co_return false;
    }
    over_ = std::move(reached.value().over);
    out_.proxy = reached.value().proxy;
    out_.spans.connect = std::chrono::duration<double, std::milli>{clock::now() - start}.count();
    if (logs_in) {
        out_.is_private = !net::is_in_clear(options_, last, *over_);
        where_.in_clear(!out_.is_private);
    }
    if (const auto* const secured = dynamic_cast<const tls_stream*>(over_.get()))
        out_.tls = secured->summary();
    co_return true;
}

void byte_exchange::begin(milliseconds nudge_after) {
    if (nudge_after != milliseconds{0})
        end_.remind(clock::now() + nudge_after, [this] { nudge(); });
    end_.watch(over_->descriptor());
}

void byte_exchange::nudge() {
    notify(message_kind::foreign, direction::to_proxy, line_ends);
    over_->try_write(line_ends);
}

// What is left unread would turn the close into a reset.
void byte_exchange::close() {
    if (!over_)
        return;
    std::array<std::uint8_t, 512> rest; // NOLINT: discarded
    over_->try_read(rest);
    end_.leave();
    over_.reset();
}

asio::awaitable<bool> byte_exchange::secure() {
    const proxy_spec& hop = options_.chain.back();
    tls_settings trust = hop.trust;
    trust.insecure = true;
    end_.leave();
    auto handshake = net::start_tls(std::move(over_), trust, hop.host, where_);
    auto done = co_await net::before(
        std::min(clock::now() + most_for_tls, where_.end()), std::move(handshake));
    if (!done) {
        out_.how = ending::timeout;
        out_.at = phase::tls;
        co_return false;
    }
    if (!*done) {
        settled(phase::tls);
        out_.failed = done->error();
        co_return false;
    }
    out_.tls = done->value()->summary();
    over_ = std::move(*done).value();
    end_.watch(over_->descriptor());
    co_return true;
}

asio::awaitable<void> byte_exchange::send(message_kind kind, base::byte_view bytes) {
    notify(kind, direction::to_proxy, bytes);
    co_await over_->write(bytes);
}

asio::awaitable<void> byte_exchange::send_untold(base::byte_view bytes) {
    co_await over_->write(bytes);
}

void byte_exchange::notify_of_password() const {
    if (where_.watch() != nullptr && where_.in_clear())
        where_.watch()->on_password_in_clear(where_.hop());
}

void byte_exchange::notify(message_kind kind, direction way, base::byte_view bytes) const {
    observer* const watch = where_.watch();
    if (watch == nullptr)
        return;
    if (kind == message_kind::userpass_request)
        notify_of_password();
    if (watch->wants_messages())
        watch->on_message(where_.hop(), proto::annotate(kind, way, bytes));
}

asio::awaitable<bool> byte_exchange::fill(std::vector<std::uint8_t>& into, std::size_t total) {
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

asio::awaitable<bool> byte_exchange::fill_some(std::vector<std::uint8_t>& into, std::size_t total) {
    std::array<std::uint8_t, 8> buffer; // NOLINT: filled by the read
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

asio::awaitable<void> byte_exchange::hear_stranger(std::vector<std::uint8_t> first) {
    out_.foreign = std::move(first);
    auto reading = fill_line();
    co_await within(grace, std::move(reading));
    notify_received(message_kind::foreign, out_.foreign);
    settled(where_.at());
}

asio::awaitable<bool> byte_exchange::fill_line() {
    while (!has_line(out_.foreign)) {
        const bool came = co_await fill(out_.foreign, out_.foreign.size() + 1);
        if (!came)
            co_return false;
    }
    co_return true;
}

asio::awaitable<void> byte_exchange::hear_target(milliseconds limit) {
    std::array<std::uint8_t, 256> buffer{};
    auto reading = over_->read_some(buffer);
    const auto got = co_await within(limit, std::move(reading));
    if (got && got->size > 0)
        out_.payload.assign(buffer.data(), buffer.data() + got->size);
    else if (got && !is_cut_off())
        out_.closed_at_once = true;
}

void byte_exchange::settled(phase at) {
    out_.how = ending::answered;
    out_.at = at;
}

void byte_exchange::broke_off(const std::error_code& code) {
    if (is_about_our_certificate(code)) { // TLS 1.3 reports only after the handshake
        out_.how = ending::unreachable;
        out_.failed = error{failure::tls, phase::tls, code.message()};
        out_.failed->hop = where_.hop();
        out_.failed->code = code;
        return;
    }
    out_.how = code ? ending::reset : ending::closed;
    out_.at = where_.at();
}

} // namespace sockscat::probing
