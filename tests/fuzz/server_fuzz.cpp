// SPDX-License-Identifier: MIT
// A proxy's end of the handshakes against any client: fed whole and split it ends alike and reads
// no more than it may; no one is served without the login, and no name is asked for that may not
// be.
#include "fuzz.hpp"

#include "proto/server/server_handshake.hpp"

#include <optional>
#include <string>

namespace sockscat::fuzz {
namespace {

using action = proto::server_step::action;
using base::byte_view;

constexpr std::size_t longest_login = 257 + 513;
constexpr std::size_t longest_message = 8192; // a header in HTTP
constexpr std::string_view password = "wonder";
constexpr std::string_view login_in_base64 = "YWxpY2U6d29uZGVy"; // alice:wonder

struct plan {
    bool needs_login{false};
    bool refuses{false};
    std::uint8_t rep{1};
    address bound;
};

struct outcome {
    action end{action::receive};
    std::string said;
    std::size_t consumed{0};
    std::optional<proto::client_request> request;
    error fault;
};

plan plan_from(source& input) {
    const std::uint8_t choice = input.byte();
    plan out;
    out.needs_login = (choice & 1U) != 0;
    out.refuses = (choice & 2U) != 0;
    out.rep = input.byte();
    out.bound = {*parse_ip((choice & 4U) != 0 ? "2001:db8::1" : "192.0.2.1"), 443};
    return out;
}

void answer(proto::server_handshake& with, const plan& how, int time) {
    if (how.refuses)
        with.refuse({how.rep, http_status::forbidden});
    else if (time == 1 && with.request().command == proto::request_command::bind)
        with.announce(how.bound);
    else
        with.grant(how.bound);
}

// `pieces` says how many bytes each read gives at most.
outcome play(const plan& how, const proto::user_list& users, byte_view stream, byte_view pieces) {
    proto::server_handshake with{how.needs_login ? &users : nullptr};
    outcome out;
    int decisions = 0;
    for (std::size_t turn = 0;; ++turn) {
        const auto step = with.next();
        out.end = step.what;
        switch (step.what) {
        case action::receive: {
            must(step.at_most > 0, "it waits for nothing");
            std::size_t size = std::min(step.at_most, stream.size() - out.consumed);
            if (!pieces.empty())
                size = std::min<std::size_t>(size, 1U + pieces[turn % pieces.size()] % 8U);
            if (size == 0)
                return out;
            with.received(stream.subspan(out.consumed, size));
            out.consumed += size;
            break;
        }
        case action::send:
            must(!step.bytes.empty() && step.bytes.size() <= 512, "an answer of that size");
            out.said += as_text(step.bytes);
            with.sent();
            break;
        case action::decide:
            out.request = with.request();
            must(++decisions <= 2, "it asks again and again");
            answer(with, how, decisions);
            break;
        case action::open:
        case action::close:
            out.fault = with.fault();
            return out;
        }
    }
}

void check_request(const proto::client_request& request) {
    const auto* const name = std::get_if<host_name>(&request.target.host);
    if (name == nullptr)
        return;
    must(!name->text.empty() && name->text.size() <= 255, "a name of that size");
    for (const char c : name->text)
        must(
            static_cast<unsigned char>(c) >= 0x20 && c != 0x7F && c != ':',
            "a name that no one may be asked for");
}

// The client knows how it begins.
void check_answer(const outcome& got, byte_view stream) {
    if (got.said.empty() || stream.empty())
        return;
    const auto first = static_cast<unsigned char>(got.said.front());
    if (stream[0] == 0x05)
        must(first == 0x05, "SOCKS5 is answered otherwise");
    else if (stream[0] == 0x04)
        must(got.said.size() % 8 == 0 && first == 0x00, "SOCKS4 is answered otherwise");
    else
        must(got.said.starts_with("HTTP/1.1 ") && got.said.ends_with("\r\n\r\n"), "HTTP is not");
}

void check(const plan& how, const outcome& got, byte_view stream) {
    must(got.consumed <= longest_login + longest_message, "it reads without end");
    if (got.request) {
        check_request(*got.request);
        const auto read = as_text(stream.first(got.consumed));
        must(
            !how.needs_login || read.find(password) != read.npos ||
                read.find(login_in_base64) != read.npos,
            "served without a login");
    }
    must(got.end != action::open || (got.request && !how.refuses), "open, and no one granted it");
    must(
        got.end != action::close || got.request || !got.fault.cause.empty(),
        "closed, and no word why");
    must(is_clean(got.fault.cause) && is_utf8(got.fault.cause), "a cause that is not clean");
    check_answer(got, stream);
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sockscat::fuzz;
    static const auto users =
        sockscat::proto::user_list::parse("bob:builder\nalice:wonder").value();
    source input{data, size};
    const plan how = plan_from(input);
    const auto pieces = input.piece(4);
    const auto stream = input.rest();
    const outcome whole = play(how, users, stream, {});
    check(how, whole, stream);
    const outcome split = play(how, users, stream, pieces);
    check(how, split, stream);
    must(whole.end == split.end && whole.said == split.said, "whole and split differ");
    must(whole.consumed == split.consumed, "it reads more of one");
    must(whole.fault.cause == split.fault.cause, "another cause");
    must(whole.request.has_value() == split.request.has_value(), "another request");
    if (whole.request)
        must(
            whole.request->target == split.request->target &&
                whole.request->command == split.request->command,
            "another target");
    return 0;
}
