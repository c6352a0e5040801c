// SPDX-License-Identifier: MIT
#include "annotate.hpp"

#include "annotate_auth.hpp"
#include "dissector.hpp"
#include "proto/socks5.hpp"

#include <sockscat/address.hpp>
#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::proto {
namespace {

// SOCKS4 has the same numbers for what it has of them.
std::string_view command_word(std::uint8_t value) {
    switch (static_cast<socks5::command>(value)) {
    case socks5::command::connect:
        return "CONNECT";
    case socks5::command::bind:
        return "BIND";
    case socks5::command::udp_associate:
        return "UDP ASSOCIATE";
    case socks5::command::resolve:
        return "RESOLVE";
    case socks5::command::resolve_ptr:
        return "RESOLVE_PTR";
    }
    return "unknown command";
}

std::string_view type_word(std::uint8_t value) {
    switch (static_cast<socks5::address_type>(value)) {
    case socks5::address_type::ipv4:
        return "IPv4";
    case socks5::address_type::domain:
        return "domain";
    case socks5::address_type::ipv6:
        return "IPv6";
    }
    return "unknown address type";
}

std::string ip_of(base::byte_view bytes) {
    if (bytes.size() == 4) {
        ipv4_address v4;
        std::copy(bytes.begin(), bytes.end(), v4.bytes.begin());
        return to_string(host{v4});
    }
    ipv6_address v6;
    std::copy(bytes.begin(), bytes.end(), v6.bytes.begin());
    return to_string(host{v6});
}

// ATYP, address, port; `prefix` is "DST" or "BND".
void socks5_address(dissector& in, const std::string& prefix) {
    if (in.left() == 0)
        return;
    const auto type = static_cast<socks5::address_type>(in.peek(1)[0]);
    in.field(1, "ATYP", [](base::byte_view b) { return code(b[0], type_word(b[0])); });
    switch (type) {
    case socks5::address_type::ipv4:
        in.field(4, prefix + ".ADDR", ip_of);
        break;
    case socks5::address_type::ipv6:
        in.field(16, prefix + ".ADDR", ip_of);
        break;
    case socks5::address_type::domain: {
        const std::size_t size = in.left() > 0 ? in.peek(1)[0] : 0;
        in.field(
            1 + size, prefix + ".ADDR", [](base::byte_view b) { return quoted(b.subspan(1)); });
        break;
    }
    default:
        return;
    }
    in.field(2, prefix + ".PORT", number);
}

void socks5_request(dissector& in) {
    in.field(1, "VER", number);
    in.field(1, "CMD", [](base::byte_view b) { return code(b[0], command_word(b[0])); });
    in.field(1, "RSV", number);
    socks5_address(in, "DST");
}

void socks5_reply(dissector& in) {
    in.field(1, "VER", number);
    in.field(1, "REP", [](base::byte_view b) {
        return code(b[0], socks5_reply_category().message(b[0]));
    });
    in.field(1, "RSV", number);
    socks5_address(in, "BND");
}

// Up to the next NUL, which is shown apart.
void text_and_nul(dissector& in, std::string_view name) {
    const base::byte_view all = in.peek(in.left());
    const auto nul = std::find(all.begin(), all.end(), std::uint8_t{0});
    const auto size = static_cast<std::size_t>(nul - all.begin());
    if (nul == all.end())
        return in.field(size + 1, name, quoted); // cut short
    const base::byte_view text = in.take(size);
    const std::string shown = text.empty() ? hex(in.take(1)) : hex(text) + " " + hex(in.take(1));
    std::string meaning{name};
    meaning.resize(10, ' ');
    in.row(shown, meaning + quoted(text));
}

void socks4_request(dissector& in) {
    in.field(1, "VN", number);
    in.field(1, "CD", [](base::byte_view b) { return code(b[0], command_word(b[0])); });
    in.field(2, "DSTPORT", number);
    in.field(4, "DSTIP", ip_of);
    text_and_nul(in, "USERID");
    text_and_nul(in, "NAME");
}

void socks4_reply(dissector& in) {
    in.field(1, "VN", number);
    in.field(1, "CD", [](base::byte_view b) {
        return code(b[0], socks4_reply_category().message(b[0]));
    });
    in.field(2, "DSTPORT", number);
    in.field(4, "DSTIP", ip_of);
}

void udp_header(dissector& in) {
    in.field(2, "RSV", number);
    in.field(1, "FRAG", number);
    socks5_address(in, "DST");
}

void foreign(dissector& in) {
    while (in.left() != 0) {
        const base::byte_view line = in.take(16);
        in.row(hex(line, " "), quoted(line));
    }
}

// In front of what is hidden.
constexpr std::string_view basic = "Proxy-Authorization: Basic ";

// A line a row; credentials are hidden.
void http_message(dissector& in) {
    while (in.left() != 0) {
        const base::byte_view all = in.peek(in.left());
        const auto end = std::find(all.begin(), all.end(), std::uint8_t{'\n'});
        const bool whole = end != all.end();
        const base::byte_view line =
            in.take(static_cast<std::size_t>(end - all.begin()) + (whole ? 1 : 0));
        std::string_view text = base::as_text(line);
        while (text.ends_with('\n') || text.ends_with('\r'))
            text.remove_suffix(1);
        const bool hides = text.starts_with(basic);
        if (!text.empty())
            in.row("", hides ? std::string{basic} + "(hidden)" : escape(text));
    }
}

void dissect(message_kind kind, dissector& in) {
    switch (kind) {
    case message_kind::socks4_request:
        return socks4_request(in);
    case message_kind::socks4_reply:
        return socks4_reply(in);
    case message_kind::socks5_greeting:
        return annotate_greeting(in);
    case message_kind::socks5_method_selection:
        return annotate_method_selection(in);
    case message_kind::userpass_request:
        return annotate_userpass(in);
    case message_kind::userpass_status:
        return annotate_userpass_status(in);
    case message_kind::chap_message:
        return annotate_chap_message(in);
    case message_kind::gssapi_message:
        return annotate_gssapi_message(in);
    case message_kind::socks5_request:
        return socks5_request(in);
    case message_kind::socks5_reply:
        return socks5_reply(in);
    case message_kind::http_request:
    case message_kind::http_reply:
        return http_message(in);
    case message_kind::udp_header:
        return udp_header(in);
    case message_kind::foreign:
        return foreign(in);
    }
}

} // namespace

traced_message annotate(message_kind kind, direction way, base::byte_view bytes) {
    traced_message message{kind, way, bytes.size()};
    dissector in{bytes, message.rows};
    dissect(kind, in);
    in.rest_is_surplus();
    return message;
}

} // namespace sockscat::proto
