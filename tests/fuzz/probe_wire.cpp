// SPDX-License-Identifier: MIT
#include "probe_wire.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace sockscat::fuzz {
namespace {

using namespace std::string_view_literals;
using kind = heard_message::kind;

// ---- What the client says ----------------------------------------------------------------------

unsigned byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

std::size_t size_of_request(std::string_view rest) {
    switch (byte_at(rest, 3)) {
    case 1:
        return 10;
    case 4:
        return 22;
    default:
        return rest.size() < 5 ? rest.npos : 7 + byte_at(rest, 4);
    }
}

// USERID, and a name behind an address 0.0.0.x.
std::size_t size_of_socks4(std::string_view rest) {
    std::size_t end = rest.find('\0', 8);
    if (end != rest.npos && rest.substr(4, 3) == "\0\0\0"sv && byte_at(rest, 7) != 0)
        end = rest.find('\0', end + 1);
    return end == rest.npos ? end : end + 1;
}

heard_message next_of(std::string_view rest, bool is_first) {
    const auto of = [&](kind what, std::size_t size) {
        return size > rest.size() ? heard_message{} : heard_message{what, rest.substr(0, size)};
    };
    switch (byte_at(rest, 0)) {
    case 4:
        return of(kind::socks4, size_of_socks4(rest));
    case 5:
        return is_first ? of(kind::greeting, 2 + byte_at(rest, 1))
                        : of(kind::request, size_of_request(rest));
    case 1: {
        const std::size_t size_of_user = 2 + byte_at(rest, 1);
        return of(kind::login, size_of_user + 1 + byte_at(rest, size_of_user));
    }
    case 'C':
    case 'S':
    case 'G':
        return of(kind::http, rest.find("\r\n\r\n"));
    case '\r':
        return of(kind::other, 4); // it nudges what reads lines
    default:
        return of(kind::tls, rest.size());
    }
}

address address_from(std::string_view at) {
    const auto port = [&](std::size_t where) {
        return static_cast<std::uint16_t>(byte_at(at, where) << 8U | byte_at(at, where + 1));
    };
    if (at[0] == 1) {
        ipv4_address out;
        std::copy_n(at.begin() + 1, 4, out.bytes.begin());
        return {out, port(5)};
    }
    if (at[0] == 4) {
        ipv6_address out;
        std::copy_n(at.begin() + 1, 16, out.bytes.begin());
        return {out, port(17)};
    }
    const std::size_t size = byte_at(at, 1);
    return {host_name{std::string{at.substr(2, size)}}, port(2 + size)};
}

std::string destination_of_socks4(std::string_view bytes) {
    std::string as_socks5{"\1"};
    as_socks5.append(bytes.substr(4, 4)).append(bytes.substr(2, 2));
    if (size_of_socks4(bytes) == bytes.find('\0', 8) + 1)
        return to_string(address_from(as_socks5));
    const std::string_view name = bytes.substr(bytes.find('\0', 8) + 1);
    return std::string{name.substr(0, name.size() - 1)} + ":" +
           std::to_string(address_from(as_socks5).port);
}

// ---- What the proxy says -----------------------------------------------------------------------

// BND.ADDR and BND.PORT behind three bytes; nothing if they are not whole.
std::optional<address> bound_in(std::string_view reply) {
    if (reply.size() < 5)
        return std::nullopt;
    const unsigned type = byte_at(reply, 3);
    const std::size_t begin = type == 3 ? 5 : 4;
    const std::size_t size = type == 1 ? 4 : type == 4 ? 16 : byte_at(reply, 4);
    if ((type != 1 && type != 3 && type != 4) || reply.size() < begin + size + 2)
        return std::nullopt;
    const auto port = static_cast<std::uint16_t>(
        byte_at(reply, begin + size) << 8U | byte_at(reply, begin + size + 1));
    const std::string_view bytes = reply.substr(begin, size);
    if (type == 3)
        return address{host_name{std::string{bytes}}, port};
    if (type == 1) {
        ipv4_address out;
        std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
        return address{out, port};
    }
    ipv6_address out;
    std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
    return address{out, port};
}

void read_socks5(wire& out) {
    std::string_view said = out.said;
    const std::string_view offered = out.asked.front().bytes.substr(2);
    if (said.size() < 2 || said[0] != 5)
        return;
    out.is_socks5 = true;
    if (offered.find(said[1]) == offered.npos)
        return;
    out.method = byte_at(said, 1);
    out.is_let_in = out.method == 0;
    said.remove_prefix(2);
    if (out.login != nullptr && out.method == 2 && said.size() >= 2) {
        out.is_let_in = (said[0] == 1 || said[0] == 5) && said[1] == 0;
        out.has_rejected = !out.is_let_in;
        said.remove_prefix(2);
    }
    if (!out.is_let_in || out.request == nullptr || said.size() < 2 || said[0] != 5)
        return;
    out.code = byte_at(said, 1);
    const auto bound = bound_in(said);
    out.is_granted = out.code == 0U && bound;
    out.bound = bound.value_or(address{});
}

void read_socks4(wire& out) {
    if (out.said.size() < 2 || (out.said[0] != 0 && out.said[0] != 4))
        return;
    out.code = byte_at(out.said, 1);
    if (out.said.size() < 8)
        return;
    out.is_socks4 = (*out.code & 0xF0U) == 0x50;
    out.is_granted = *out.code == 0x5A;
    ipv4_address host;
    std::copy_n(out.said.begin() + 4, 4, host.bytes.begin());
    const auto port = static_cast<std::uint16_t>(byte_at(out.said, 2) << 8U | byte_at(out.said, 3));
    out.bound = {host, port};
}

// The last status line that is no 1xx.
void read_http(wire& out) {
    std::string_view rest = out.said;
    while (rest.starts_with("HTTP/1.")) {
        const std::size_t blank = rest.find(' ');
        const std::string_view digits = rest.substr(std::min(blank, rest.size() - 1) + 1, 3);
        if (digits.size() < 3 || !std::all_of(digits.begin(), digits.end(), [](unsigned char c) {
                return std::isdigit(c) != 0;
            }))
            return;
        out.code = static_cast<unsigned>(std::stoi(std::string{digits}));
        const std::size_t end = rest.find("\n\r\n");
        if (*out.code / 100 != 1 || *out.code == 101 || end == rest.npos)
            break;
        rest.remove_prefix(end + 3);
    }
    out.is_granted = out.code && *out.code / 100 == 2;
    if (out.code == 407U)
        std::transform(
            rest.begin(), rest.end(), std::back_inserter(out.schemes),
            [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
}

} // namespace

std::string heard_message::destination() const {
    if (what == kind::request)
        return to_string(address_from(bytes.substr(3)));
    if (what == kind::socks4)
        return destination_of_socks4(bytes);
    const std::size_t begin = bytes.find(' ') + 1;
    return std::string{bytes.substr(begin, bytes.find(' ', begin) - begin)};
}

std::vector<heard_message> messages_of(std::string_view heard) {
    std::vector<heard_message> out;
    while (!heard.empty()) {
        const heard_message next = next_of(heard, out.empty());
        if (next.bytes.empty())
            break;
        out.push_back(next);
        heard.remove_prefix(next.bytes.size() + (next.what == kind::http ? 4 : 0));
    }
    return out;
}

wire wire_from(std::string_view heard, std::string_view said, std::size_t first_write) {
    wire out;
    out.asked = messages_of(heard);
    out.said = said;
    for (const heard_message& each : out.asked) {
        if (each.what == kind::login)
            out.login = &each;
        if (each.what == kind::request || each.what == kind::socks4 || each.what == kind::http)
            out.request = &each;
    }
    if (out.asked.empty())
        return out;
    out.is_pipelined =
        out.asked.front().what == kind::greeting && first_write > out.asked.front().bytes.size();
    out.is_http = out.asked.front().what == kind::http;
    if (out.is_http && out.request->bytes.find("Proxy-Authorization") != std::string_view::npos)
        out.login = out.request;
    if (out.is_http)
        read_http(out);
    else if (out.asked.front().what == kind::socks4)
        read_socks4(out);
    else if (out.asked.front().what == kind::greeting)
        read_socks5(out);
    return out;
}

} // namespace sockscat::fuzz
