// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "datagram_loop.hpp"
#include "framing.hpp"
#include "options/parse.hpp"
#include "output/exit_status.hpp"
#include "runtime/command_steps.hpp"
#include "runtime/relay_run.hpp"

#include <sockscat/association.hpp>
#include <sockscat/text.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <net/if.h>
#include <utility>

namespace sockscat::cli {
namespace {

struct udp_settings {
    udp_settings() = default;

    address destination;
    std::string framing{"chunk"};
    datagram_loop_options loop;
    associate_options relay;
    account_settings account;
};

constexpr option_spec own_specs[] = {
    {0, "framing", takes::value},
    {0, "wait", takes::value},
    {0, "count", takes::value},
    {0, "relay", takes::value},
};

// An interface, by its name or its number.
result<std::uint32_t> interface_from(const std::string& zone) {
    if (zone.empty())
        return 0;
    if (const unsigned index = ::if_nametoindex(zone.c_str()))
        return index;
    std::array<char, IF_NAMESIZE> name{};
    const auto index = parse_number("the zone", zone, 1, std::numeric_limits<int>::max());
    if (!index || ::if_indextoname(static_cast<unsigned>(index.value()), name.data()) == nullptr)
        return usage_error("--relay: there is no interface " + quote_value(zone));
    return static_cast<std::uint32_t>(index.value());
}

result<associate_options> relay_from(const arguments& given) {
    associate_options options;
    const std::string text = given.value("relay").value_or("auto");
    if (text == "reply" || text == "proxy") {
        options.relay = text == "reply" ? relay_choice::reply : relay_choice::proxy;
        return options;
    }
    if (text == "auto")
        return options;
    const zoned_text parts = split_zone(text);
    auto place = parse_destination({parts.text});
    auto port =
        place ? parse_port(place.value().ports, "udp") : result<std::uint16_t>{place.error()};
    if (!port)
        return usage_error(
            "--relay takes auto, reply, proxy or HOST:PORT, not " + quote_value(text) + ": " +
            port.error().cause);
    auto zone = interface_from(parts.zone);
    if (!zone)
        return zone.error();
    options.relay = relay_choice::fixed;
    options.fixed_relay_zone = zone.value();
    options.fixed_relay.emplace(std::move(place.value().host), port.value());
    return options;
}

result<address> destination_from(const arguments& given) {
    auto parts = parse_destination(given.operands(), given.has("quiet"));
    if (!parts)
        return parts.error();
    auto port = parse_port(parts.value().ports, "udp");
    if (!port)
        return port.error();
    return address{std::move(parts.value().host), port.value()};
}

result<udp_settings> udp_settings_from(const arguments& given) {
    udp_settings settings;
    auto destination = destination_from(given);
    if (!destination)
        return destination.error();
    settings.destination = std::move(destination).value();
    settings.framing = given.value("framing").value_or("chunk");
    if (!make_framing(settings.framing, settings.destination, true))
        return usage_error(
            "--framing takes chunk, line, length or json, not " + quote_value(settings.framing));
    if (auto parsed = parse_seconds(given, "wait", settings.loop.wait); !parsed)
        return parsed.error();
    if (const auto text = given.value("count")) {
        auto count = parse_number("--count", *text, 1, std::numeric_limits<long>::max());
        if (!count)
            return count.error();
        settings.loop.count = static_cast<std::uint64_t>(count.value());
    }
    auto relay = relay_from(given);
    if (!relay)
        return relay.error();
    settings.relay = std::move(relay).value();
    settings.account = account_settings_from(given);
    return settings;
}

error about_association(const command_run& run, failure kind, std::string cause) {
    error why{kind, phase::relay, std::move(cause)};
    why.hop = run.hop();
    return why;
}

int judge(command_run& run, const loop_result& ended, const datagram_loop_options& options) {
    switch (ended.ended_by) {
    case loop_end::done:
        return exit_done;
    case loop_end::count_short: {
        error why = about_association(
            run, failure::timeout,
            ended.counts.received == 0 ? "no datagram came back"
                                       : "only " + std::to_string(ended.counts.received) + " of " +
                                             counted(*options.count, "datagram") + " came back");
        if (ended.counts.received == 0)
            why.code = std::make_error_code(std::errc::timed_out);
        return run.failed(why);
    }
    case loop_end::association_ended:
        return run.failed(about_association(
            run, failure::stream,
            "the association has ended: the proxy closed the control connection"));
    case loop_end::output_closed:
        return run.output_closed();
    case loop_end::failed: {
        error why = ended.why;
        if (why.at == phase::relay)
            why.hop = run.hop();
        return run.failed(why);
    }
    case loop_end::interrupted:
        return run.signalled();
    }
    return exit_stream;
}

int exchange_datagrams(
    command_run& run, udp_settings& settings, association& through, standard_ends& ends) {
    const bool names_allowed = run.options().chain.back().names == name_resolution::proxy;
    const auto frames = make_framing(settings.framing, settings.destination, names_allowed);
    settings.loop.interrupt_fd = run.interrupt_fd();
    const loop_result ended =
        run_datagram_loop(through, *frames, ends.input, ends.output, settings.loop, run.out());
    run.record().bytes = ended.bytes;
    run.record().datagrams = ended.counts;
    return judge(run, ended, settings.loop);
}

int open_and_exchange(command_run& run, udp_settings& settings, standard_ends& ends) {
    run.confine_for_setup(false);
    settings.relay.destination = settings.destination;
    auto made = run.await(associate(run.options(), settings.relay));
    if (!made)
        return run.signalled();
    if (!*made)
        return run.failed(made->error());
    association through = std::move(*made).value();
    // A port in JSON may be the name of a service.
    run.confine_for_data(settings.framing == "json" ? file_need::read : file_need::none);
    settings.destination = through.destination();
    run.set_up(through.relay());
    const std::string relay = to_string(through.relay());
    run.out().note(
        run.hop() + ": sending datagrams to " + relay + " (the proxy reported " +
        to_string(through.bound()) + ")");
    run.trace().event("***", "association is open, relay " + relay);
    return exchange_datagrams(run, settings, through, ends);
}

result<void> check_settings(udp_settings&, connect_options& options, console&) {
    return check_associate(options);
}

std::string target_text(const udp_settings& settings) {
    return to_string(settings.destination);
}

constexpr command_steps<udp_settings, standard_ends> steps{
    "udp", udp_settings_from, check_settings, nullptr, target_text, open_and_exchange};

} // namespace

std::vector<option_spec> udp_specs() {
    return joined({common_specs, account_specs, own_specs});
}

int run_udp(arguments given, console& out) {
    return run_steps(steps, std::move(given), out);
}

} // namespace sockscat::cli
