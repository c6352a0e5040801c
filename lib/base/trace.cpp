// SPDX-License-Identifier: MIT
#include <sockscat/trace.hpp>

namespace sockscat {

std::string_view to_string(message_kind value) {
    switch (value) {
    case message_kind::socks4_request:
        return "SOCKS4 request";
    case message_kind::socks4_reply:
        return "SOCKS4 reply";
    case message_kind::socks5_greeting:
        return "SOCKS5 greeting";
    case message_kind::socks5_method_selection:
        return "SOCKS5 method selection";
    case message_kind::userpass_request:
        return "user/password (RFC 1929)";
    case message_kind::userpass_status:
        return "user/password status";
    case message_kind::chap_message:
        return "CHAP";
    case message_kind::gssapi_message:
        return "GSSAPI (RFC 1961)";
    case message_kind::socks5_request:
        return "SOCKS5 request";
    case message_kind::socks5_reply:
        return "SOCKS5 reply";
    case message_kind::http_request:
        return "HTTP CONNECT";
    case message_kind::http_reply:
        return "HTTP reply";
    case message_kind::udp_header:
        return "datagram";
    case message_kind::foreign:
        break;
    }
    return "not a SOCKS message";
}

void observer::on_phase(std::string_view, phase) {}
bool observer::wants_addresses() const {
    return false;
}
void observer::on_connected(std::string_view, std::string_view, std::string_view) {}
void observer::on_secured(std::string_view, std::string_view) {}
bool observer::wants_messages() const {
    return false;
}
void observer::on_message(std::string_view, const traced_message&) {}
void observer::on_note(std::string_view, std::string_view) {}
void observer::on_password_in_clear(std::string_view) {}
void observer::on_end() {}

} // namespace sockscat
