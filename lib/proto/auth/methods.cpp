// SPDX-License-Identifier: MIT
#include <sockscat/auth_method.hpp>

#include <sockscat/text.hpp>

#include <algorithm>
#include <string>

namespace sockscat {
namespace {

// A new method has its row here, its machine beside this file (sub_negotiation.hpp), and its case
// in socks5_handshake::method_chosen().
constexpr auth_method_entry methods[] = {
    // method, word, title, demand; needs a login, is usual, wraps
    {auth_method::none, "none", "none", "needs no login", false, true, false},
    {auth_method::password, "password", "user name/password", "requires a user name and password",
     true, true, false},
    {auth_method::chap, "chap", "CHAP", "requires CHAP", true, false, false},
    {auth_method::gssapi, "gssapi", "GSSAPI", "requires Kerberos", false, false, true},
    {auth_method::gost_tls, "gost-tls", "TLS (gost)", "is gost and requires TLS", false, false,
     true},
    {auth_method::gost_tls_password, "gost-tls", "TLS and user name/password (gost)",
     "is gost and requires TLS", false, false, true}, // goes along where there is one
};

template <class Condition>
const auth_method_entry* find_where(Condition holds) {
    const auto* const found = std::find_if(std::begin(methods), std::end(methods), holds);
    return found == std::end(methods) ? nullptr : found;
}

class socks5_methods final : public std::error_category {
  public:
    const char* name() const noexcept override { return "socks5.method"; }
    std::string message(int code) const override {
        return "method 0x" + hex_byte(static_cast<std::uint8_t>(code));
    }
};

} // namespace

std::span<const auth_method_entry> auth_methods() {
    return methods;
}

const auth_method_entry* find_method(auth_method on_wire) {
    return find_where([&](const auth_method_entry& each) { return each.method == on_wire; });
}

const auth_method_entry* find_method(std::string_view word) {
    return find_where([&](const auth_method_entry& each) { return each.word == word; });
}

const std::error_category& socks5_method_category() {
    static const socks5_methods category;
    return category;
}

std::error_code make_error_code(auth_method method) {
    return {static_cast<int>(method), socks5_method_category()};
}

} // namespace sockscat
