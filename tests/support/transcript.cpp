// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include "proto/http_connect.hpp"

#include "catch.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <stdexcept>

namespace sockscat::tests {
namespace {

// What a server that speaks first would say through the tunnel.
const bytes payload = text_bytes("SSH-2.0-payload\r\n");

// For checks inside loops: costs nothing as long as it holds.
void must(bool holds, const std::string& what) {
    if (!holds)
        FAIL(what);
}

bool is_clean_line(std::string_view text) {
    return std::all_of(
        text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7F; });
}

bool same_fault(const sockscat::error& a, const sockscat::error& b) {
    return a.kind == b.kind && a.at == b.at && a.code == b.code && a.cause == b.cause &&
           a.looks_like == b.looks_like;
}

std::string shown(const handshake_outcome& outcome) {
    return outcome.bound ? "stands, bound " + to_string(*outcome.bound) : to_string(outcome.fault);
}

} // namespace

address to(std::string_view host, std::uint16_t port) {
    return {parse_host(host).value(), port};
}

proto::handshake_request socks4_request(address destination, std::string_view user) {
    proto::handshake_request request;
    request.protocol = proxy_protocol::socks4;
    request.destination = std::move(destination);
    request.user = user;
    return request;
}

proto::handshake_request socks5_request(
    address destination, std::vector<proto::socks5::method> methods) {
    proto::handshake_request request;
    request.destination = std::move(destination);
    request.methods = std::move(methods);
    return request;
}

proto::handshake_request http_request(
    address destination, std::string_view user, std::string_view password) {
    proto::handshake_request request;
    request.protocol = proxy_protocol::http;
    request.destination = std::move(destination);
    request.user = user;
    request.password = password;
    const bool has_login = !user.empty() || !password.empty();
    request.methods.push_back(
        has_login ? proto::socks5::method::password : proto::socks5::method::none);
    return request;
}

// One run of a machine against the script.
class transcript::player {
  public:
    player(const transcript& script, const weather& how)
        : script_{script}, how_{how},
          machine_{std::move(proto::make_handshake(request_of(script))).value()} {}

