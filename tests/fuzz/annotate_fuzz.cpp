// SPDX-License-Identifier: MIT
// annotate(): takes any bytes, makes clean rows, and no row depends on the bytes of a password.
#include "fuzz.hpp"

#include "proto/handshake.hpp"
#include "proto/socks5.hpp"
#include "proto/trace/annotate.hpp"

#include <string>
#include <vector>

namespace sockscat::fuzz {
namespace {

constexpr message_kind kinds[] = {
    message_kind::socks4_request,   message_kind::socks4_reply,
    message_kind::socks5_greeting,  message_kind::socks5_method_selection,
    message_kind::userpass_request, message_kind::userpass_status,
    message_kind::socks5_request,   message_kind::socks5_reply,
    message_kind::foreign,          message_kind::chap_message,
    message_kind::gssapi_message,   message_kind::http_request,
    message_kind::http_reply,       message_kind::udp_header};

std::string shown(message_kind kind, base::byte_view bytes) {
    std::string all;
    const traced_message message = proto::annotate(kind, direction::to_proxy, bytes);
    must(message.size == bytes.size(), "the size is wrong");
    for (const trace_row& row : message.rows) {
        must(is_clean(row.bytes) && is_clean(row.meaning), "a control character in a row");
        must(is_utf8(row.bytes) && is_utf8(row.meaning), "a row is no UTF-8");
        all += row.bytes + "|" + row.meaning + "\n";
    }
    return all;
}

// CONNECT with credentials, as an HTTP proxy gets it.
std::string http_trace(std::string_view user, std::string_view password, std::size_t cut) {
    proto::handshake_request request;
    request.protocol = proxy_protocol::http;
    request.destination = {host_name{"example.com"}, 443};
    request.methods = {proto::socks5::method::none, proto::socks5::method::password};
    request.user = user;
    request.password = password;
    const auto machine = proto::make_handshake(request);
    if (!machine)
        return "";
    const base::byte_view all = machine.value()->next().bytes;
    return shown(message_kind::http_request, all.first(std::min(all.size(), cut)));
}

// Two logins that differ in the password only, cut off at the same place.
void check_login(source& input) {
    const auto user = input.piece(input.byte());
    const std::size_t cut = input.byte() * 3U;
    std::string password{as_text(input.piece(255))};
    const auto trace = [&] {
        base::message_buffer out{proto::socks5::max_userpass};
        proto::socks5::encode_userpass(out, as_text(user), password);
        return shown(message_kind::userpass_request, out.view().first(std::min(out.size(), cut)));
    };
    const std::string one = trace();
    const std::string other = http_trace(as_text(user), password, cut);
    for (char& byte : password)
        byte = static_cast<char>(byte ^ 0x55);
    must(trace() == one, "a row shows something of a password");
    must(
        http_trace(as_text(user), password, cut) == other,
        "a row of HTTP shows something of a password");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sockscat::fuzz;
    source input{data, size};
    const std::size_t which = input.byte() % (std::size(kinds) + 1);
    if (which == std::size(kinds))
        check_login(input);
    else
        shown(kinds[which], input.rest());
    return 0;
}
