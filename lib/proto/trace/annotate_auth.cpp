// SPDX-License-Identifier: MIT
#include "annotate_auth.hpp"

#include "proto/auth/chap.hpp"
#include "proto/auth/gssapi_frame.hpp"
#include "proto/socks5.hpp"

#include <sockscat/text.hpp>

namespace sockscat::proto {
namespace {

std::string_view attribute_word(std::uint8_t type) {
    switch (static_cast<chap::attribute>(type)) {
    case chap::attribute::status:
        return "STATUS";
    case chap::attribute::text:
        return "TEXT";
    case chap::attribute::user:
        return "USER";
    case chap::attribute::challenge:
        return "CHALLENGE";
    case chap::attribute::response:
        return "RESPONSE";
    case chap::attribute::charset:
        return "CHARSET";
    case chap::attribute::identifier:
        return "IDENT";
    case chap::attribute::algorithms:
        return "ALGORITHM";
    }
    return "unknown";
}

std::string attribute_value(chap::attribute type, base::byte_view value) {
    if (type == chap::attribute::text || type == chap::attribute::user)
        return quoted(value);
    if (type == chap::attribute::status && value.size() == 1)
        return code(value[0], value[0] == 0 ? "success" : "failure");
    if (type == chap::attribute::algorithms && value.size() == 1)
        return code(value[0], value[0] == chap::hmac_md5 ? "HMAC-MD5" : "not offered");
    return counted(value.size(), "byte");
}

// One row: type, length, value. A response would let a password be guessed.
void chap_attribute(dissector& in) {
    const base::byte_view head = in.peek(2);
    const auto type = static_cast<chap::attribute>(head[0]);
    const std::size_t size = head.size() < 2 ? 0 : head[1];
    const std::string_view word = attribute_word(head[0]);
    if (type != chap::attribute::response)
        return in.field(2 + size, word, [type](base::byte_view b) {
            return attribute_value(type, b.subspan(2));
        });
    const bool whole = in.take(2 + size).size() == 2 + size;
    in.row(
        hex(head) + " " + std::string(6, '*'),
        std::string{word} + "  (" + counted(size, "byte") + " hidden)", !whole);
}

std::string_view gssapi_word(std::uint8_t type) {
    switch (static_cast<gssapi::message_type>(type)) {
    case gssapi::message_type::token:
        return "token";
    case gssapi::message_type::protection:
        return "protection level";
    case gssapi::message_type::message:
        return "message";
    case gssapi::message_type::abort:
        return "abort";
    }
    return "unknown";
}

} // namespace

void annotate_greeting(dissector& in) {
    in.field(1, "VER", number);
    const std::size_t count = in.left() > 0 ? in.peek(1)[0] : 0;
    in.field(1, "NMETHODS", number);
    if (in.left() == 0)
        return;
    std::string words;
    const base::byte_view methods = in.take(count);
    for (const std::uint8_t value : methods)
        words += (words.empty() ? "" : ", ") + code(value, socks5::method_name(value));
    in.row(hex(methods, " "), "METHODS   " + words, methods.size() != count);
}

void annotate_method_selection(dissector& in) {
    in.field(1, "VER", number);
    in.field(1, "METHOD", [](base::byte_view b) { return code(b[0], socks5::method_name(b[0])); });
}

void annotate_userpass(dissector& in) {
    in.field(1, "VER", number);
    const std::size_t user_size = in.left() > 0 ? in.peek(1)[0] : 0;
    const base::byte_view user = in.take(1 + user_size);
    if (user.empty())
        return;
    const bool has_user = user.size() == 1 + user_size;
    in.row(
        hex(user.first(1)) + " " + hex(user.subspan(1)), "UNAME     " + quoted(user.subspan(1)),
        !has_user);
    const std::size_t size = in.left() > 0 ? in.peek(1)[0] : 0;
    const base::byte_view password = in.take(1 + size);
    if (password.empty())
        return;
    in.row(
        hex(password.first(1)) + " " + std::string(6, '*'),
        "PASSWD    (" + counted(size, "byte") + " hidden)", password.size() != 1 + size);
}

void annotate_userpass_status(dissector& in) {
    in.field(1, "VER", number);
    in.field(1, "STATUS", [](base::byte_view b) {
        return code(b[0], b[0] == 0 ? "success" : "failure");
    });
}

void annotate_chap_message(dissector& in) {
    in.field(1, "VER", number);
    std::size_t attributes = in.left() > 0 ? in.peek(1)[0] : 0;
    in.field(1, "NAVAS", number);
    for (; attributes > 0 && in.left() > 0; --attributes)
        chap_attribute(in);
}

void annotate_gssapi_message(dissector& in) {
    in.field(1, "VER", number);
    in.field(1, "MTYP", [](base::byte_view b) { return code(b[0], gssapi_word(b[0])); });
    const std::string announced = number(in.peek(2));
    in.field(2, "LEN", number);
    if (in.left() == 0)
        return;
    const std::size_t size = in.take(in.left()).size();
    in.row(
        std::string(6, '*'), "TOKEN     (" + counted(size, "byte") + " hidden)",
        std::to_string(size) != announced);
}

} // namespace sockscat::proto
