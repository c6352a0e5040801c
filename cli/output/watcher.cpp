// SPDX-License-Identifier: MIT
#include "watcher.hpp"

#include <sockscat/text.hpp>

#include <string>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {
namespace {

std::string_view doing(phase what) {
    switch (what) {
    case phase::lookup:
        return "looking up the name";
    case phase::connect:
        return "connecting";
    case phase::tls:
        return "starting TLS";
    case phase::method:
        return "choosing a method";
    case phase::auth:
        return "logging in";
    case phase::request:
        return "sending the request";
    case phase::accept:
        return "waiting for a peer";
    case phase::none:
    case phase::relay:
        break;
    }
    return to_string(what);
}

} // namespace

void phase_times::begin(phase next) {
    end();
    running_ = next;
    since_ = clock::now();
}

void phase_times::end() {
    auto& spent = spent_[static_cast<std::size_t>(running_)];
    if (running_ != phase::none)
        spent = spent.value_or(clock::duration::zero()) + (clock::now() - since_);
    running_ = phase::none;
}

std::optional<double> phase_times::milliseconds(phase which) const {
    const auto& spent = spent_[static_cast<std::size_t>(which)];
    if (!spent)
        return std::nullopt;
    return std::chrono::duration<double, std::milli>{*spent}.count();
}

void watcher::begin(std::string_view hop, std::string_view attempt, phase next) {
    times_.begin(next);
    if (listener_)
        listener_(hop, next);
    if (!wants_messages()) // nor anything else of this
        return;
    if (next == phase::lookup)
        trace_.event("dns", "looking up " + std::string{attempt});
    if (next == phase::connect)
        trace_.event("tcp", "connecting to " + std::string{attempt});
    out_.detail(std::string{attempt} + ": " + std::string{doing(next)});
}

bool watcher::wants_addresses() const {
    return trace_.is_on() || out_.is_at_least(console::level::verbose);
}

void watcher::on_connected(std::string_view hop, std::string_view remote, std::string_view local) {
    const std::string ends = std::string{remote} + ", local " + std::string{local};
    trace_.event("tcp", "connected to " + ends);
    out_.note(std::string{hop} + ": connected to " + ends);
}

void watcher::on_secured(std::string_view hop, std::string_view description) {
    trace_.event("tls", std::string{hop} + ": " + std::string{description});
    out_.note(std::string{hop} + ": " + std::string{description});
}

bool watcher::wants_messages() const {
    return trace_.is_on() || out_.is_at_least(console::level::debug);
}

void watcher::on_message(std::string_view hop, const traced_message& message) {
    trace_.message(hop, message);
    const bool out_bound = message.way == direction::to_proxy;
    out_.detail(
        std::string{hop} + (out_bound ? ": sent " : ": received ") +
        std::string{to_string(message.kind)} + ", " + counted(message.size, "byte"));
}

void watcher::on_note(std::string_view hop, std::string_view text) {
    out_.note(std::string{hop} + ": " + std::string{text});
}

void watcher::on_password_in_clear(std::string_view hop) {
    const bool is_wanted =
        out_.is_at_least(console::level::verbose) || ::isatty(STDERR_FILENO) == 1;
    if (is_wanted && !std::exchange(warned_, true))
        out_.warning(std::string{hop} + ": the password is sent unencrypted (no TLS)");
}

void watcher::on_end() {
    times_.end();
    if (listener_)
        listener_("", phase::none);
}

} // namespace sockscat::cli
