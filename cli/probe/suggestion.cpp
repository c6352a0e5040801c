// SPDX-License-Identifier: MIT
#include "suggestion.hpp"

#include <algorithm>
#include <string_view>

namespace sockscat::cli {
namespace {

// As one word of a shell.
std::string shell_word(const std::string& text) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos)
        return text;
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return out + "'";
}

// A password of its own that its URL does not tell.
bool keeps_secret(const proxy_spec& hop) {
    return hop.login && hop.login->password && hop.password_file.empty();
}

std::string login_words(const arguments& given) {
    const auto file = given.value("proxy-password-file");
    return file ? "--proxy-password-file " + shell_word(*file) + " " : "--proxy-ask-password ";
}

std::string isolation_words(const arguments& given) {
    if (!given.has("isolate"))
        return "";
    // The token is a password.
    return given.value("isolate").value_or("").empty() ? "--isolate " : "--isolate=TOKEN ";
}

} // namespace

std::string command_to_try(
    const arguments& given, const std::vector<proxy_spec>& chain, bool knows_password) {
    std::vector<proxy_spec> hops;
    for (const proxy_spec& each : chain)
        hops.push_back(each.clone());
    if (given.has("isolate"))
        hops.back().login.reset();
    const auto secrets = std::count_if(hops.begin(), hops.end(), keeps_secret);
    std::string text = "sockscat connect ";
    for (proxy_spec& hop : hops) {
        if (secrets > 1 && keeps_secret(hop))
            hop.password_file = "FILE";
        text += "-x " + shell_word(hop.url()) + " ";
    }
    if (secrets == 1 && !knows_password)
        text += login_words(given);
    text += isolation_words(given);
    if (const auto methods = given.value("auth"))
        text += "--auth " + shell_word(*methods) + " ";
    for (const char* const family : {"4", "6"})
        if (given.has(family))
            text += std::string{"-"} + family + " ";
    return text + "HOST PORT";
}

} // namespace sockscat::cli
