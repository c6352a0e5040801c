// SPDX-License-Identifier: MIT
#include "interview.hpp"

#include "dns_question.hpp"
#include "patience.hpp"
#include "probe/read/readings.hpp"

#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::probing {
namespace {

namespace socks4 = proto::socks4;
namespace socks5 = proto::socks5;
using socks5::method;
using std::chrono::milliseconds;

// Of a target behind a proxy that grants before it connects.
constexpr milliseconds early_patience{1'000};
constexpr milliseconds patience{150};
constexpr std::uint16_t dns_port = 53;

bool offers(const connect_options& options, auth_method wanted) {
    const auto& methods = options.handshake.methods;
    return methods.empty() || std::find(methods.begin(), methods.end(), wanted) != methods.end();
}

} // namespace

interview::interview(const connect_options& options, const probe_options& wishes)
    : options_{options}, wishes_{wishes} {
    const proxy_spec& hop = options.chain.back();
    all_.hop = hop.label();
    all_.wanted = hop.protocol;
    all_.over_tls = hop.via.tls;
    all_.is_direct = options.chain.size() == 1 && hop.via.is_plain_tcp();
    all_.has_login = hop.login.has_value();
    all_.has_password = all_.has_login && hop.login->password.has_value();
    all_.may_use_none = offers(options, auth_method::none);
    all_.may_log_in = offers(options, auth_method::password);
    all_.user = all_.has_login ? hop.login->user : "";
    all_.has_port = !hop.via.is_unix();
    all_.limit_text = seconds_text(options.time_limit);
    all_.short_limit_text = seconds_text(short_limit(options.time_limit));
}

question interview::inside(std::optional<request> asks) const {
    question out;
    out.log_in = all_.logged_in();
    out.methods = {out.log_in ? method::password : method::none};
    out.asks = std::move(asks);
    return out;
}

question interview::old(request asks) const {
    question out;
    out.speaks = question::protocol::socks4;
    out.asks = std::move(asks);
    return out;
}

bool interview::only_asks_cheaply() const {
    return !wants(probe_group::commands) && !wants(probe_group::addresses) &&
           !wants(probe_group::latency);
}

asio::awaitable<void> interview::run() {
    if (all_.wanted == proxy_protocol::socks4) {
        co_await ask_socks4();
        const answer& said = all_.socks4;
        if (said.how == ending::unreachable || said.how == ending::timeout)
            co_return;
    }
    co_await ask_for_entry();
    if (!all_.speaks_socks5()) {
        co_await ask_about_entry();
        co_return;
    }
    if (wants(probe_group::auth) || !locked_out(all_).empty())
        co_await ask_methods();
    if (wants(probe_group::versions) && !all_.socks4.was_asked())
        co_await ask_socks4();
    if (locked_out(all_).empty()) {
        co_await ask_commands();
        co_await ask_targets();
        if (wants(probe_group::versions))
            co_await ask_socks4_targets();
    }
    if (wants(probe_group::tls))
        co_await ask_inside_tls();
    if (wants(probe_group::latency) && locked_out(all_).empty()) {
        co_await ask_pipelined();
        co_await measure();
    }
}

// Something else answers, or hangs up: what?
asio::awaitable<void> interview::ask_about_entry() {
    const answer& said = all_.either.was_asked() ? all_.either : all_.none;
    if (said.how == ending::unreachable)
        co_return;
    const bool may_be_socks4 =
        said.hung_up() || (!said.foreign.empty() && (said.foreign[0] == 0 || said.foreign[0] == 4));
    if (may_be_socks4 && !all_.socks4.was_asked())
        co_await ask_socks4();
    if (all_.speaks_socks4()) {
        co_await ask_socks4_commands();
        if (wants(probe_group::tls))
            co_await ask_inside_tls();
        co_return;
    }
    const bool may_be_tls =
        !all_.over_tls && (said.hung_up() || (!said.foreign.empty() && said.foreign[0] == 0x15));
    if (may_be_tls)
        co_await ask_inside_tls();
}

asio::awaitable<void> interview::ask_socks4() {
    const request unknown{static_cast<std::uint8_t>(unassigned_command), reserved_destination()};
    co_await ask(all_.socks4, old(unknown));
    const bool is_wordless = all_.socks4.hung_up() && all_.socks4.reply.empty();
    if (is_wordless) {
        const request listen{socks4::command::bind, nowhere()};
        co_await ask(all_.socks4_bind, old(listen));
    }
}

asio::awaitable<void> interview::ask_inside_tls() {
    if (all_.over_tls)
        co_return;
    if (all_.speaks_socks5() && !all_.gost.was_asked())
        co_await ask(all_.gost, offer(method::gost_tls, method::gost_tls_password));
    if (all_.gost.method == 0x80 || all_.gost.method == 0x82)
        co_return;
    question hello = offer(method::none, method::password);
    hello.speaks = question::protocol::tls;
    co_await ask(all_.hello, hello);
}

asio::awaitable<void> interview::ask_commands() {
    using socks5::command;
    const bool all_commands = wants(probe_group::commands);
    const bool has_name =
        std::any_of(wishes_.targets.begin(), wishes_.targets.end(), [](const address& each) {
            return std::holds_alternative<host_name>(each.host);
        });
    // The one lookup: also for what the time of a request means, and whether successes are true.
    const bool needs_lookup = all_commands || (wants(probe_group::addresses) && !has_name) ||
                              wants(probe_group::latency) || !wishes_.targets.empty();
    if (needs_lookup && !only_asks_cheaply())
        co_await ask(all_.connect, inside(request{command::connect, reserved_destination()}));
    const bool needs_control = all_commands || wants(probe_group::latency) || needs_lookup;
    if (needs_control && !only_asks_cheaply())
        co_await ask(all_.control, inside(request{unassigned_command, nowhere()}));
    if (!all_commands || all_.is_mute())
        co_return;
    co_await ask(all_.bind, inside(request{command::bind, nowhere()}));
    const auto proxy = all_.proxy();
    const bool over_ipv6 = proxy && std::holds_alternative<ipv6_address>(proxy->host);
    const address anywhere = over_ipv6 ? address{ipv6_address{}, 0} : nowhere();
    co_await ask(all_.udp, inside(request{command::udp_associate, anywhere}));
    co_await ask(all_.resolve, inside(request{resolve_command, literal_name()}));
    co_await ask(all_.resolve_ptr, inside(request{resolve_ptr_command, nowhere()}));
    if (is_genuine_resolve(all_.resolve) && all_.speaks_socks4()) {
        const request old_resolve{static_cast<std::uint8_t>(resolve_command), literal_name()};
        co_await ask(all_.socks4a_resolve, old(old_resolve));
    }
}

asio::awaitable<void> interview::ask_socks4_commands() {
    const bool wants_lookup = wants(probe_group::commands) || wants(probe_group::addresses);
    if (wants_lookup) {
        const request lookup{socks4::command::connect, reserved_destination()};
        co_await ask(all_.socks4_connect, old(lookup));
    }
    if (wants(probe_group::commands) && !all_.socks4_bind.was_asked()) {
        const request listen{socks4::command::bind, nowhere()};
        co_await ask(all_.socks4_bind, old(listen));
    }
    if (wants(probe_group::commands)) {
        const request resolve{static_cast<std::uint8_t>(resolve_command), literal_name()};
        co_await ask(all_.socks4a_resolve, old(resolve));
    }
    for (const address& target : wishes_.targets) {
        target_answer at;
        at.target = target;
        const bool fits = !std::holds_alternative<ipv6_address>(target.host);
        if (fits && !is_vain(target))
            co_await ask(at.tcp, old(request{socks4::command::connect, target}));
        all_.targets.push_back(std::move(at));
    }
    co_await ask_socks4_targets();
}

asio::awaitable<void> interview::ask_targets() {
    const bool is_wanted = wants(probe_group::commands) || wants(probe_group::addresses) ||
                           wants(probe_group::versions);
    if (!is_wanted || only_asks_cheaply())
        co_return;
    for (const address& target : wishes_.targets) {
        target_answer at;
        at.target = target;
        question what = inside(request{socks5::command::connect, target});
        what.lingers = all_.grants_early() ? early_patience : patience;
        if (!is_vain(target))
            co_await ask(at.tcp, what);
        const bool is_name_server = target.port == dns_port && all_.udp.granted();
        if (is_name_server)
            co_await ask_name_server(at);
        all_.targets.push_back(std::move(at));
    }
}

asio::awaitable<void> interview::ask_socks4_targets() {
    // 05 FF leaves no doubt.
    if (wishes_.targets.empty() || !all_.socks4.foreign.empty())
        co_return;
    const auto first = [this](auto fits) {
        return std::find_if(
            wishes_.targets.begin(), wishes_.targets.end(),
            [&](const address& each) { return fits(each.host) && !is_vain(each); });
    };
    const auto ipv4 =
        first([](const host& each) { return std::holds_alternative<ipv4_address>(each); });
    if (ipv4 != wishes_.targets.end())
        co_await ask(all_.socks4_target, old(request{socks4::command::connect, *ipv4}));
    const auto named =
        first([](const host& each) { return std::holds_alternative<host_name>(each); });
    const bool has_address = ipv4 != wishes_.targets.end() && !all_.socks4_target.was_silent();
    if (named == wishes_.targets.end() && !has_address)
        co_return;
    const address& target = named != wishes_.targets.end() ? *named : *ipv4;
    const address as_name{host_name{to_string(target.host)}, target.port};
    co_await ask(all_.socks4a_target, old(request{socks4::command::connect, as_name}));
}

asio::awaitable<void> interview::ask_name_server(target_answer& at) {
    at.asked_dns = true;
    const dns_outcome got = co_await ask_dns(options_, at.target, all_.logged_in());
    at.dns_ms = got.elapsed_ms;
    at.dns_failure = got.failure;
}

// A request that is sure to be answered, behind the greeting in one segment; granted if possible,
// for Tor forgets its first answer over a refusal.
asio::awaitable<void> interview::ask_pipelined() {
    question what = inside(request{unassigned_command, nowhere()});
    all_.reference = all_.control;
    const auto replied =
        std::find_if(all_.targets.begin(), all_.targets.end(), [](const target_answer& each) {
            return each.tcp.code.has_value();
        });
    if (is_genuine_resolve(all_.resolve)) {
        what = inside(request{resolve_command, literal_name()});
        all_.reference = all_.resolve;
    } else if (all_.udp.granted()) {
        what = inside(request{socks5::command::udp_associate, nowhere()});
        all_.reference = all_.udp;
    } else if (!all_.control.code && replied != all_.targets.end()) {
        what = inside(request{socks5::command::connect, replied->target});
        all_.reference = replied->tcp;
    }
    if (all_.reference.was_silent())
        co_return;
    what.pipelined = true;
    co_await ask(all_.pipelined, what);
}

// What got no reply is measured without: the phases before it are worth knowing.
asio::awaitable<void> interview::measure() {
    std::optional<request> asks;
    if (const address* const target = measured_target())
        asks.emplace(socks5::command::connect, *target);
    while (all_.runs.size() < wishes_.runs) {
        answer run;
        co_await ask(run, inside(asks));
        if (asks && run.was_silent()) {
            asks.reset();
            continue;
        }
        const bool failed = run.how != ending::answered;
        all_.runs.push_back(std::move(run));
        if (failed)
            co_return;
    }
}

} // namespace sockscat::probing
