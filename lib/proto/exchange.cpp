// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include "peer.hpp"

#include <stdexcept>
#include <utility>

namespace sockscat::proto {
namespace {

// Enough for a status line or a banner.
constexpr std::size_t evidence_size = 128;

} // namespace

step exchange::next() const {
    switch (action_) {
    case step::action::send:
        return {action_, out_.view()};
    case step::action::receive:
        return {action_, {}, wanted_ - inbox_.size(), optional_};
    case step::action::advance:
        return {action_, token_};
    case step::action::authenticate:
        return {action_, {}, 0, false, method_};
    case step::action::start_tls:
    case step::action::protect:
    case step::action::listening:
    case step::action::done:
    case step::action::failed:
        break;
    }
    return {action_, {}};
}

std::vector<wire_message> exchange::outgoing() const {
    std::vector<wire_message> messages;
    std::size_t begin = 0;
    for (const mark& each : marks_) {
        const base::byte_view bytes = out_.view().subspan(begin, each.end - begin);
        messages.push_back({each.kind, bytes, each.has_password});
        begin = each.end;
    }
    return messages;
}

void exchange::sent() {
    out_.clear();
    marks_.clear();
    completed_.reset();
    on_sent();
}

void exchange::received(base::byte_view bytes) {
    if (bytes.empty() || bytes.size() > next().at_most)
        throw std::logic_error{"more bytes than the handshake asked for"};
    completed_.reset();
    inbox_.insert(inbox_.end(), bytes.begin(), bytes.end());
    if (!optional_)
        on_bytes();
    else if (stranger_ ? has_evidence() : is_whole() && !extends_optional())
        end_optional();
}

std::string exchange::progress() const {
    if (inbox_.empty())
        return "";
    return std::to_string(inbox_.size()) + " of " +
           (least_total_ == 0 ? std::to_string(wanted_)
                              : "at least " + std::to_string(least_total_)) +
           " bytes";
}

void exchange::peer_closed(std::error_code why) {
    completed_.reset();
    if (optional_) {
        end_optional();
        return;
    }
    const std::string suffix = why ? " (" + why.message() + ")" : "";
    if (!inbox_.empty()) {
        complete(awaited());
        fail({failure::protocol, phase_, "its reply ended after " + progress() + suffix});
        return;
    }
    fail({failure::closed, phase_, "it closed the connection without a reply" + suffix});
}

void exchange::nothing_more() {
    completed_.reset();
    end_optional();
}

void exchange::end_optional() {
    if (otherwise_)
        fail_as_no_message();
    else if (stranger_)
        fail_as_stranger();
    else
        on_last_bytes();
}

std::optional<wire_message> exchange::completed() const {
    if (!completed_)
        return std::nullopt;
    return wire_message{*completed_, completed_bytes_, false};
}

std::vector<std::string> exchange::take_notes() {
    return std::exchange(notes_, {});
}

void exchange::mark_message(message_kind kind, bool has_password) {
    marks_.push_back({out_.size(), kind, has_password});
}

void exchange::begin_send() {
    action_ = step::action::send;
}

void exchange::expect(std::size_t total) {
    action_ = step::action::receive;
    wanted_ = total;
    least_total_ = 0;
}

void exchange::expect_beginning(std::size_t bytes, std::size_t least) {
    expect(bytes);
    least_total_ = least;
}

void exchange::expect_optional(std::size_t total) {
    optional_ = true;
    expect(total);
    if (is_whole())
        end_optional();
}

void exchange::complete(message_kind kind) {
    completed_ = kind;
    completed_bytes_ = inbox_;
}

void exchange::await_peer() {
    phase_ = phase::accept;
    begin_message();
    on_await_peer();
}

void exchange::on_await_peer() {
    throw std::logic_error{"no peer was expected"};
}

void exchange::begin_tls() {
    action_ = step::action::start_tls;
    enter(phase::tls);
}

void exchange::begin_authentication(std::uint8_t method) {
    action_ = step::action::authenticate;
    method_ = method;
    enter(phase::auth);
}

void exchange::secured() {
    completed_.reset();
    on_secured();
}

void exchange::on_secured() {
    throw std::logic_error{"nothing was to be secured"};
}

void exchange::begin_advance(base::byte_view token) {
    action_ = step::action::advance;
    token_ = token;
}

void exchange::advanced(context_progress progress) {
    completed_.reset();
    token_ = {};
    on_advanced(std::move(progress));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): who overrides it keeps the value
void exchange::on_advanced(context_progress) {
    throw std::logic_error{"no security context was to be advanced"};
}

void exchange::announce(address bound) {
    bound_ = std::move(bound);
    action_ = step::action::listening;
}

void exchange::finish(address bound) {
    bound_ = std::move(bound);
    action_ = step::action::done;
}

void exchange::fail(error why) {
    fault_ = std::move(why);
    action_ = step::action::failed;
}

void exchange::examine_stranger() {
    stranger_ = true;
    expect_optional(evidence_size);
}

void exchange::examine_text(error otherwise) {
    otherwise_ = std::move(otherwise);
    stranger_ = true;
    optional_ = true;
    expect(evidence_size);
    if (has_evidence())
        end_optional();
}

// What is not text needs no second look.
bool exchange::has_evidence() const {
    return is_whole() || (otherwise_ && !is_text(inbox_));
}

void exchange::fail_as_no_message() {
    complete(message_kind::foreign);
    error why = *std::move(otherwise_);
    if (is_text(inbox_))
        why.cause = "its reply is not SOCKS but the text " + first_line(inbox_);
    fail(std::move(why));
}

void exchange::fail_as_stranger() {
    complete(message_kind::foreign);
    const peer_kind kind = classify(inbox_);
    error why{failure::protocol, phase_, describe(kind, inbox_, wanted_peer_)};
    why.looks_like = kind;
    fail(std::move(why));
}

} // namespace sockscat::proto