    handshake_outcome play() {
        for (;; ++out_.steps) {
            must(out_.steps < 1'000, "the handshake goes on for ever");
            const proto::step next = machine_->next();
            must(machine_->next().what == next.what, "next() changes without an answer");
            switch (next.what) {
            case proto::step::action::send:
                send(next);
                break;
            case proto::step::action::receive:
                receive(next);
                break;
            case proto::step::action::authenticate:
            case proto::step::action::start_tls:
            case proto::step::action::protect:
                machine_->secured();
                break;
            case proto::step::action::advance:
                machine_->advanced(machine_->security()->advance(next.bytes));
                break;
            case proto::step::action::listening:
                out_.listening = machine_->bound();
                machine_->await_peer();
                break;
            case proto::step::action::done:
                return end(machine_->bound());
            case proto::step::action::failed:
                return end(std::nullopt);
            }
            collect_notes();
        }
    }

  private:
    static proto::handshake_request request_of(const transcript& script) {
        proto::handshake_request request = script.request_;
        if (script.context_)
            request.security = script.context_();
        return request;
    }

    [[nodiscard]] const event* current() const {
        return position_ < script_.events_.size() ? &script_.events_[position_] : nullptr;
    }

    void send(const proto::step& next) {
        const event* const due = current();
        must(due != nullptr && !due->is_reply, "it sends what is not due: " + hex(next.bytes, " "));
        must(
            std::equal(
                next.bytes.begin(), next.bytes.end(), due->content.begin(), due->content.end()),
            "it sends " + hex(next.bytes, " ") + ", not " + hex(due->content, " "));
        std::size_t announced = 0;
        for (const proto::wire_message& message : machine_->outgoing())
            announced += message.bytes.size();
        must(announced == next.bytes.size(), "the messages announced are not the bytes sent");
        ++position_;
        machine_->sent(); // a failed write is not judged: the read behind it tells
    }

    void receive(const proto::step& next) {
        must(next.at_most > 0, "it asks for no bytes");
        if (const std::size_t left = left_in_message(); script_.ends_well_)
            must(next.at_most <= left, "it asks for more bytes than its message has");
        const bytes got = deliver(next.at_most);
        if (!got.empty()) {
            out_.phases.insert(out_.phases.end(), got.size(), machine_->at());
            out_.consumed += got.size();
            const std::size_t most = script_.request_.protocol == proxy_protocol::http
                                         ? proto::max_http_header + 2
                                         : most_input;
            must(out_.consumed <= std::max(most, script_.stream().size()), "it reads on and on");
            machine_->received(got);
        } else if (next.optional && !how_.closes_with && how_.closed_after == SIZE_MAX) {
            machine_->nothing_more();
        } else {
            out_.starved = !next.optional;
            machine_->peer_closed(how_.closes_with);
        }
    }

    [[nodiscard]] std::size_t left_in_message() const {
        const event* const due = current();
        return due != nullptr && due->is_reply ? due->content.size() - offset_ : 0;
    }

    bytes deliver(std::size_t at_most) {
        if (out_.steps >= how_.broken_step)
            return {};
        const std::size_t room =
            std::min({at_most, how_.at_once, how_.closed_after - out_.consumed});
        if (left_in_message() == 0)
            return how_.babbles ? bytes(room, 0xAA) : bytes{};
        const bytes& content = current()->content;
        const std::size_t size = std::min(room, content.size() - offset_);
        const auto begin = content.begin() + static_cast<std::ptrdiff_t>(offset_);
        const bytes out{begin, begin + static_cast<std::ptrdiff_t>(size)};
        offset_ += size;
        if (offset_ == content.size()) {
            offset_ = 0;
            ++position_;
        }
        return out;
    }

    void collect_notes() {
        for (std::string& note : machine_->take_notes())
            out_.notes.push_back(std::move(note));
    }

    handshake_outcome end(std::optional<address> bound) {
        out_.bound = std::move(bound);
        out_.fault = machine_->fault();
        must(!out_.bound || current() == nullptr, "the script is not over");
        return std::move(out_);
    }

    const transcript& script_;
    weather how_;
    std::unique_ptr<proto::exchange> machine_;
    std::size_t position_{0}; // in the script
    std::size_t offset_{0};   // in the reply at that position
    handshake_outcome out_;
};

transcript& transcript::send(bytes expected) {
    events_.push_back({false, std::move(expected)});
    return *this;
}

transcript& transcript::reply(bytes message) {
    events_.push_back({true, std::move(message)});
    return *this;
}

transcript& transcript::with_context(
    std::function<std::shared_ptr<proto::security_context>()> make) {
    context_ = std::move(make);
    return *this;
}

transcript& transcript::decided_by(std::size_t size) {
    decided_by_ = size;
    return *this;
}

bytes transcript::stream() const {
    bytes all;
    for (const event& one : events_)
        if (one.is_reply)
            all.insert(all.end(), one.content.begin(), one.content.end());
    return all;
}

handshake_outcome transcript::play(const weather& how) const {
    return player{*this, how}.play();
}

handshake_outcome transcript::run() const {
    return play({});
}

void transcript::is_done(const address& bound) {
    ends_well_ = true;
    const handshake_outcome plain = run();
    INFO(shown(plain));
    REQUIRE(plain.bound);
    CHECK(to_string(*plain.bound) == to_string(bound));
    CHECK(*plain.bound == bound);
    CHECK(plain.consumed == stream().size()); // the payload behind it was left alone
    check_variations(plain);
}

void transcript::fails(failure kind, phase at, std::error_code code, peer_kind looks_like) {
    const handshake_outcome plain = run();
    INFO(shown(plain));
    REQUIRE_FALSE(plain.bound);
    CHECK(plain.fault.kind == kind);
    CHECK(plain.fault.at == at);
    CHECK(plain.fault.code == code);
    CHECK(plain.fault.looks_like == looks_like);
    CHECK_FALSE(plain.fault.cause.empty());
    CHECK(is_clean_line(to_string(plain.fault)));
    check_variations(plain);
}

void transcript::check_variations(const handshake_outcome& plain) const {
    const std::error_code reset = std::make_error_code(std::errc::connection_reset);

    weather dripping;
    dripping.at_once = 1;
    const handshake_outcome dripped = play(dripping);
    must(
        dripped.bound == plain.bound && same_fault(dripped.fault, plain.fault),
        "byte by byte: " + shown(dripped) + "; as written: " + shown(plain));
    must(dripped.notes == plain.notes, "byte by byte the notes are others");

    if (!ends_well_ && !plain.starved) {
        weather babbling;
        babbling.babbles = true;
        const handshake_outcome drowned = play(babbling);
        must(
            !drowned.bound && drowned.fault.kind == plain.fault.kind &&
                drowned.fault.code == plain.fault.code,
            "more bytes behind the failure: " + shown(drowned));
    }
    for (std::size_t step = 0; step < plain.steps; ++step) {
        weather breaking;
        breaking.broken_step = step;
        breaking.closes_with = reset;
        check_cut(dripped, breaking);
    }
    for (std::size_t size = 0; size < dripped.consumed; ++size) {
        for (const std::error_code& code : {std::error_code{}, reset}) {
            weather closing;
            closing.closed_after = size;
            closing.closes_with = code;
            check_cut(dripped, closing);
            closing.at_once = 1;
            check_cut(dripped, closing);
        }
    }
}

// What a connection that ends early must mean, told from where in which message it ended.
void transcript::check_cut(const handshake_outcome& plain, const weather& how) const {
    const handshake_outcome cut = play(how);
    const std::string when =
        "closed after " + std::to_string(cut.consumed) + " bytes: " + shown(cut);
    must(!cut.bound, when);
    if (cut.consumed >= plain.consumed)
        return must(cut.fault.kind == plain.fault.kind && cut.fault.code == plain.fault.code, when);
    std::size_t begin = 0;
    bool is_last = false;
    for (std::size_t i = 0, end = 0; i < events_.size(); ++i) {
        if (!events_[i].is_reply || cut.consumed < end)
            continue;
        begin = end;
        end += events_[i].content.size();
        is_last = end >= plain.consumed;
    }
    const std::size_t inside = cut.consumed - begin;
    must(cut.fault.at == plain.phases[cut.consumed], when + ", in the wrong phase");
    if (inside == 0)
        return must(
            cut.fault.kind == failure::closed, when + ", and not one byte of that reply came");
    // SOCKS: version and code; HTTP: the status line.
    const bytes all = stream();
    const auto line_end =
        std::find(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end(), '\n');
    const std::size_t enough = request_.protocol != proxy_protocol::http
                                   ? decided_by_
                                   : static_cast<std::size_t>(line_end - all.begin()) - begin + 1;
    const bool known = !ends_well_ && is_last && inside >= enough;
    const failure expected = known ? plain.fault.kind : failure::protocol;
    must(cut.fault.kind == expected, when);
    must(!known || cut.fault.code == plain.fault.code, when + ", but the code was known");
}

} // namespace sockscat::tests
