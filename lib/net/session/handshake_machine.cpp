// SPDX-License-Identifier: MIT
#include <sockscat/handshake_machine.hpp>

#include "hop_request.hpp"
#include "offer.hpp"
#include "proto/exchange.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace sockscat {
namespace {

using proto::request_command;
using proto::step;

request_command inner(proxy_command command) {
    switch (command) {
    case proxy_command::bind:
        return request_command::bind;
    case proxy_command::udp_associate:
        return request_command::udp_associate;
    case proxy_command::resolve:
        return request_command::resolve;
    case proxy_command::resolve_ptr:
        return request_command::resolve_ptr;
    case proxy_command::connect:
        break;
    }
    return request_command::connect;
}

handshake_step outer(step::action action) {
    switch (action) {
    case step::action::send:
        return handshake_step::send;
    case step::action::receive:
        return handshake_step::receive;
    case step::action::listening:
        return handshake_step::listening;
    case step::action::done:
        return handshake_step::done;
    case step::action::failed:
        return handshake_step::failed;
    case step::action::start_tls:
    case step::action::advance:
    case step::action::protect:
    case step::action::authenticate:
        break;
    }
    throw std::logic_error{"a step that no method of this machine has"};
}

// Those that wrap what follows need a stream.
result<void> check_methods(const std::vector<auth_method>& methods) {
    for (const auth_method wanted : methods) {
        const auth_method_entry* const known = find_method(wanted);
        if (known == nullptr || known->wraps)
            return usage_error(
                "the handshake machine has the methods none, password and chap, not " +
                std::string{known == nullptr ? "this one" : known->word});
    }
    return {};
}

std::string late_text(const std::string& part) {
    return part.empty() ? "no answer in time"
                        : "its reply stopped after " + part + "; the rest did not come in time";
}

} // namespace

struct handshake_machine::state {
    explicit state(proxy_spec owned) : proxy{std::move(owned)} {}

    /// Tells which hop failed, once that is known.
    void judge() {
        if (machine->next().what != step::action::failed)
            return;
        fault = machine->fault();
        fault.hop = proxy.label();
    }

    proxy_spec proxy; // the machine has views of its credentials
    std::unique_ptr<proto::exchange> machine;
    error fault;
};

result<handshake_machine> handshake_machine::create(
    const proxy_spec& proxy,
    proxy_command command,
    const address& target,
    const handshake_machine_options& options) {
    handshake_options how;
    how.methods = options.methods;
    how.pipeline = options.pipeline;
    if (auto checked = check_methods(options.methods); !checked)
        return checked.error();
    if (auto checked = net::check_offer(proxy, how); !checked)
        return checked.error();
    auto owned = std::make_unique<state>(proxy.clone());
    auto made = net::machine_for(owned->proxy, inner(command), target, how);
    if (!made)
        return made.error();
    owned->machine = std::move(made).value();
    return handshake_machine{std::move(owned)};
}

handshake_machine::handshake_machine(std::unique_ptr<state> owned) : state_{std::move(owned)} {}

handshake_machine::handshake_machine(handshake_machine&&) noexcept = default;
handshake_machine& handshake_machine::operator=(handshake_machine&&) noexcept = default;
handshake_machine::~handshake_machine() = default;

handshake_step handshake_machine::next() const {
    return outer(state_->machine->next().what);
}

std::span<const std::uint8_t> handshake_machine::output() const {
    return next() == handshake_step::send ? state_->machine->next().bytes
                                          : std::span<const std::uint8_t>{};
}

void handshake_machine::sent() {
    expect(handshake_step::send);
    state_->machine->sent();
    state_->judge();
}

std::size_t handshake_machine::wanted() const {
    return next() == handshake_step::receive ? state_->machine->next().at_most : 0;
}

bool handshake_machine::is_optional() const {
    return next() == handshake_step::receive && state_->machine->next().optional;
}

void handshake_machine::received(std::span<const std::uint8_t> bytes) {
    expect(handshake_step::receive);
    state_->machine->received(bytes);
    state_->judge();
}

void handshake_machine::closed(std::error_code why) {
    expect(handshake_step::receive);
    state_->machine->peer_closed(why);
    state_->judge();
}

void handshake_machine::timed_out() {
    expect(handshake_step::receive);
    if (is_optional()) {
        state_->machine->nothing_more();
        state_->judge();
        return;
    }
    const std::string part = state_->machine->progress();
    state_->machine->peer_closed();
    state_->fault = {failure::timeout, at(), late_text(part)};
    state_->fault.hop = state_->proxy.label();
    state_->fault.code = part.empty() ? std::make_error_code(std::errc::timed_out)
                                      : make_error_code(time_limit_errc::in_part);
}

void handshake_machine::await_peer() {
    expect(handshake_step::listening);
    state_->machine->await_peer();
}

const address& handshake_machine::bound() const {
    return state_->machine->bound();
}

const error& handshake_machine::fault() const {
    return state_->fault;
}

phase handshake_machine::at() const {
    return state_->machine->at();
}

std::vector<std::string> handshake_machine::take_notes() {
    return state_->machine->take_notes();
}

void handshake_machine::expect(handshake_step due) const {
    if (next() != due)
        throw std::logic_error{"the handshake does not expect this call now"};
}

} // namespace sockscat
