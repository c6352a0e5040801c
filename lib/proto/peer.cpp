// SPDX-License-Identifier: MIT
#include "peer.hpp"

#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::proto {
namespace {

bool is_tls_record(base::byte_view bytes) {
    const bool type = bytes[0] == 0x15 || bytes[0] == 0x16; // alert, handshake
    return type && (bytes.size() < 2 || bytes[1] == 0x03);
}

bool is_printable(std::uint8_t byte) {
    return byte == '\t' || (byte >= 0x20 && byte < 0x7F);
}

std::string sample(base::byte_view bytes) {
    if (is_text(bytes))
        return first_line(bytes);
    return hex(bytes.first(std::min<std::size_t>(bytes.size(), 8)), " ");
}

std::string_view name_of(wanted_peer wanted) {
    return wanted == wanted_peer::socks_proxy ? "a SOCKS proxy" : "an HTTP proxy";
}

} // namespace

bool is_text(base::byte_view first_bytes) {
    return is_printable(first_bytes[0]) && (first_bytes.size() < 2 || is_printable(first_bytes[1]));
}

std::string first_line(base::byte_view text) {
    const std::string_view all = base::as_text(text).substr(0, 80);
    return quote(all.substr(0, all.find_first_of("\r\n")));
}

peer_kind classify(base::byte_view first_bytes) {
    if (first_bytes.empty())
        return peer_kind::unknown;
    const std::string_view text = base::as_text(first_bytes);
    if (text.starts_with("HTTP/") || text.starts_with("<"))
        return peer_kind::http;
    if (text.starts_with("SSH-"))
        return peer_kind::ssh;
    if (text.starts_with("220") || text.starts_with("* OK") || text.starts_with("+OK") ||
        text.starts_with("421") || text.starts_with("554"))
        return peer_kind::mail_or_ftp;
    if (is_tls_record(first_bytes))
        return peer_kind::tls;
    switch (first_bytes[0]) {
    case 0x00:
    case 0x04: {
        const bool code =
            first_bytes.size() < 2 || (first_bytes[1] >= 0x5A && first_bytes[1] <= 0x5D);
        return code ? peer_kind::socks4 : peer_kind::unknown;
    }
    case 0x05:
        return peer_kind::socks5;
    case 0x06:
        return peer_kind::socks6;
    default:
        return peer_kind::unknown;
    }
}

std::string describe(peer_kind kind, base::byte_view first_bytes, wanted_peer wanted) {
    const std::string proxy{name_of(wanted)};
    const std::string instead = ", not " + proxy;
    const bool is_socks = wanted == wanted_peer::socks_proxy;
    switch (kind) {
    case peer_kind::http:
        return "this is an HTTP server" + instead + ": " + first_line(first_bytes);
    case peer_kind::ssh:
        return "this is an SSH server" + instead + ": " + first_line(first_bytes);
    case peer_kind::mail_or_ftp:
        return "this is a mail or FTP server" + instead + ": " + first_line(first_bytes);
    case peer_kind::tls:
        return "this is a TLS port (" + sample(first_bytes) + ")";
    case peer_kind::socks4:
        if (!is_socks)
            return "this is a SOCKS4 proxy" + instead + " (" + sample(first_bytes) + ")";
        return "it speaks SOCKS4, not SOCKS5 (" + sample(first_bytes) + ")";
    case peer_kind::socks5:
        if (!is_socks)
            return "this is a SOCKS5 proxy" + instead + " (" + sample(first_bytes) + ")";
        return "it speaks SOCKS5, not SOCKS4 (" + sample(first_bytes) + ")";
    case peer_kind::socks6:
        return "it speaks SOCKS version 6 (" + sample(first_bytes) + ")";
    case peer_kind::unknown:
        break;
    }
    if (first_bytes.empty())
        return "this is not " + proxy;
    return "this is not " + proxy + ": its answer begins with " + sample(first_bytes);
}

std::string describe_plain(peer_kind kind, base::byte_view first_bytes) {
    switch (kind) {
    case peer_kind::http:
        return "this is an HTTP server: " + first_line(first_bytes);
    case peer_kind::ssh:
        return "this is an SSH server: " + first_line(first_bytes);
    case peer_kind::mail_or_ftp:
        return "this is a mail or FTP server: " + first_line(first_bytes);
    case peer_kind::socks4:
    case peer_kind::socks5:
    case peer_kind::socks6:
        return "this is a SOCKS proxy (" + sample(first_bytes) + ")";
    case peer_kind::tls:
    case peer_kind::unknown:
        break;
    }
    return "its answer begins with " + sample(first_bytes);
}

} // namespace sockscat::proto
