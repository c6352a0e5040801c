// SPDX-License-Identifier: MIT
#include <sockscat/association.hpp>

#include "datagram_trace.hpp"
#include "inbox.hpp"
#include "net/asio_tokens.hpp"
#include "net/session/check.hpp"
#include "net/session/hop_request.hpp"
#include "net/session/limited.hpp"
#include "net/sockaddr.hpp"
#include "outbox.hpp"
#include "udp_hops.hpp"

#include <asio/experimental/awaitable_operators.hpp>
#include <asio/generic/datagram_protocol.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace sockscat {
namespace {

using datagram_socket = asio::generic::datagram_protocol::socket;
using proto::request_command;

// Room for bursts; the system may grant less.
constexpr int buffer_bytes = 4 << 20;

std::vector<address> relays_of(const std::vector<net::udp_hop>& hops) {
    std::vector<address> all;
    for (const net::udp_hop& hop : hops)
        all.push_back(hop.relay);
    return all;
}

std::vector<address> relays_behind_first(const std::vector<net::udp_hop>& hops) {
    std::vector<address> all = relays_of(hops);
    all.erase(all.begin());
    return all;
}

std::optional<net::datagram_guard> guard_of(const net::udp_hop& last) {
    const proto::exchange& machine = *last.control.machine;
    if (machine.protection() == proto::protection_level::none)
        return std::nullopt;
    return net::datagram_guard{machine.security(), machine.protection()};
}

std::error_code open_socket(datagram_socket& socket, int family) {
    std::error_code failed;
    socket.open(asio::generic::datagram_protocol{family, IPPROTO_UDP}, failed);
    if (failed)
        return failed;
    const int fd = socket.native_handle();
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    return {};
}

// ICMP reported an earlier datagram; the association lives on as long as its control connection.
bool is_about_the_past(const std::error_code& code) {
    return code == std::errc::connection_refused;
}

} // namespace

struct association::state {
    state(
        const net::setup& seen,
        std::vector<net::udp_hop> opened,
        datagram_socket made,
        address wanted)
        : where{seen}, hops{std::move(opened)}, socket{std::move(made)},
          relay{net::to_sockaddr(
              hops.front().relay, net::family_of(hops.front().relay.host), hops.front().zone)},
          out{relays_behind_first(hops), guard_of(hops.back())}, in{relays_of(hops),
                                                                    hops.front().zone,
                                                                    guard_of(hops.back()), where},
          destination{std::move(wanted)} {}

    net::setup where;
    std::vector<net::udp_hop> hops; // the nearest first
    datagram_socket socket;
    net::socket_address relay;
    net::outbox out;
    net::inbox in;
    address destination;
    bool ended{false};
};

namespace {

using state_pointer = std::unique_ptr<association::state>;

asio::awaitable<result<address>> destination_of(
    const connect_options& options, const associate_options& wanted, net::setup& where) {
    if (!wanted.destination)
        co_return address{};
    auto found = co_await net::candidates(
        options.chain.back(), options.family, *wanted.destination, failure::negative_answer, where);
    if (!found)
        co_return found.error();
    co_return found.value().front();
}

asio::awaitable<result<state_pointer>> open_association(
    const connect_options& options, const associate_options& wanted, net::setup& where) {
    auto destination = co_await destination_of(options, wanted, where);
    if (!destination)
        co_return destination.error();
    auto hops = co_await net::open_udp_hops(options, wanted, where);
    if (!hops)
        co_return hops.error();
    datagram_socket socket{co_await asio::this_coro::executor};
    const int family = net::family_of(hops.value().front().relay.host);
    if (const std::error_code failed = open_socket(socket, family))
        co_return where.fail(
            failure::stream, "cannot open a UDP socket: " + failed.message(), failed);
    co_return std::make_unique<association::state>(
        where, std::move(hops).value(), std::move(socket), std::move(destination).value());
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
    return state_->hops.front().relay;
}

const address& association::bound() const {
    return state_->hops.back().control.machine->bound();
}

drop_counters association::dropped() const {
    drop_counters all = state_->in.dropped();
    all.overflow = net::kernel_drops(datagram_fd());
    return all;
}

bool association::is_drained() const {
    return state_->in.is_drained();
}

const address& association::destination() const {
    return state_->destination;
}

std::size_t association::max_payload(const host& to) const {
    return state_->out.max_payload(to);
}

send_result association::send(std::span<const outgoing_datagram> datagrams) {
    send_result all;
    while (all.sent < datagrams.size() && all.stop == send_stop::none) {
        const send_stop unpacked = state_->out.pack(datagrams.subspan(all.sent));
        const auto parcels = state_->out.parcels();
        const auto gone =
            net::send_datagrams(datagram_fd(), state_->relay.storage, state_->relay.size, parcels);
        for (const net::parcel& each : parcels.first(gone.sent))
            net::notify_datagram(state_->where, direction::to_proxy, each.header, each.payload);
        all.sent += gone.sent;
        if (!gone.code) {
            all.stop = unpacked;
        } else if (is_about_the_past(gone.code)) {
            ++all.sent; // lost, like any datagram may be
        } else {
            all.stop = would_block({gone.code}) ? send_stop::full : send_stop::failed;
            all.code = gone.code;
        }
    }
    return all;
}

std::span<const incoming_datagram> association::receive() {
    return state_->in.receive(datagram_fd());
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
        if (hop.protocol != proxy_protocol::socks5)
            return net::usage_error_at(hop, "UDP through a chain requires SOCKS5 for every proxy");
    return {};
}

asio::awaitable<result<association>> associate(
    const connect_options& options, const associate_options& wanted) {
    if (auto checked = check_associate(options); !checked)
        co_return checked.error();
    if (wanted.relay == relay_choice::fixed && !wanted.fixed_relay)
        co_return usage_error("no relay to send to");
    net::setup where{options.handshake.watch};
    auto opened = co_await net::limited(
        options.time_limit, options.time_spent, open_association(options, wanted, where), where);
    if (!opened)
        co_return opened.error();
    co_return association{std::move(opened).value()};
}

} // namespace sockscat
