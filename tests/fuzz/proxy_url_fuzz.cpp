// SPDX-License-Identifier: MIT
// Proxy URLs: any text is parsed or refused cleanly; what is parsed holds what it promises and can
// be parsed again; a password is in no error, no redacted URL and no label.
#include "fuzz.hpp"

#include <sockscat/proxy_spec.hpp>
#include <sockscat/text.hpp>

#include <string>

namespace sockscat::fuzz {
namespace {

void check_spec(const proxy_spec& spec) {
    must(spec.port != 0, "port 0");
    must(spec.host.empty() != spec.via.unix_path.empty(), "neither or both of host and socket");
    must(spec.host.size() <= 300 && spec.via.unix_path.size() <= 107, "a place that is too long");
    must(is_clean(spec.label()) && is_utf8(spec.label()), "a label that is not clean");
    must(is_clean(spec.url()) && is_utf8(spec.url()), "a URL that is not clean");
    must(is_clean(spec.host), "a host with a control character");
    if (!spec.login)
        return;
    must(spec.login->user.size() <= max_credential_size, "a user name that is too long");
    must(spec.login->user.find('\0') == std::string::npos, "a user name with a NUL");
    if (!spec.login->password)
        return;
    must(spec.login->password->size() <= max_credential_size, "a password that is too long");
    must(
        spec.protocol == proxy_protocol::socks5 || spec.protocol == proxy_protocol::http,
        "a password for SOCKS4");
}

void check_text(std::string_view url) {
    const auto spec = parse_proxy_url(url);
    if (spec)
        check_spec(spec.value());
    else
        must(
            is_clean(spec.error().cause) && is_utf8(spec.error().cause),
            "an error that is not clean");
    const auto found = find_password(url);
    must(!found || found->offset + found->length <= url.size(), "a password outside the URL");
    const bool has_password = spec && spec.value().login && spec.value().login->password;
    must(!has_password || found, "a password that is parsed but not found");
    must(is_clean(redact_url(url)), "a redacted URL that is not clean");
}

bool is_hidden(const std::string& text) {
    return text.find("QWJX") == std::string::npos;
}

void check_hidden(const std::string& url) {
    const auto spec = parse_proxy_url(url);
    must(spec || is_hidden(spec.error().cause), "an error shows the password");
    must(spec || is_hidden(spec.error().advice), "an advice shows the password");
    must(is_hidden(redact_url(url)), "a redacted URL shows the password");
    if (!spec)
        return;
    must(
        is_hidden(spec.value().url()) && is_hidden(spec.value().label()),
        "a URL or label shows the password");
}

// A URL whose password we know. Its bytes cannot stand anywhere else: they are marked by a word.
void check_password(source& input) {
    static constexpr std::string_view schemes[] = {"",           "socks5h://",  "socks5://",
                                                   "socks4a://", "http://",     "socks5+tls://",
                                                   "x://",       "socks5h:///", "socks5h:/"};
    static constexpr std::string_view places[] = {
        "h", "h:1",         "h:x",   "[::1", "[::1]:80",
        "",  "localhost/s", "h?a=b", "h/p",  "h?password-file=f"};
    const std::string scheme{schemes[input.byte() % std::size(schemes)]};
    const std::string place{places[input.byte() % std::size(places)]};
    std::string user{as_text(input.piece(input.byte() % 32))};
    std::string filler{as_text(input.piece(input.byte() % 64))};
    std::erase(user, ':'); // the first colon begins the password
    // The mark is at the front, at the back and between: whatever part is shown shows one.
    const std::string password = "QWJX" + filler + "QWJX";
    if (user.find("QWJX") != std::string::npos)
        return;
    const std::string url = scheme + user + ":" + password + "@" + place;
    check_hidden(url);
}

// One without the '@' before its host, or with the host first.
void check_forgotten(source& input) {
    static constexpr std::string_view schemes[] = {"", "socks5h://", "http://", "x://"};
    const std::string scheme{schemes[input.byte() % std::size(schemes)]};
    const unsigned form = input.byte();
    std::string user{as_text(input.piece(input.byte() % 32))};
    std::string filler{as_text(input.piece(input.byte() % 64))};
    std::erase(filler, '@');         // else it may be the one before the host
    std::erase_if(user, [](char c) { // a path or a query may hold anything
        return std::string_view{"@:/?Q"}.find(c) != std::string_view::npos;
    });
    const std::string login = user + ":QWJX" + filler + "QWJX";
    switch (form % 4) {
    case 0:
        return check_hidden(scheme + "192.0.2.1:1080:" + login);
    case 1:
        return check_hidden(scheme + "proxy.example:1080:" + login);
    case 2:
        return check_hidden(scheme + login);
    default:
        return check_hidden(scheme + login + "%40192.0.2.1:1080");
    }
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sockscat::fuzz;
    source input{data, size};
    const std::uint8_t kind = input.byte();
    if (kind == 'P')
        check_password(input);
    if (kind == 'N')
        check_forgotten(input);
    check_text(as_text({data, size}));
    return 0;
}
