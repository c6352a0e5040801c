// SPDX-License-Identifier: MIT
#include <sockscat/association.hpp>

#include "asio_tokens.hpp"
#include "datagram_batch.hpp"
#include "lookup.hpp"
#include "proto/annotate.hpp"
#include "proto/udp_header.hpp"
#include "session.hpp"
#include "sockaddr.hpp"

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
    net::granted asked;
    datagram_socket socket;
    address relay;
    net::socket_address relay_sockaddr;
    net::datagram_receiver receiver;
    std::vector<incoming_datagram> incoming;
    drop_counters dropped;
    proto::message_buffer headers{proto::max_udp_header * net::batch_size};
    address destination;
    bool ended{false};
    bool drained{false};
};

namespace {

using proto::request_command;

// Room for bursts; the system may grant less.
constexpr int buffer_bytes = 4 << 20;

error unusable(const net::setup& where, const address& bound, std::string_view why) {
    return where.fail(
        failure::protocol,
        "the relay address " + to_string(bound) + " cannot be used: " + std::string{why},
        std::make_error_code(std::errc::address_not_available));
}

asio::awaitable<result<address>> look_up(
    const address& wanted, const net::setup& where, address_family family) {
    const auto* name = std::get_if<host_name>(&wanted.host);
    if (name == nullptr)
        co_return wanted;
    const auto answer = co_await net::lookup(name->text, family);
    if (answer.addresses.empty())
        co_return where.fail(
            failure::negative_answer, "relay " + to_string(wanted) + ": " + answer.failure);
    co_return address{net::to_host(answer.addresses.front()), wanted.port};
}

// relay_choice::automatic (protocol.md section 7.2): a reply that names a third host would turn us
// into its reflector.
result<address> judge_reply(
    const net::setup& where, const address& bound, const std::optional<address>& proxy) {
    const bool says_nothing =
        is_unspecified(bound.host) || std::holds_alternative<host_name>(bound.host);
    if (!proxy && says_nothing)
        return unusable(where, bound, "the proxy is on a Unix socket, so it says nothing");
    if (says_nothing)
        return address{proxy->host, bound.port};
    if (proxy && proxy->host == bound.host)
        return bound;
    return unusable(
        where, bound,
        proxy ? "it is another host than the proxy" : "the proxy is on a Unix socket");
}

asio::awaitable<result<address>> choose_relay(
    const connect_options& options,
    const associate_options& wishes,
    const net::granted& asked,
    const net::setup& where) {
    const address& bound = asked.machine->bound();
    const std::optional<address> proxy = asked.proxy;
    if (wishes.relay == relay_choice::fixed)
        co_return co_await look_up(*wishes.fixed_relay, where, options.family);
    if (bound.port == 0)
        co_return where.fail(
            failure::protocol, "the relay address " + to_string(bound) + " has port 0");
    if (wishes.relay == relay_choice::automatic)
        co_return judge_reply(where, bound, proxy);
    if (wishes.relay == relay_choice::reply && !is_unspecified(bound.host))
        co_return co_await look_up(bound, where, options.family);
    if (!proxy)
        co_return unusable(where, bound, "the proxy is on a Unix socket");
    co_return address{proxy->host, bound.port};
}

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
    auto asked = co_await net::ask(
        options, options.chain.size() - 1, request_command::udp_associate, std::nullopt,
        state.where);
    if (!asked)
        co_return asked.error();
    state.asked = std::move(asked).value();
    auto relay = co_await choose_relay(options, wishes, state.asked, state.where);
    if (!relay)
        co_return relay.error();
    state.relay = std::move(relay).value();
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
    message.rows.emplace_back("..", "DATA      " + std::to_string(size) + " bytes");
    where.watch()->on_message(where.hop(), message);
}

