// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "connect_settings.hpp"
#include "fdpass.hpp"
#include "options/tls_options.hpp"
#include "output/exit_status.hpp"
#include "port_scan.hpp"
#include "runtime/command_steps.hpp"
#include "runtime/process.hpp"
#include "runtime/relay_run.hpp"

#include <algorithm>
#include <functional>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {
namespace {

std::string target_text(const connect_settings& settings) {
    std::string text = to_string(address{settings.host, settings.ports.front()});
    for (std::size_t i = 1; i < settings.ports.size(); ++i)
        text += "," + std::to_string(settings.ports[i]);
    return text;
}

// A tunnel whose bytes are not those on the socket.
bool is_more_than_socket(const connect_options& options) {
    const auto& methods = options.handshake.methods;
    return std::any_of(
               options.chain.begin(), options.chain.end(),
               [](const proxy_spec& hop) { return hop.via.tls; }) ||
           std::any_of(methods.begin(), methods.end(), [](auth_method each) {
               return find_method(each)->wraps;
           });
}

int scan(command_run& run, const connect_settings& settings, const standard_ends& ends) {
    const int jobs = std::min(settings.jobs, raise_descriptor_limit());
    const std::function<void()> on_last = [&run] { run.forget_passwords(); };
    auto outcome = run.await(scan_ports(
        run.options(), settings.host, settings.ports, jobs, ends.output, run.out(), run.watch(),
        on_last));
    if (!outcome)
        return run.signalled();
    return outcome->given_up ? run.failed(*outcome->given_up) : outcome->exit_status;
}

int pass_on(command_run& run, connection& tunnel) {
    const int fd = tunnel.io().release();
    if (fd == -1)
        return run.failed(not_a_plain_socket());
    auto passed = pass_descriptor(fd);
    ::close(fd);
    return passed ? exit_done : run.failed(passed.error());
}

int open_tunnel(command_run& run, const connect_settings& settings, standard_ends& ends) {
    const address target{settings.host, settings.ports.front()};
    auto made = run.await(connect(run.options(), target));
    if (!made)
        return run.signalled();
    if (!*made)
        return run.failed(made->error());
    connection tunnel = std::move(*made).value();
    run.set_up(tunnel.bound());
    if (const auto* const secured = dynamic_cast<const tls_stream*>(&tunnel.io());
        secured != nullptr && settings.tls)
        run.record().tls = secured->summary();
    const auto& bound = run.record().bound;
    run.out().note(
        run.hop() + ": connected to " + run.record().target +
        (bound ? ", bound to " + *bound : ""));
    run.trace().event("***", "tunnel to " + run.record().target + " is open");
    if (settings.only_set_up)
        return exit_done;
    run.confine_for_data();
    return settings.fdpass ? pass_on(run, tunnel)
                           : run_relay(run, tunnel.io(), ends, settings.relay);
}

result<void> check_connect(connect_settings& settings, connect_options& options, console& out) {
    const address target{settings.host, settings.ports.front()};
    options.tls = settings.tls;
    if (settings.tls)
        warn_if_insecure(*settings.tls, to_string(target), out);
    if (settings.fdpass && is_more_than_socket(options))
        return not_a_plain_socket();
    if (auto read = read_tls_files(options); !read)
        return read;
    if (auto checked = check(options, target); !checked)
        return checked;
    return settings.fdpass ? check_fdpass_output() : result<void>{};
}

int run_checked(command_run& run, connect_settings& settings, standard_ends& ends) {
    run.confine_for_setup(settings.is_scan);
    return settings.is_scan ? scan(run, settings, ends) : open_tunnel(run, settings, ends);
}

constexpr command_steps<connect_settings, standard_ends> steps{
    "connect", connect_settings_from, check_connect, nullptr, target_text, run_checked};

} // namespace

int run_connect(arguments given, console& out) {
    return run_steps(steps, std::move(given), out);
}

} // namespace sockscat::cli
