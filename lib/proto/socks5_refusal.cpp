// SPDX-License-Identifier: MIT
#include "socks5_refusal.hpp"

#include <sockscat/text.hpp>

#include <string>
#include <system_error>
#include <utility>

namespace sockscat::proto {
namespace {

// Tor's answer about a name that it cannot find, or an address without one.
error no_such_name(const std::error_code& reply, phase at, const handshake_request& request) {
    const std::string subject = to_string(request.destination.host);
    const bool is_name = request.command == request_command::resolve;
    error why{
        failure::negative_answer, at,
        (is_name ? "no such name: " + subject : "no name for " + subject) + " (REP 04)"};
    why.code = reply;
    return why;
}

std::string refusal_text(
    const std::error_code& reply, const std::string& subject, bool asks_names) {
    if (reply == socks5_reply::general_failure)
        return "the proxy reports a general failure for " + subject;
    if (reply == socks5_reply::not_allowed)
        return "the proxy's rules do not allow " + subject;
    if (reply == socks5_reply::command_not_supported) // whatever it was to reach
        return reply.message();
    // Only a refused connection is surely the target's own answer.
    if (reply == socks5_reply::connection_refused && !asks_names)
        return reply.message() + " by " + subject;
    return "the proxy reports " + reply.message() + " for " + subject;
}

} // namespace

error socks5_refusal(std::uint8_t code, phase at, const handshake_request& request) {
    const std::error_code reply{code, socks5_reply_category()};
    const bool asks_names = is_lookup(request.command);
    if (asks_names && reply == socks5_reply::host_unreachable)
        return no_such_name(reply, at, request);
    const std::string subject =
        asks_names ? to_string(request.destination.host) : to_string(request.destination);
    error why{
        failure::refused, at,
        refusal_text(reply, subject, asks_names) + " (REP " + hex_byte(code) + ")"};
    why.code = reply;
    return why;
}

} // namespace sockscat::proto
