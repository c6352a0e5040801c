// SPDX-License-Identifier: MIT
#include "address_file.hpp"
#include "commands.hpp"
#include "options/parse.hpp"
#include "output/exit_status.hpp"
#include "runtime/command_steps.hpp"
#include "runtime/relay_run.hpp"

#include <sockscat/listener.hpp>
#include <sockscat/text.hpp>

#include <optional>
#include <utility>

namespace sockscat::cli {
namespace {

struct bind_settings {
    bind_settings() = default;

    std::optional<address> peer; ///< the host expected to connect
    std::string file_name;       ///< --address-file
    std::optional<address_file> file;
    std::chrono::milliseconds accept_limit{120'000};
    bool any_peer{false};
    relay_options relay;
    account_settings account;
};

constexpr option_spec own_specs[] = {
    {0, "address-file", takes::value},
    {0, "accept-timeout", takes::value},
    {0, "any-peer", takes::nothing},
};

result<bind_settings> bind_settings_from(const arguments& given) {
    bind_settings settings;
    auto peer = parse_peer(given.operands());
    if (!peer)
        return peer.error();
    settings.peer = std::move(peer).value();
    settings.file_name = given.value("address-file").value_or("");
    if (auto parsed = parse_seconds(given, "accept-timeout", settings.accept_limit); !parsed)
        return parsed.error();
    settings.any_peer = given.has("any-peer");
    auto relay = relay_options_from(given);
    if (!relay)
        return relay.error();
    settings.relay = std::move(relay).value();
    settings.account = account_settings_from(given);
    settings.account.needs_reader = settings.relay.write_output;
    return settings;
}

std::string words(const address& value) {
    return to_string(value.host) + " " + std::to_string(value.port);
}

// What is odd about the address, for someone whom the peer does not reach.
void explain_address(command_run& run, const listener& waiting) {
    const address callable = waiting.callable();
    const auto proxy = waiting.proxy();
    if (callable != waiting.bound())
        run.out().note(
            run.hop() + ": the proxy reported " + to_string(waiting.bound().host) +
            "; using its own address instead");
    if (proxy && callable == *proxy)
        run.out().hint(
            "that is the proxy's own port: a peer that connects there reaches the proxy itself");
    else if (proxy && is_private(callable.host) && !is_private(proxy->host))
        run.out().hint("the proxy reported a private address although it is reached at a public "
                       "one; it is probably behind NAT, and clients need its public address");
}

error accept_error(const command_run& run, failure kind, std::string cause) {
    error why{kind, phase::accept, std::move(cause)};
    why.hop = run.hop();
    return why;
}

bool is_expected(const bind_settings& settings, const address& peer) {
    const bool anyone = !settings.peer || std::holds_alternative<host_name>(settings.peer->host) ||
                        is_unspecified(settings.peer->host);
    return settings.any_peer || anyone || settings.peer->host == peer.host;
}

int accept_peer(
    command_run& run, const bind_settings& settings, listener& waiting, standard_ends& ends) {
    auto made = run.await(waiting.accept(settings.accept_limit));
    if (!made)
        return run.signalled();
    if (!*made)
        return run.failed(made->error());
    connection tunnel = std::move(*made).value();
    const address& peer = tunnel.bound();
    run.record().peer = to_string(peer);
    if (!is_expected(settings, peer)) {
        const int status = run.failed(accept_error(
            run, failure::stream,
            "connection from " + to_string(peer.host) + ", not from " +
                to_string(settings.peer->host)));
        run.out().hint("--any-peer accepts a connection from anyone");
        return status;
    }
    run.out().line("accepted from " + words(peer));
    return run_relay(run, tunnel.io(), ends, settings.relay);
}

int listen_and_accept(command_run& run, bind_settings& settings, standard_ends& ends) {
    // The address file gets its name when there is something in it.
    run.confine_for_setup(false, settings.file_name.empty() ? file_need::read : file_need::write);
    auto made = run.await(sockscat::bind(run.options(), settings.peer));
    if (!made)
        return run.signalled();
    if (!*made)
        return run.failed(made->error());
    listener waiting = std::move(*made).value();
    const address callable = waiting.callable();
    run.set_up(callable);
    if (!settings.peer && waiting.proxy() &&
        std::holds_alternative<ipv6_address>(waiting.proxy()->host))
        run.record().target = to_string(address{ipv6_address{}, 0}); // what was asked for
    const auto* name = std::get_if<host_name>(&callable.host);
    if (name != nullptr && !parse_host(name->text))
        return run.failed(accept_error(
            run, failure::protocol,
            "it reports the address " + quote(name->text) + ", which is not valid"));
    if (callable.port == 0)
        return run.failed(
            accept_error(run, failure::protocol, "it reports port 0, to which no one can connect"));
    run.out().line("listening on " + words(callable));
    if (auto written = settings.file->write(words(callable) + "\n"); !written)
        return run.failed(written.error());
    run.confine_for_data();
    explain_address(run, waiting);
    return accept_peer(run, settings, waiting, ends);
}

result<void> check_settings(bind_settings& settings, connect_options& options, console&) {
    return check_bind(options, settings.peer);
}

result<void> open_address_file(bind_settings& settings, int interrupt_fd) {
    auto opened = address_file::open(settings.file_name, interrupt_fd);
    if (!opened)
        return opened.error();
    settings.file.emplace(std::move(opened).value());
    return {};
}

std::string target_text(const bind_settings& settings) {
    return to_string(settings.peer.value_or(address{ipv4_address{}, 0}));
}

constexpr command_steps<bind_settings, standard_ends> steps{
    "bind", bind_settings_from, check_settings, open_address_file, target_text, listen_and_accept};

} // namespace

std::vector<option_spec> bind_specs() {
    return joined({common_specs, relay_specs, account_specs, own_specs});
}

int run_bind(arguments given, console& out) {
    return run_steps(steps, std::move(given), out);
}

} // namespace sockscat::cli
