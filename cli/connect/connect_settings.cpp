// SPDX-License-Identifier: MIT
#include "connect_settings.hpp"

#include "commands.hpp"
#include "fdpass.hpp"
#include "options/parse.hpp"
#include "options/proxy_options.hpp"
#include "options/tls_options.hpp"

#include <sockscat/text.hpp>

#include <utility>

namespace sockscat::cli {
namespace {

constexpr option_spec own_specs[] = {
    {'z', "zero", takes::nothing}, {0, "jobs", takes::value}, {'F', "fdpass", takes::nothing},
    {0, "tls", takes::nothing},    {0, "alpn", takes::value},
};

result<void> apply_ports(
    const arguments& given, const std::string& text, connect_settings& settings) {
    settings.only_set_up = given.has("zero");
    auto port = parse_port(text); // the name of a service may have a '-'
    if (port) {
        settings.ports = {port.value()};
        return {};
    }
    if (text.find_first_of(",-") == std::string::npos)
        return port.error();
    auto ports = parse_ports(text);
    if (!ports)
        return ports.error();
    if (!settings.only_set_up)
        return usage_error("a port list (" + quote_value(text) + ") needs -z");
    settings.ports = std::move(ports).value();
    settings.is_scan = true;
    return {};
}

result<void> apply_fdpass(const arguments& given, connect_settings& settings) {
    settings.fdpass = given.has("fdpass");
    if (settings.fdpass && settings.only_set_up)
        return usage_error("--fdpass and --zero cannot be combined");
    if (settings.fdpass && given.has("crlf"))
        return usage_error("--fdpass and --crlf cannot be combined: a plain socket is passed");
    return {};
}

result<void> apply_tls(const arguments& given, connect_settings& settings) {
    const std::string option = given.has("alpn") ? "--alpn" : first_tls_option(given);
    if (!given.has("tls"))
        return option.empty() ? result<void>{}
                              : usage_error(option + " is for TLS with the target: add --tls");
    if (settings.fdpass)
        return not_a_plain_socket();
    settings.tls = tls_settings_from(given);
    settings.tls->alpn = given.value("alpn").value_or("");
    return {};
}

} // namespace

std::vector<option_spec> connect_specs() {
    return joined({common_specs, relay_specs, account_specs, tls_specs, own_specs});
}

result<connect_settings> connect_settings_from(const arguments& given) {
    connect_settings settings;
    auto destination = parse_destination(given.operands(), given.has("quiet"));
    if (!destination)
        return destination.error();
    settings.host = std::move(destination.value().host);
    if (auto applied = apply_ports(given, destination.value().ports, settings); !applied)
        return applied.error();
    if (auto applied = apply_fdpass(given, settings); !applied)
        return applied.error();
    if (auto applied = apply_tls(given, settings); !applied)
        return applied.error();
    auto relay = relay_options_from(given);
    if (!relay)
        return relay.error();
    settings.relay = std::move(relay).value();
    const auto jobs = parse_number("--jobs", given.value("jobs").value_or("10"), 1, 1'000);
    if (!jobs)
        return jobs.error();
    settings.jobs = static_cast<int>(jobs.value());
    settings.account = account_settings_from(given);
    settings.account.needs_reader =
        settings.relay.write_output && !settings.only_set_up && !settings.fdpass;
    return settings;
}

} // namespace sockscat::cli
