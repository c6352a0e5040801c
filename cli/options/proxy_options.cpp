// SPDX-License-Identifier: MIT
#include "proxy_options.hpp"

#include "auth_options.hpp"
#include "hop_options.hpp"
#include "hop_passwords.hpp"
#include "parse.hpp"
#include "tls_options.hpp"

#include <sockscat/address.hpp>
#include <sockscat/environment.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <utility>

namespace sockscat::cli {

namespace {

bool names_socks_scheme(std::string_view url) {
    const std::size_t mark = url.find("://");
    return lower(url.substr(0, mark == std::string_view::npos ? 0 : mark)).starts_with("socks");
}

error about_url(std::string_view source, std::string_view url, const error& why) {
    return usage_error(std::string{source} + " " + redact_url(url) + ": " + why.cause, why.advice);
}

std::vector<std::string_view> split_at_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    std::vector<std::string_view> words;
    for (;;) {
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        if (text.empty())
            return words;
        words.push_back(text.substr(0, text.find_first_of(blanks)));
        text.remove_prefix(words.back().size());
    }
}

// "USER:PASS", where a host is not an address.
bool may_begin_login(std::string_view word) {
    const std::size_t mark = word.find("://");
    const std::string_view place = word.substr(mark == std::string_view::npos ? 0 : mark + 3);
    const std::string_view host = place.substr(0, place.find(':'));
    return host.size() != place.size() && place.find('@') == std::string_view::npos &&
           !host.starts_with('[') && !parse_ip(host) && lower(host) != "localhost";
}

// A word with the end of a login and no scheme, after one that may have the beginning.
bool is_login_with_blank(const std::vector<std::string_view>& words) {
    const auto begin = std::find_if(words.begin(), words.end(), may_begin_login);
    return begin != words.end() && std::any_of(begin + 1, words.end(), [](std::string_view word) {
               return word.find('@') != std::string_view::npos &&
                      word.find("://") == std::string_view::npos;
           });
}

// The URLs with blanks between them are a chain.
result<std::vector<proxy_spec>> parse_chain(std::string_view source, std::string_view urls) {
    const std::vector<std::string_view> words = split_at_blanks(urls);
    if (is_login_with_blank(words)) {
        std::string cause{source}; // g++ 12 with the thread sanitizer warns of operator+ here
        cause += ": a blank between ':' and '@' separates two proxies";
        return usage_error(
            std::move(cause), "write a blank in a password as %20; in a chain, every further URL "
                              "begins with its scheme");
    }
    std::vector<proxy_spec> chain;
    for (const std::string_view url : words) {
        auto spec = parse_proxy_url(url);
        if (!spec)
            return about_url(source, url, spec.error());
        chain.push_back(std::move(spec).value());
    }
    return chain;
}

struct variable {
    const char* name;
    std::string urls;
};

// Taken in every run, for the sake of the passwords in them.
struct proxy_variables {
    std::string own{take_environment_urls("SOCKSCAT_PROXY")};
    std::array<variable, 2> shared{
        {{"ALL_PROXY", take_environment_urls("ALL_PROXY")},
         {"all_proxy", take_environment_urls("all_proxy")}}};
};

result<std::vector<proxy_spec>> chain_from_environment(
    const proxy_variables& variables, console& out) {
    auto own = parse_chain("$SOCKSCAT_PROXY", variables.own);
    if (!own || !own.value().empty())
        return own;
    std::string other;
    for (const auto& [name, url] : variables.shared) {
        if (url.empty())
            continue;
        if (!names_socks_scheme(url)) {
            other =
                "$" + std::string{name} + " is " + redact_url(url) + ", which is not a SOCKS URL";
            out.note(other + ": ignored");
            continue;
        }
        auto spec = parse_proxy_url(url);
        if (!spec)
            return about_url("$" + std::string{name}, url, spec.error());
        std::vector<proxy_spec> chain;
        chain.push_back(std::move(spec).value());
        return chain;
    }
    return usage_error(
        "no proxy: give -x URL, or set $SOCKSCAT_PROXY, or $ALL_PROXY to a SOCKS URL" +
        (other.empty() ? "" : " (" + other + ")"));
}

std::string random_token() {
    std::random_device source;
    std::string token;
    for (int i = 0; i < 4; ++i) {
        const auto word = static_cast<std::uint32_t>(source());
        const std::uint8_t bytes[] = {
            static_cast<std::uint8_t>(word >> 24U), static_cast<std::uint8_t>(word >> 16U),
            static_cast<std::uint8_t>(word >> 8U), static_cast<std::uint8_t>(word)};
        token += hex(bytes);
    }
    return token;
}

// Tor's stream isolation (socks-extensions.txt): credentials that only keep circuits apart.
result<void> apply_isolation(const arguments& given, connect_options& options) {
    if (!given.has("isolate"))
        return {};
    proxy_spec& hop = options.chain.back();
    if (hop.login || !hop.password_file.empty())
        return usage_error("--isolate cannot be combined with credentials for that proxy");
    if (!options.handshake.methods.empty())
        return usage_error(
            "--isolate cannot be combined with --auth: it offers only the method password");
    if (hop.protocol == proxy_protocol::http)
        return usage_error("--isolate needs a SOCKS proxy");
    std::string token = *given.value("isolate");
    if (token.empty())
        token = random_token();
    if (token.size() > max_credential_size)
        return usage_error("the token of --isolate is longer than 255 bytes");
    hop.login.emplace();
    if (hop.protocol == proxy_protocol::socks4) {
        hop.login->user = token;
        return {};
    }
    hop.login->user = "<torS0X>0";
    hop.login->password.emplace(token);
    options.handshake.methods = {auth_method::password}; // else Tor could choose none
    return {};
}

// What the last hop offers must fit its protocol and its credentials.
result<void> check_methods(const connect_options& options) {
    const proxy_spec& hop = options.chain.back();
    const auto& methods = options.handshake.methods;
    for (const auth_method_entry& each : auth_methods())
        if (each.needs_login && !hop.login &&
            std::find(methods.begin(), methods.end(), each.method) != methods.end())
            return usage_error(
                "--auth " + std::string{each.word} +
                " needs a user name: --proxy-user NAME or user@ in the URL");
    if (!methods.empty() && hop.protocol != proxy_protocol::socks5)
        return usage_error(
            "--auth is for SOCKS5: " +
            std::string{hop.protocol == proxy_protocol::http ? "HTTP" : "SOCKS4"} +
            " has no methods");
    const bool offers_one = methods.empty() ? !hop.login
                                            : methods == std::vector{auth_method::none} ||
                                                  methods == std::vector{auth_method::password};
    if (options.handshake.pipeline && hop.protocol == proxy_protocol::socks5 && !offers_one)
        return usage_error("--pipeline needs exactly one method, without challenges: add "
                           "--auth=password or --auth=none");
    return {};
}

result<address_family> family_from(const arguments& given) {
    if (given.has("4") && given.has("6"))
        return usage_error("-4 and -6 cannot be combined");
    return given.has("4")   ? address_family::ipv4
           : given.has("6") ? address_family::ipv6
                            : address_family::any;
}

// What passwords from files and descriptors were waited for is taken from the time limit.
result<void> apply_within(
    std::chrono::milliseconds limit,
    const arguments& given,
    connect_options& options,
    console& out,
    int interrupt_fd) {
    reading_limits limits;
    limits.interrupt_fd = interrupt_fd;
    const auto start = std::chrono::steady_clock::now();
    if (limit != std::chrono::milliseconds::zero())
        limits.end = start + limit;
    auto applied = apply_hop_options(given, options, out, limits);
    options.time_limit = limit;
    options.time_spent = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start);
    return applied;
}

} // namespace

