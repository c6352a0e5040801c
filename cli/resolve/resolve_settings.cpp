// SPDX-License-Identifier: MIT
#include "resolve_settings.hpp"

#include "commands.hpp"
#include "options/parse.hpp"
#include "options/proxy_options.hpp"
#include "options/tls_options.hpp"

#include <sockscat/association.hpp>
#include <sockscat/dns_message.hpp>
#include <sockscat/dns_name.hpp>
#include <sockscat/libraries.hpp>
#include <sockscat/resolver.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::uint16_t dns_port = 53;
constexpr std::uint16_t dns_over_tls_port = 853;

constexpr milliseconds udp_patience{5'000};
constexpr milliseconds udp_patience_before_tcp{2'000};

result<std::vector<resolve_way>> ways_from(const arguments& given) {
    const std::string word = given.value("via").value_or("auto");
    for (const resolve_way each :
         {resolve_way::tor, resolve_way::udp, resolve_way::tcp, resolve_way::tls})
        if (word == to_string(each))
            return std::vector<resolve_way>{each};
    if (word != "auto")
        return usage_error("--via takes auto, tor, udp, tcp or tls, not " + quote(word));
    if (!given.has("server"))
        return std::vector<resolve_way>{resolve_way::tor};
    return std::vector<resolve_way>{resolve_way::tor, resolve_way::udp, resolve_way::tcp};
}

result<std::optional<address>> server_from(
    const arguments& given, const std::vector<resolve_way>& ways, const connect_options& options) {
    const auto text = given.value("server");
    if (!text && ways.front() != resolve_way::tor)
        return usage_error(
            "--via " + std::string{to_string(ways.front())} + " needs --server ADDRESS[:PORT]");
    if (!text)
        return std::optional<address>{};
    if (ways.size() == 1 && ways.front() == resolve_way::tor)
        return usage_error("--server is not for --via tor: the proxy asks whom it likes");
    auto server = parse_peer({*text});
    if (!server)
        return usage_error("--server takes ADDRESS[:PORT]: " + server.error().cause);
    address place = *server.value();
    const bool is_name = std::holds_alternative<host_name>(place.host);
    if (is_name && options.chain.back().names == name_resolution::local)
        return usage_error(
            "--server must be an address here: with this proxy URL " + to_string(place.host) +
            " would be looked up on this machine");
    if (place.port == 0)
        place.port = ways.front() == resolve_way::tls ? dns_over_tls_port : dns_port;
    return std::optional<address>{place};
}

result<resolve_subject> subject_from(
    const std::string& operand, const std::optional<record_type>& type) {
    resolve_subject subject;
    subject.operand = operand;
    if (operand == ".") {
        subject.what = host_name{operand};
    } else {
        auto what = parse_host(operand);
        if (!what)
            return what.error();
        subject.what = std::move(what).value();
    }
    if (type) {
        subject.types = {*type};
        return subject;
    }
    const bool is_name = std::holds_alternative<host_name>(subject.what);
    subject.types =
        is_name ? std::vector<record_type>{type_a, type_aaaa} : std::vector<record_type>{type_ptr};
    subject.any_address = is_name;
    return subject;
}

result<void> check_tor(const resolve_subject& subject, const connect_options& options) {
    const record_type type = subject.types.front();
    if (subject.operand == ".")
        return usage_error("Tor's commands do not know the root: a DNS server does (--server)");
    if (type == type_a || type == type_aaaa)
        return check_resolve(options, subject.what);
    const bool is_name = std::holds_alternative<host_name>(subject.what);
    if (type == type_ptr && !is_name)
        return check_resolve_ptr(options, subject.what);
    return usage_error(
        "Tor's commands give no " + to_mnemonic(type) + " record of " + quote(subject.operand) +
        ": only a DNS server does (--server ADDRESS)");
}

result<void> check_way(
    resolve_way way,
    const resolve_subject& subject,
    const resolve_settings& settings,
    const connect_options& options) {
    if (way == resolve_way::tor)
        return check_tor(subject, options);
    if (auto checked = check_dns_name(subject.dns_name()); !checked)
        return checked;
    return way == resolve_way::udp ? check_associate(options) : check(options, *settings.server);
}

// Leaves the ways that are open to each of them; none is an error.
result<void> choose_ways(
    const std::vector<resolve_way>& ways,
    resolve_settings& settings,
    const connect_options& options) {
    for (resolve_subject& subject : settings.subjects) {
        std::optional<error> last;
        for (const resolve_way way : ways) {
            auto checked = check_way(way, subject, settings, options);
            if (checked)
                subject.ways.push_back(way);
            else
                last = checked.error();
        }
        if (subject.ways.empty())
            return *last;
    }
    return {};
}

result<std::optional<record_type>> type_from(const arguments& given) {
    const auto text = given.value("type");
    if (!text)
        return std::optional<record_type>{};
    const auto type = parse_record_type(*text);
    if (!type && !need(library::ldns)) // which knows more types
        return need(library::ldns).error();
    if (!type)
        return usage_error("--type: no such record type: " + quote(*text));
    return type;
}

milliseconds patience_from(const std::vector<resolve_way>& ways, milliseconds limit) {
    const bool tcp_follows = ways.size() > 1;
    const milliseconds wanted = tcp_follows ? udp_patience_before_tcp : udp_patience;
    if (limit.count() == 0)
        return wanted;
    return std::min(wanted, std::max(limit / (tcp_follows ? 6 : 3), milliseconds{1}));
}

} // namespace

std::string_view to_string(resolve_way value) {
    switch (value) {
    case resolve_way::tor:
        return "tor";
    case resolve_way::udp:
        return "udp";
    case resolve_way::tcp:
        return "tcp";
    case resolve_way::tls:
        return "tls";
    }
    return "";
}

std::string resolve_subject::dns_name() const {
    if (const auto* name = std::get_if<host_name>(&what))
        return name->text;
    return types.front() == type_ptr ? reverse_name(what) : operand;
}

std::vector<option_spec> resolve_specs() {
    const std::vector<option_spec> own{
        {0, "type", takes::value},
        {0, "via", takes::value},
        {0, "server", takes::value},
        {0, "json", takes::nothing},
    };
    return joined({common_specs, own, tls_specs});
}

result<resolve_settings> resolve_settings_from(const arguments& given, connect_options& options) {
    resolve_settings settings;
    if (given.operands().empty())
        return usage_error("nothing to resolve: NAME is missing");
    auto type = type_from(given);
    if (!type)
        return type.error();
    for (const std::string& operand : given.operands()) {
        auto subject = subject_from(operand, type.value());
        if (!subject)
            return subject.error();
        settings.subjects.push_back(std::move(subject).value());
    }
    auto ways = ways_from(given);
    if (!ways)
        return ways.error();
    auto server = server_from(given, ways.value(), options);
    if (!server)
        return server.error();
    settings.server = std::move(server).value();
    if (settings.server)
        if (auto there = need(library::ldns); !there)
            return there.error();
    const std::string tls_option = first_tls_option(given);
    if (ways.value().front() == resolve_way::tls)
        settings.tls = tls_settings_from(given);
    else if (!tls_option.empty())
        return usage_error(tls_option + " is for --via tls");
    options.tls = settings.tls;
    settings.udp_patience = patience_from(ways.value(), options.time_limit);
    settings.json = given.has("json");
    if (auto chosen = choose_ways(ways.value(), settings, options); !chosen)
        return chosen.error();
    return settings;
}

} // namespace sockscat::cli
