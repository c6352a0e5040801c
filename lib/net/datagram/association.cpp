// SPDX-License-Identifier: MIT
#include <sockscat/association.hpp>

#include "datagram_batch.hpp"
#include "datagram_guard.hpp"
#include "net/asio_tokens.hpp"
#include "net/session/session.hpp"
#include "net/sockaddr.hpp"
#include "proto/trace/annotate.hpp"
#include "proto/udp_header.hpp"
#include "udp_hops.hpp"

#include <sockscat/text.hpp>

#include <asio/experimental/awaitable_operators.hpp>
#include <asio/generic/datagram_protocol.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace sockscat {

using datagram_socket = asio::generic::datagram_protocol::socket;

struct association::state {
    state(const asio::any_io_executor& executor, observer* watch)
        : where{watch}, socket{executor} {}

    net::setup where;
    std::vector<net::udp_hop> hops;                                   // the nearest first
    proto::message_buffer envelope{proto::max_udp_header * max_hops}; // for the hops behind it
    std::size_t room{0};                           // for the last hop's header and payload
    std::optional<net::datagram_guard> guard;      // of the last hop
    std::vector<std::vector<std::uint8_t>> sealed; // of the batch that is sent
    std::vector<std::vector<std::uint8_t>> opened; // of the batch that came
    datagram_socket socket;
    address relay;
    net::socket_address relay_sockaddr;
    net::datagram_receiver receiver;
    std::vector<incoming_datagram> incoming;
    drop_counters dropped;
    std::unique_ptr<proto::message_buffer> headers; // of a batch
    address destination;
    bool ended{false};
    bool drained{false};
};

namespace {

using proto::request_command;

// Room for bursts; the system may grant less.
constexpr int buffer_bytes = 4 << 20;

std::error_code open_socket(association::state& state) {
    const int family = net::family_of(state.relay.host);
    std::error_code failed;
    state.socket.open(asio::generic::datagram_protocol{family, IPPROTO_UDP}, failed);
    if (failed)
        return failed;
    const int fd = state.socket.native_handle();
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    state.relay_sockaddr = net::to_sockaddr(state.relay, family);
    return {};
}

// Each hop is told where the next one takes its datagrams.
void wrap(association::state& state) {
    for (std::size_t i = 1; i < state.hops.size(); ++i)
        proto::encode_udp_header(state.envelope, state.hops[i].relay);
    state.headers = std::make_unique<proto::message_buffer>(
        (state.envelope.size() + proto::max_udp_header) * net::batch_size);
    state.room = proto::max_datagram - state.envelope.size();
    const proto::exchange& last = *state.hops.back().control.machine;
    if (last.protection() == proto::protection_level::none)
        return;
    state.guard.emplace(last.security(), last.protection());
    state.room = state.guard->room_in(state.room);
}

asio::awaitable<result<success>> open_association(
    const connect_options& options, const associate_options& wishes, association::state& state) {
    if (wishes.destination) {
        auto found = co_await net::candidates(
            options.chain.back(), options.family, *wishes.destination, failure::negative_answer,
            state.where);
        if (!found)
            co_return found.error();
        state.destination = found.value().front();
    }
    auto hops = co_await net::open_udp_hops(options, wishes, state.where);
    if (!hops)
        co_return hops.error();
    state.hops = std::move(hops).value();
    state.relay = state.hops.front().relay;
    wrap(state);
    if (const std::error_code failed = open_socket(state))
        co_return state.where.fail(failure::stream, "no UDP socket: " + failed.message(), failed);
    co_return success{};
}

// ICMP told of an earlier datagram; the association lives on as long as its control connection.
bool is_about_the_past(const std::error_code& code) {
    return code == std::errc::connection_refused;
}

// Headers only; payload is never traced.
void tell(
    const net::setup& where,
    direction way,
    std::span<const std::uint8_t> header,
    std::size_t size) {
    if (where.watch() == nullptr || !where.watch()->wants_messages())
        return;
    traced_message message = proto::annotate(message_kind::udp_header, way, header);
    message.size = header.size() + size;
    message.rows.emplace_back("..", "DATA      " + counted(size, "byte"));
    where.watch()->on_message(where.hop(), message);
}

// A relay that we know by name may call itself by any address.
bool is_from(const address& source, const address& relay) {
    return std::holds_alternative<host_name>(relay.host) ? source.port == relay.port
                                                         : source == relay;
}

void sort_in(association::state& state, const net::datagram_receiver::datagram& came) {
    const auto source = net::from_sockaddr(came.source);
    if (!source || *source != state.relay) {
        ++state.dropped.wrong_source;
        return;
    }
    std::span<const std::uint8_t> bytes = came.bytes;
    for (std::size_t i = 1; i <= state.hops.size(); ++i) {
        if (i == state.hops.size() && state.guard) {
            auto plain = state.guard->open(bytes);
            if (!plain) {
                ++state.dropped.malformed;
                return;
            }
            bytes = state.opened.emplace_back(std::move(*plain));
        }
        const auto decoded = proto::decode_datagram(bytes);
        if (const auto* fault = std::get_if<proto::udp_fault>(&decoded)) {
            ++(*fault == proto::udp_fault::fragment ? state.dropped.fragment
                                                    : state.dropped.malformed);
            return;
        }
        const auto& payload = std::get<proto::udp_payload>(decoded);
        if (i == state.hops.size()) {
            const auto header = bytes.first(bytes.size() - payload.data.size());
            tell(state.where, direction::from_proxy, header, payload.data.size());
            state.incoming.push_back({payload.from, payload.data});
        } else if (!is_from(payload.from, state.hops[i].relay)) {
            ++state.dropped.wrong_source;
            return;
        }
        bytes = payload.data;
    }
}

// Of the hops from `index` on.
asio::awaitable<std::error_code> any_control_event(
    const association::state& state, std::size_t index) {
    using namespace asio::experimental::awaitable_operators;
    stream& control = *state.hops[index].control.over;
    if (index + 1 == state.hops.size())
        co_return co_await control.wait(control.read_events());
    co_await (control.wait(control.read_events()) || any_control_event(state, index + 1));
    co_return std::error_code{};
}

} // namespace