void blank_proxy_variables() {
    const proxy_variables taken;
}

result<std::vector<proxy_spec>> chain_from(const arguments& given, console& out) {
    const proxy_variables variables;
    std::vector<proxy_spec> chain;
    for (const std::string& url : given.values("proxy")) {
        auto spec = parse_proxy_url(url);
        if (!spec)
            return about_url("proxy", url, spec.error());
        chain.push_back(std::move(spec).value());
        if (url.starts_with("socks://"))
            out.note(
                "socks:// is SOCKS5 with names resolved by the proxy (in curl it means SOCKS4)");
    }
    return chain.empty() ? chain_from_environment(variables, out) : std::move(chain);
}

color_mode color_mode_from(const arguments& given) {
    const std::string color = given.value("color").value_or("auto");
    return color == "always"  ? color_mode::always
           : color == "never" ? color_mode::never
                              : color_mode::automatic;
}

result<console> console_from(const arguments& given) {
    const std::string color = given.value("color").value_or("auto");
    if (color != "auto" && color != "always" && color != "never")
        return usage_error("--color takes auto, always or never, not " + quote_value(color));
    const color_mode mode = color_mode_from(given);
    const std::size_t verbosity = given.count("verbose");
    if (given.has("quiet") && verbosity > 0)
        return usage_error("-q and -v cannot be combined");
    const auto level = given.has("quiet") ? console::level::quiet
                       : verbosity == 0   ? console::level::normal
                       : verbosity == 1   ? console::level::verbose
                                          : console::level::debug;
    return console{level, mode};
}

result<connect_options> connect_options_from(
    const arguments& given,
    console& out,
    int interrupt_fd,
    std::chrono::milliseconds default_limit) {
    auto chain = chain_from(given, out);
    if (!chain)
        return chain.error();
    return connect_options_for(given, std::move(chain).value(), out, interrupt_fd, default_limit);
}

result<connect_options> connect_options_for(
    const arguments& given,
    std::vector<proxy_spec> chain,
    console& out,
    int interrupt_fd,
    std::chrono::milliseconds default_limit) {
    connect_options options;
    options.chain = std::move(chain);
    if (auto applied = apply_auth_options(given, options.handshake); !applied)
        return applied.error();
    options.handshake.pipeline = given.has("pipeline");
    auto family = family_from(given);
    if (!family)
        return family.error();
    options.family = family.value();
    auto limit =
        given.has("timeout") ? parse_seconds("--timeout", *given.value("timeout")) : default_limit;
    if (!limit)
        return limit.error();
    if (auto applied = apply_within(limit.value(), given, options, out, interrupt_fd); !applied)
        return applied.error();
    if (auto applied = apply_isolation(given, options); !applied)
        return applied.error();
    if (auto checked = check_methods(options); !checked)
        return checked.error();
    if (auto read = read_tls_files(options); !read)
        return read.error();
    if (auto asked = ask_missing_passwords(given, options, interrupt_fd); !asked)
        return asked.error();
    for (const proxy_spec& hop : options.chain)
        warn_if_insecure(hop.trust, hop.label(), out);
    return options;
}

} // namespace sockscat::cli
