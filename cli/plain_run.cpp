// SPDX-License-Identifier: MIT
#include "plain_run.hpp"

#include "connect_settings.hpp"
#include "console.hpp"
#include "proxy_options.hpp"
#include "tls_options.hpp"

#include <sockscat/address.hpp>
#include <sockscat/proxy_spec.hpp>

#include <algorithm>
#include <string_view>
#include <variant>

namespace sockscat::cli {
namespace {

constexpr std::string_view demanding_options[] = {
    "auth", "gssapi-service", "gssapi-protection", "tls", "alpn", "report", "help",
};

bool has_demanding_option(const arguments& given) {
    const auto is_given = [&](std::string_view name) { return given.has(name); };
    const auto is_one_given = [&](const option_spec& spec) { return given.has(spec.name); };
    return std::any_of(
               std::begin(demanding_options), std::end(demanding_options), is_given) ||
           std::any_of(tls_specs.begin(), tls_specs.end(), is_one_given) ||
           std::any_of(proxy_tls_specs.begin(), proxy_tls_specs.end(), is_one_given);
}

bool is_name(const host& value) {
    return std::holds_alternative<host_name>(value);
}

bool is_plain(const proxy_spec& hop) {
    const auto address = parse_host(hop.host);
    return !hop.tls && (!hop.unix_path.empty() || (address && !is_name(address.value())));
}

} // namespace

bool is_plain(const arguments& given) {
    if (has_demanding_option(given))
        return false;
    console nobody{console::level::quiet};
    const auto chain = chain_from(given, nobody);
    if (!chain || chain.value().size() != 1 || !is_plain(chain.value().front()))
        return false;
    const auto settings = connect_settings_from(given);
    const bool looks_up = chain.value().front().names == name_resolution::local;
    return settings && !(looks_up && is_name(settings.value().host));
}

} // namespace sockscat::cli