association::association(std::unique_ptr<state> owned) : state_{std::move(owned)} {}
association::association(association&&) noexcept = default;
association& association::operator=(association&&) noexcept = default;
association::~association() = default;

const address& association::relay() const {
    return state_->relay;
}

const address& association::bound() const {
    return state_->hops.back().control.machine->bound();
}

drop_counters association::dropped() const {
    drop_counters all = state_->dropped;
    all.overflow = net::kernel_drops(datagram_fd());
    return all;
}

bool association::is_drained() const {
    return state_->drained;
}

const address& association::destination() const {
    return state_->destination;
}

std::size_t association::max_payload(const host& to) const {
    const std::size_t header = proto::udp_header_size(to);
    return state_->room > header ? state_->room - header : 0;
}

send_result association::send(std::span<const outgoing_datagram> datagrams) {
    send_result result;
    std::array<net::datagram_parts, net::batch_size> parts;
    std::array<std::span<const std::uint8_t>, net::batch_size> shown;
    while (result.sent < datagrams.size() && !result.code) {
        const auto batch = datagrams.subspan(
            result.sent, std::min(net::batch_size, datagrams.size() - result.sent));
        proto::message_buffer& headers = *state_->headers;
        const std::size_t wrapped = state_->envelope.size();
        headers.clear();
        state_->sealed.clear();
        std::size_t ready = 0;
        for (;
             ready < batch.size() && batch[ready].data.size() <= max_payload(batch[ready].to.host);
             ++ready) {
            const std::size_t begin = headers.size();
            headers.bytes(state_->envelope.view());
            proto::encode_udp_header(headers, batch[ready].to);
            parts[ready] = {headers.view().subspan(begin), batch[ready].data};
            shown[ready] = parts[ready].header.subspan(wrapped);
            if (!state_->guard)
                continue;
            auto sealed = state_->guard->seal(shown[ready], batch[ready].data);
            if (!sealed) {
                result.code = std::make_error_code(std::errc::bad_message);
                break;
            }
            parts[ready] = {
                parts[ready].header.first(wrapped),
                state_->sealed.emplace_back(std::move(*sealed))};
        }
        const auto& to = state_->relay_sockaddr;
        const auto gone =
            net::send_datagrams(datagram_fd(), to.storage, to.size, std::span{parts}.first(ready));
        for (std::size_t i = 0; i < gone.sent; ++i)
            tell(state_->where, direction::to_proxy, shown[i], batch[i].data.size());
        result.sent += gone.sent;
        if (gone.code && !is_about_the_past(gone.code))
            result.code = gone.code;
        else if (gone.code)
            ++result.sent; // lost on the way, like any datagram may be
        else if (ready < batch.size() && !result.code)
            result.code = std::make_error_code(std::errc::message_size);
    }
    return result;
}

std::span<const incoming_datagram> association::receive() {
    state_->incoming.clear();
    state_->opened.clear();
    const auto batch = state_->receiver.receive(datagram_fd());
    state_->drained = batch.empty();
    for (const auto& came : batch) {
        if (came.is_cut)
            ++state_->dropped.malformed;
        else
            sort_in(*state_, came);
    }
    return state_->incoming;
}

bool association::has_ended() {
    std::array<std::uint8_t, 4'096> thrown_away; // NOLINT
    for (const net::udp_hop& hop : state_->hops) {
        if (state_->ended)
            break;
        // Once: a proxy that floods it must not keep us here.
        const io_result got = hop.control.over->try_read(thrown_away);
        state_->ended = !would_block(got) && got.size == 0;
    }
    return state_->ended;
}

int association::datagram_fd() const {
    return state_->socket.native_handle();
}

std::vector<int> association::control_fds() const {
    std::vector<int> all;
    for (const net::udp_hop& hop : state_->hops)
        all.push_back(hop.control.over->descriptor());
    return all;
}

asio::awaitable<result<void>> association::wait_for_datagrams() {
    using namespace asio::experimental::awaitable_operators;
    while (!has_ended()) {
        auto first = co_await (
            state_->socket.async_wait(datagram_socket::wait_read, net::as_tuple) ||
            any_control_event(*state_, 0));
        if (first.index() == 0)
            co_return result<void>{};
    }
    co_return state_->where.fail(failure::stream, "the control connection has ended");
}

result<void> check_associate(const connect_options& options) {
    const address anywhere{ipv4_address{}, 0};
    if (auto checked = net::check_request(options, request_command::udp_associate, anywhere);
        !checked)
        return checked;
    for (const proxy_spec& hop : options.chain)
        if (hop.protocol != proxy_protocol::socks5) {
            error why =
                usage_error("UDP goes through a chain only if every proxy of it speaks SOCKS5");
            why.hop = hop.label();
            return why;
        }
    return {};
}

asio::awaitable<result<association>> associate(
    const connect_options& options, const associate_options& wishes) {
    if (auto checked = check_associate(options); !checked)
        co_return checked.error();
    if (wishes.relay == relay_choice::fixed && !wishes.fixed_relay)
        co_return usage_error("no relay to send to");
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto owned = std::make_unique<association::state>(executor, options.handshake.watch);
    auto opened = co_await net::limited(
        options.time_limit, open_association(options, wishes, *owned), owned->where);
    if (!opened)
        co_return opened.error();
    co_return association{std::move(owned)};
}

} // namespace sockscat
