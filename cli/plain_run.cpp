// SPDX-License-Identifier: MIT
#include "plain_run.hpp"

#include "connect_settings.hpp"
#include "console.hpp"
#include "name_services.hpp"
#include "proxy_options.hpp"
#include "tls_options.hpp"

#include <sockscat/address.hpp>
#include <sockscat/proxy_spec.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <variant>

namespace sockscat::cli {
namespace {

constexpr std::string_view demanding_options[] = {
    "gssapi-service", "gssapi-protection", "tls", "alpn", "help",
};

constexpr std::string_view demanding_methods[] = {"chap", "gssapi", "gost-tls"};

bool has_demanding_method(const arguments& given) {
    const std::string methods = given.value("auth").value_or("");
    return std::any_of(
        std::begin(demanding_methods), std::end(demanding_methods),
        [&](std::string_view name) { return methods.find(name) != std::string::npos; });
}

bool has_demanding_option(const arguments& given) {
    const auto is_given = [&](std::string_view name) { return given.has(name); };
    const auto is_one_given = [&](const option_spec& spec) { return given.has(spec.name); };
    return std::any_of(std::begin(demanding_options), std::end(demanding_options), is_given) ||
           std::any_of(tls_specs.begin(), tls_specs.end(), is_one_given) ||
           std::any_of(proxy_tls_specs.begin(), proxy_tls_specs.end(), is_one_given);
}

bool is_name(const host& value) {
    return std::holds_alternative<host_name>(value);
}

bool is_address(const proxy_spec& hop) {
    if (!hop.unix_path.empty())
        return true;
    const auto address = parse_host(hop.host);
    return address && !is_name(address.value());
}

// Mistakes in the words are told by whoever meets them first.
bool is_destination_looked_up(const arguments& given, const proxy_spec& hop) {
    if (hop.names == name_resolution::proxy)
        return false;
    const auto settings = connect_settings_from(given);
    return settings && is_name(settings.value().host);
}

} // namespace

bool is_plain(const arguments& given) {
    if (has_demanding_option(given) || has_demanding_method(given))
        return false;
    console nobody{console::level::quiet};
    const auto chain = chain_from(given, nobody);
    if (!chain || chain.value().size() != 1 || chain.value().front().tls)
        return false;
    const proxy_spec& hop = chain.value().front();
    const bool looks_up = !is_address(hop) || is_destination_looked_up(given, hop);
    return !looks_up || names_need_no_module();
}

} // namespace sockscat::cli
