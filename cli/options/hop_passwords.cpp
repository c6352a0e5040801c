// SPDX-License-Identifier: MIT
#include "hop_passwords.hpp"

#include "credentials_source.hpp"
#include "find_hop.hpp"
#include "habits.hpp"
#include "parse.hpp"
#include "password_prompt.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <fcntl.h>
#include <string>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr const char* password_options[] = {
    "proxy-password-file", "proxy-password-fd", "proxy-ask-password"};

bool wants_password(const proxy_spec& hop) {
    return hop.login && !hop.login->password && hop.password_file.empty() &&
           hop.protocol != proxy_protocol::socks4;
}

// The explicit sources of a hop's password, in the words of a conflict.
std::vector<std::string> password_sources(
    const proxy_spec& hop, const std::vector<std::string>& options) {
    std::vector<std::string> sources;
    if (hop.login && hop.login->password)
        sources.emplace_back("the URL");
    if (!hop.password_file.empty())
        sources.emplace_back("the key password-file of the URL");
    sources.insert(sources.end(), options.begin(), options.end());
    return sources;
}

result<void> check_sources(const proxy_spec& hop, const std::vector<std::string>& options) {
    const auto sources = password_sources(hop, options);
    if (sources.size() > 1)
        return usage_error("two passwords for one proxy: " + sources[0] + " and " + sources[1]);
    if (options.empty())
        return {};
    if (hop.protocol == proxy_protocol::socks4)
        return usage_error("SOCKS4 has no password, but " + options[0] + " gives one");
    if (!hop.login)
        return usage_error(
            options[0] + " gives a password, but there is no user name: --proxy-user NAME");
    return {};
}

result<secret> read_descriptor_option(const std::string& text, const reading_limits& limits) {
    const auto fd = parse_number("--proxy-password-fd", text, 0, 1'000'000);
    if (!fd) // which may be the password
        return usage_error("--proxy-password-fd takes the number of a descriptor");
    // What was inherited is not closed by exec; what is has been opened here.
    const int flags = ::fcntl(static_cast<int>(fd.value()), F_GETFD);
    if (flags == -1 || (flags & FD_CLOEXEC) != 0)
        return usage_error(
            "--proxy-password-fd: descriptor " + (text.size() < 4 ? text + " " : "") +
            "is not open");
    return password_from_descriptor(static_cast<int>(fd.value()), limits);
}

std::string prompt_for(const proxy_spec& hop) {
    const std::string& user = hop.login->user;
    const std::size_t colon = user.find(':'); // what follows it may be a password
    return "Password for " + escape(user.substr(0, colon)) +
           (colon == std::string::npos ? "" : ":***") + " at proxy " + hop.label() + ": ";
}

// From the option that was given; there is one. Nothing if a person is to be asked.
result<std::optional<secret>> read_password(
    const arguments& given, console& out, const reading_limits& limits) {
    const auto path = given.value("proxy-password-file");
    const auto fd = given.value("proxy-password-fd");
    if (!path && !fd)
        return std::optional<secret>{};
    auto read = path ? password_from_file(*path, "--proxy-password-file", out, limits)
                     : read_descriptor_option(*fd, limits);
    if (!read)
        return read.error();
    return std::optional<secret>{std::move(read).value()};
}

result<void> apply_password_option(
    const arguments& given,
    std::vector<proxy_spec>& chain,
    console& out,
    const reading_limits& limits) {
    std::vector<std::string> options;
    for (const char* const name : password_options)
        if (given.has(name))
            options.push_back(std::string{"--"} + name);
    for (const proxy_spec& hop : chain)
        if (auto checked = check_sources(hop, {}); !checked)
            return checked;
    if (options.empty())
        return {};
    auto chosen = find_hop(chain, options[0], wants_password);
    if (!chosen)
        return chosen.error();
    proxy_spec& hop = *chosen.value();
    if (auto checked = check_sources(hop, options); !checked)
        return checked;
    auto password = read_password(given, out, limits);
    if (!password)
        return password.error();
    hop.login->password = std::move(password).value();
    return {};
}

result<void> read_password_files(
    std::vector<proxy_spec>& chain, console& out, const reading_limits& limits) {
    for (proxy_spec& hop : chain) {
        if (hop.password_file.empty())
            continue;
        auto password = password_from_file(
            hop.password_file, "proxy " + hop.label() + ": password-file", out, limits);
        if (!password)
            return password.error();
        hop.login->password = std::move(password).value();
    }
    return {};
}

// The one source that need not fit: it may be meant for another run.
result<void> apply_environment(
    std::vector<proxy_spec>& chain, result<std::optional<secret>> password) {
    proxy_spec* found = nullptr;
    for (proxy_spec& hop : chain) {
        if (!wants_password(hop))
            continue;
        if (!password)
            return password.error();
        if (found != nullptr && password.value())
            return usage_error("$SOCKSCAT_PASSWORD could apply to several proxies of the chain: "
                               "put it in the proxy's URL");
        found = &hop;
    }
    if (found != nullptr)
        found->login->password = std::move(password).value();
    return {};
}

// Whether a password of this hop would ever be sent.
bool is_used(const connect_options& options, const proxy_spec& hop) {
    const auto& methods = options.handshake.methods;
    const bool is_last = &hop == &options.chain.back();
    return !is_last || methods.empty() ||
           std::any_of(methods.begin(), methods.end(), [](auth_method each) {
               return find_method(each)->needs_login || each == auth_method::gost_tls;
           });
}

error nobody_to_ask(const proxy_spec& hop) {
    return usage_error(
        "proxy " + hop.label() +
            ": no password for its user name: use --proxy-password-file, --proxy-password-fd, "
            "$SOCKSCAT_PASSWORD, or --proxy-ask-password with a terminal or $SSH_ASKPASS",
        "to give an empty password, write USER:@ in the URL");
}

error login_encoded(const proxy_spec& hop) {
    return usage_error(
        "proxy " + hop.label() + ": no password, and the user name contains a ':'",
        "the ':' between user name and password is not percent-encoded");
}

// A ':' in it is fine where the password comes from elsewhere.
result<void> check_user_name(const arguments& given, const connect_options& options) {
    if (given.has("proxy-ask-password"))
        return {};
    const std::string option = given.value("proxy-user").value_or("");
    for (const proxy_spec& hop : options.chain) {
        const bool is_asked = wants_password(hop) && is_used(options, hop);
        if (is_asked && hop.login->user.find(':') != std::string::npos)
            return hop.login->user == option ? login_in_user_name() : login_encoded(hop);
    }
    return {};
}

} // namespace

result<void> apply_passwords(
    const arguments& given,
    connect_options& options,
    console& out,
    const reading_limits& limits,
    result<std::optional<secret>> from_environment) {
    std::vector<proxy_spec>& chain = options.chain;
    if (auto applied = apply_password_option(given, chain, out, limits); !applied)
        return applied;
    if (auto applied = read_password_files(chain, out, limits); !applied)
        return applied;
    if (!given.has("proxy-ask-password")) // which comes first
        if (auto applied = apply_environment(chain, std::move(from_environment)); !applied)
            return applied;
    return check_user_name(given, options);
}

result<void> ask_missing_passwords(
    const arguments& given, connect_options& options, int interrupt_fd) {
    for (proxy_spec& hop : options.chain) {
        if (!wants_password(hop) || !(given.has("proxy-ask-password") || is_used(options, hop)))
            continue;
        auto password = ask_password(prompt_for(hop), interrupt_fd, nobody_to_ask(hop));
        if (!password)
            return password.error();
        hop.login->password = std::move(password).value();
    }
    return {};
}

} // namespace sockscat::cli
