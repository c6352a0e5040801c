// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <sockscat/trace.hpp>

#include <set>

namespace sockscat::tests {
namespace {

TEST_CASE("every message has a name of its own") {
    std::set<std::string_view> names;
    for (const auto kind :
         {message_kind::socks4_request, message_kind::socks4_reply, message_kind::socks5_greeting,
          message_kind::socks5_method_selection, message_kind::userpass_request,
          message_kind::userpass_status, message_kind::chap_message, message_kind::gssapi_message,
          message_kind::socks5_request, message_kind::socks5_reply, message_kind::http_request,
          message_kind::http_reply, message_kind::udp_header, message_kind::foreign}) {
        CHECK_FALSE(to_string(kind).empty());
        names.insert(to_string(kind));
    }
    CHECK(names.size() == 14);
}

TEST_CASE("an observer that overrides nothing wants nothing") {
    observer silent;
    CHECK_FALSE(silent.wants_addresses());
    CHECK_FALSE(silent.wants_messages());
    silent.on_phase("hop", phase::connect);
    silent.on_connected("hop", "remote", "local");
    silent.on_secured("hop", "TLS");
    silent.on_message("hop", traced_message{message_kind::foreign, direction::from_proxy, 0});
    silent.on_note("hop", "text");
    silent.on_password_in_clear("hop");
    silent.on_end();
}

} // namespace
} // namespace sockscat::tests
