// SPDX-License-Identifier: MIT
#include <sockscat/resolver.hpp>

#include "chain.hpp"
#include "check.hpp"
#include "limited.hpp"

#include <system_error>
#include <utility>

namespace sockscat {
namespace {

using proto::request_command;

// TEST-NET-1: no one has to be asked for it, so every proxy that has RESOLVE returns it. Its
// name form tells those that look it up from those that only repeat what they hear.
const host literal{ipv4_address{{192, 0, 2, 1}}};
const host literal_as_name{host_name{"192.0.2.1"}};

struct answer {
    answer() = default;

    address bound;
    std::optional<address> proxy;
};

// Errors name the subject themselves; `where` is at the last hop afterwards.
asio::awaitable<result<answer>> ask_once(
    const connect_options& options,
    request_command command,
    const host& subject,
    net::setup& where) {
    const std::optional<address> wanted{address{subject, 0}};
    auto asked = co_await net::ask(options, options.chain.size() - 1, command, wanted, where);
    if (!asked)
        co_return asked.error();
    answer out;
    out.bound = asked.value().machine->bound();
    out.proxy = asked.value().proxy;
    co_return out;
}

// What a SOCKS4a request has in the place of an address.
bool is_like_socks4a(const host& value) {
    const auto* const v4 = std::get_if<ipv4_address>(&value);
    return v4 != nullptr && v4->bytes[0] == 0 && v4->bytes[1] == 0 && v4->bytes[2] == 0;
}

bool is_doubtful(const answer& got, request_command command, const host& subject) {
    const bool is_name = std::holds_alternative<host_name>(got.bound.host);
    return got.bound.port != 0 || is_unspecified(got.bound.host) ||
           is_like_socks4a(got.bound.host) || got.bound.host == subject ||
           is_name != (command == request_command::resolve_ptr) ||
           (got.proxy && got.proxy->host == got.bound.host);
}

error no_answer(const net::setup& where, const address& bound, std::string_view evidence) {
    return where.fail(
        failure::protocol,
        "its answer " + to_string(bound) + " cannot be right (" + std::string{evidence} +
            "): the proxy does not support this command and took it for another",
        std::make_error_code(std::errc::function_not_supported));
}

// Whether the proxy has RESOLVE: the one question whose answer is known.
asio::awaitable<result<void>> verify(
    const connect_options& options, const answer& doubtful, net::setup& where) {
    where.note(
        "its answer " + to_string(doubtful.bound) + " is suspicious; checking with " +
        to_string(literal));
    auto known = co_await ask_once(options, request_command::resolve, literal_as_name, where);
    if (!known && !may_lack_command(known.error()))
        co_return known.error();
    if (!known)
        co_return no_answer(
            where, doubtful.bound, "it did not return " + to_string(literal) + " for itself");
    if (known.value().bound != address{literal, 0})
        co_return no_answer(
            where, doubtful.bound,
            "it gave " + to_string(known.value().bound) + " for " + to_string(literal));
    co_return result<void>{};
}

asio::awaitable<result<host>> look_up(
    const connect_options& options,
    request_command command,
    const host& subject,
    net::setup& where) {
    auto got = co_await ask_once(options, command, subject, where);
    if (!got)
        co_return got.error();
    const host& found = got.value().bound.host;
    const auto* const name = std::get_if<host_name>(&found);
    if (command == request_command::resolve_ptr && (name == nullptr || parse_ip(name->text)))
        co_return no_answer(where, got.value().bound, "it is not a name");
    if (is_doubtful(got.value(), command, subject)) {
        auto verified = co_await verify(options, got.value(), where);
        if (!verified)
            co_return verified.error();
    }
    if (name != nullptr && found == subject)
        co_return no_answer(where, got.value().bound, "it repeats the question");
    co_return found;
}

asio::awaitable<result<host>> run(
    const connect_options& options, request_command command, const host& subject) {
    if (auto checked = net::check_request(options, command, address{subject, 0}); !checked)
        co_return checked.error();
    net::setup where{options.handshake.watch};
    co_return co_await net::limited(
        options.time_limit, options.time_spent, look_up(options, command, subject, where), where);
}

bool is_about_request(const std::error_code& code) {
    if (code.category() != socks5_reply_category())
        return true; // SOCKS4 has one code for everything
    return code == socks5_reply::general_failure || code == socks5_reply::not_allowed ||
           code == socks5_reply::command_not_supported ||
           code == socks5_reply::address_type_not_supported;
}

} // namespace

asio::awaitable<result<host>> resolve(const connect_options& options, const host& name) {
    co_return co_await run(options, request_command::resolve, name);
}

asio::awaitable<result<host_name>> resolve_ptr(const connect_options& options, const host& ip) {
    auto found = co_await run(options, request_command::resolve_ptr, ip);
    if (!found)
        co_return found.error();
    co_return std::get<host_name>(std::move(found).value());
}

result<void> check_resolve(const connect_options& options, const host& name) {
    return net::check_request(options, request_command::resolve, address{name, 0});
}

result<void> check_resolve_ptr(const connect_options& options, const host& ip) {
    return net::check_request(options, request_command::resolve_ptr, address{ip, 0});
}

bool may_lack_command(const error& why) {
    switch (why.kind) {
    case failure::refused:
        return why.at == phase::request && is_about_request(why.code);
    case failure::closed:
        return why.at == phase::request;
    case failure::protocol:
        return why.code == std::errc::function_not_supported;
    default:
        return false;
    }
}

} // namespace sockscat