void sort_in(association::state& state, const net::datagram_receiver::datagram& came) {
    const auto source = net::from_sockaddr(came.source);
    if (!source || *source != state.relay) {
        ++state.dropped.wrong_source;
        return;
    }
    const auto decoded = proto::decode_datagram(came.bytes);
    if (const auto* fault = std::get_if<proto::udp_fault>(&decoded)) {
        ++(*fault == proto::udp_fault::fragment ? state.dropped.fragment : state.dropped.malformed);
        return;
    }
    const auto& payload = std::get<proto::udp_payload>(decoded);
    const std::size_t header_size = came.bytes.size() - payload.data.size();
    const auto header = came.bytes.first(header_size);
    tell(state.where, direction::from_proxy, header, payload.data.size());
    state.incoming.push_back({payload.from, payload.data});
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
    return state_->asked.machine->bound();
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

std::size_t association::max_payload(const host& to) {
    return proto::max_datagram - proto::udp_header_size(to);
}

send_result association::send(std::span<const outgoing_datagram> datagrams) {
    send_result result;
    std::array<net::datagram_parts, net::batch_size> parts;
    while (result.sent < datagrams.size() && !result.code) {
        const auto batch = datagrams.subspan(
            result.sent, std::min(net::batch_size, datagrams.size() - result.sent));
        state_->headers.clear();
        std::size_t ready = 0;
        for (;
             ready < batch.size() && batch[ready].data.size() <= max_payload(batch[ready].to.host);
             ++ready) {
            const std::size_t begin = state_->headers.size();
            proto::encode_udp_header(state_->headers, batch[ready].to);
            parts[ready] = {state_->headers.view().subspan(begin), batch[ready].data};
        }
        const auto& to = state_->relay_sockaddr;
        const auto gone =
            net::send_datagrams(datagram_fd(), to.storage, to.size, std::span{parts}.first(ready));
        for (const auto& part : std::span{parts}.first(gone.sent))
            tell(state_->where, direction::to_proxy, part.header, part.data.size());
        result.sent += gone.sent;
        if (gone.code && !is_about_the_past(gone.code))
            result.code = gone.code;
        else if (gone.code)
            ++result.sent; // lost on the way, like any datagram may be
        else if (ready < batch.size())
            result.code = std::make_error_code(std::errc::message_size);
    }
    return result;
}

std::span<const incoming_datagram> association::receive() {
    state_->incoming.clear();
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
    if (state_->ended)
        return true;
    // Once: a proxy that floods it must not keep us here.
    const io_result got = state_->asked.over->try_read(thrown_away);
    const bool is_quiet = got.code == std::errc::resource_unavailable_try_again;
    state_->ended = !is_quiet && got.size == 0;
    return state_->ended;
}

int association::datagram_fd() const {
    return state_->socket.native_handle();
}

int association::control_fd() const {
    return state_->asked.over->descriptor();
}

asio::awaitable<result<void>> association::wait_for_datagrams() {
    using namespace asio::experimental::awaitable_operators;
    std::array<std::uint8_t, 64> thrown_away{};
    while (!state_->ended) {
        auto first = co_await (
            state_->socket.async_wait(datagram_socket::wait_read, net::as_tuple) ||
            state_->asked.over->read_some(thrown_away));
        if (first.index() == 0)
            co_return result<void>{};
        const io_result& read = std::get<1>(first);
        state_->ended = read.code || read.size == 0;
    }
    co_return state_->where.fail(failure::stream, "the control connection has ended");
}

result<void> check_associate(const connect_options& options) {
    return net::check_request(options, request_command::udp_associate, address{ipv4_address{}, 0});
}

asio::awaitable<result<association>> associate(
    const connect_options& options, const associate_options& wishes) {
    if (auto checked = check_associate(options); !checked)
        co_return checked.error();
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto owned = std::make_unique<association::state>(executor, options.handshake.watch);
    auto opened = co_await net::limited(
        options.time_limit, open_association(options, wishes, *owned), owned->where);
    if (!opened)
        co_return opened.error();
    co_return association{std::move(owned)};
}

} // namespace sockscat
