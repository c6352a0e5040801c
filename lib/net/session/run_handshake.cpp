// SPDX-License-Identifier: MIT
#include "run_handshake.hpp"

#include "net/detached_call.hpp"
#include "net/gssapi/gssapi_errors.hpp"
#include "net/gssapi/gssapi_stream.hpp"
#include "net/syscall.hpp"
#include "net/tls/tls.hpp"
#include "net/within.hpp"
#include "proto/exchange.hpp"
#include "proto/trace/annotate.hpp"

#include <asio/error.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

namespace sockscat::net {
namespace {

using proto::step;

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// For what only completes the picture of a failure that is known already: this long in all, and not
// so long that the setup's own limit hides the failure.
constexpr milliseconds grace_limit{400};
constexpr milliseconds margin{30};

clock::time_point end_of_grace(const setup& where) {
    const auto end = clock::now() + grace_limit;
    return where.end() == clock::time_point::max() ? end : std::min(end, where.end() - margin);
}

void notify_outgoing(const proto::exchange& machine, const setup& where) {
    observer* const watch = where.watch();
    if (watch == nullptr)
        return;
    for (const proto::wire_message& message : machine.outgoing()) {
        if (message.has_password && where.in_clear())
            watch->on_password_in_clear(where.hop());
        if (watch->wants_messages())
            watch->on_message(
                where.hop(), proto::annotate(message.kind, direction::to_proxy, message.bytes));
    }
}

void notify_incoming(proto::exchange& machine, const setup& where) {
    const auto message = machine.completed();
    if (message && where.watch() != nullptr && where.watch()->wants_messages())
        where.watch()->on_message(
            where.hop(), proto::annotate(message->kind, direction::from_proxy, message->bytes));
    for (const std::string& note : machine.take_notes())
        where.note(note);
}

// A write that failed because the peer has closed is not judged here: what it said before is still
// to be read, and if that is nothing, the read fails as well.
asio::awaitable<result<void>> do_send(
    stream& over, proto::exchange& machine, const setup& where, const step& next) {
    notify_outgoing(machine, where);
    const io_result gone = co_await over.write(next.bytes);
    if (is_local_failure(gone.code))
        co_return where.fail(failure::stream, "cannot send: " + gone.code.message(), gone.code);
    machine.sent();
    co_return result<void>{};
}

// GSSAPI may ask a KDC, and take its time.
asio::awaitable<void> do_advance(proto::exchange& machine, const step& next) {
    const auto context = machine.security();
    std::function<proto::context_progress()> job =
        [context, token = std::vector<std::uint8_t>{next.bytes.begin(), next.bytes.end()}] {
            return context->advance(token);
        };
    auto progress = co_await detached_call(std::move(job));
    if (!progress) {
        progress.emplace();
        progress->failed = error{failure::stream, phase::auth, "cannot start a thread for GSSAPI"};
    }
    machine.advanced(std::move(*progress));
}

std::unique_ptr<stream> protect(
    std::unique_ptr<stream> over, const proto::exchange& machine, setup& where) {
    if (machine.protection() == proto::protection_level::confidentiality)
        where.in_clear(false);
    return std::make_unique<gssapi_stream>(
        std::move(over), machine.security(), machine.protection());
}

// `limit`: 0 is none. The code is that of the stream.
asio::awaitable<std::error_code> do_receive(
    stream& over, proto::exchange& machine, setup& where, const step& next, milliseconds limit) {
    std::array<std::uint8_t, 512> buffer; // NOLINT: filled by the read
    const std::span space{buffer.data(), std::min(next.at_most, buffer.size())};
    const auto got = co_await within(limit, over.read_some(space));
    if (got && got->code == std::errc::operation_canceled)
        where.came_in_part(machine.progress());
    if (!got)
        machine.nothing_more();
    else if (got->code || got->size == 0)
        machine.peer_closed(got->code);
    else
        machine.received(space.first(got->size));
    notify_incoming(machine, where);
    co_return got ? got->code : std::error_code{};
}

// What a read step may still take: 0 is without limit, nothing is none at all.
class grace_period {
  public:
    std::optional<milliseconds> left(const step& next, const setup& where) {
        if (next.optional && !end_)
            end_ = end_of_grace(where);
        if (!end_)
            return milliseconds{0};
        const auto left = std::chrono::ceil<milliseconds>(*end_ - clock::now());
        return left > milliseconds{0} ? std::optional{left} : std::nullopt;
    }

  private:
    std::optional<clock::time_point> end_;
};

std::string given_up_text(std::error_code broken) {
    return (is_about_our_certificate(broken) ? "" : "the connection was aborted: ") +
           broken.message();
}

// TLS 1.3 reports only after the handshake that it requires a client certificate.
error fault_of(const proto::exchange& machine, std::error_code broken, const setup& where) {
    error why = machine.fault();
    const bool was_end = why.kind == failure::closed || why.kind == failure::protocol;
    const bool is_alert = broken.category() == tls_category() && broken != tls_errc::truncated;
    if (was_end && broken.category() == gssapi_category()) // it was no end
        why = error{failure::protocol, machine.at(), broken.message()};
    if (was_end && is_alert) {
        why = error{failure::tls, phase::tls, given_up_text(broken)};
        why.code = broken;
    }
    why.hop = where.hop();
    return why;
}

// The method is one that was offered for them.
asio::awaitable<result<std::unique_ptr<stream>>> authenticate(
    std::unique_ptr<stream> over,
    std::uint8_t method,
    std::span<const authenticator> authenticators,
    setup& where) {
    const auto chosen = std::find_if(
        authenticators.begin(), authenticators.end(),
        [method](const authenticator& each) { return each.method == method; });
    auto known = co_await chosen->run(std::move(over));
    if (!known)
        co_return where.complete(known.error());
    if (known.value() == nullptr)
        co_return where.fail(failure::stream, "the authenticator returned no stream");
    where.in_clear(where.in_clear() && !known.value()->is_private());
    co_return known;
}

} // namespace

asio::awaitable<result<std::unique_ptr<stream>>> run_handshake(
    std::unique_ptr<stream> over,
    proto::exchange& machine,
    const tls_settings& trust,
    std::string_view peer,
    std::span<const authenticator> authenticators,
    setup& where) {
    grace_period extra;
    std::error_code broken;
    for (;;) {
        where.enter(machine.at());
        const step next = machine.next();
        switch (next.what) {
        case step::action::send:
            if (auto sent = co_await do_send(*over, machine, where, next); !sent)
                co_return sent.error();
            break;
        case step::action::receive:
            if (const auto left = extra.left(next, where)) {
                broken = co_await do_receive(*over, machine, where, next, *left);
            } else {
                machine.nothing_more();
                notify_incoming(machine, where);
            }
            break;
        case step::action::advance:
            co_await do_advance(machine, next);
            notify_incoming(machine, where);
            break;
        case step::action::protect:
            over = protect(std::move(over), machine, where);
            machine.secured();
            break;
        case step::action::start_tls: {
            auto secured = co_await start_tls(std::move(over), trust, peer, where);
            if (!secured)
                co_return secured.error();
            over = std::move(secured).value();
            where.in_clear(false);
            machine.secured();
            break;
        }
        case step::action::authenticate: {
            auto known = co_await authenticate(std::move(over), next.method, authenticators, where);
            if (!known)
                co_return known.error();
            over = std::move(known).value();
            machine.secured();
            break;
        }
        case step::action::listening:
        case step::action::done:
            co_return std::move(over);
        case step::action::failed:
            co_return fault_of(machine, broken, where);
        }
    }
}

} // namespace sockscat::net
