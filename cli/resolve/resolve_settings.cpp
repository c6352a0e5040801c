// SPDX-License-Identifier: MIT
#include "resolve_settings.hpp"

#include "commands.hpp"
#include "options/parse.hpp"
#include "options/proxy_options.hpp"
#include "options/tls_options.hpp"

#include <sockscat/dns_name.hpp>
#include <sockscat/libraries.hpp>
#include <sockscat/text.hpp>

#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::uint16_t dns_port = 53;
constexpr std::uint16_t dns_over_tls_port = 853;

result<std::vector<dns_way>> ways_from(const arguments& given) {
    const std::string word = given.value("via").value_or("auto");
    for (const dns_way each : {dns_way::tor, dns_way::udp, dns_way::tcp, dns_way::tls})
        if (word == to_string(each))
            return std::vector<dns_way>{each};
    if (word != "auto")
        return usage_error("--via takes auto, tor, udp, tcp or tls, not " + quote_value(word));
    if (!given.has("server"))
        return std::vector<dns_way>{dns_way::tor};
    return std::vector<dns_way>{dns_way::udp, dns_way::tcp};
}

result<std::optional<address>> server_from(
    const arguments& given, const std::vector<dns_way>& ways) {
    const auto text = given.value("server");
    if (!text && ways.front() != dns_way::tor)
        return usage_error(
            "--via " + std::string{to_string(ways.front())} + " needs --server ADDRESS[:PORT]");
    if (!text)
        return std::optional<address>{};
    if (ways.size() == 1 && ways.front() == dns_way::tor)
        return usage_error(
            "--server cannot be used with --via tor: the proxy chooses its own resolver");
    // A zone is the proxy's business, and SOCKS has no place for it.
    auto server = parse_peer({split_zone(*text).text});
    if (!server)
        return usage_error("--server takes ADDRESS[:PORT]: " + server.error().cause);
    address place = *server.value();
    if (std::holds_alternative<host_name>(place.host))
        return usage_error(
            "--server takes the address of a DNS server, ADDRESS[:PORT], not " +
            quote_value(*text));
    if (place.port == 0)
        place.port = ways.front() == dns_way::tls ? dns_over_tls_port : dns_port;
    return std::optional<address>{place};
}

result<resolve_subject> subject_from(
    const std::string& operand, const std::optional<record_type>& type) {
    resolve_subject subject;
    subject.operand = operand;
    // A backslash is in no host name but in names as they are printed here.
    const bool is_printed = operand == "." || operand.find('\\') != std::string::npos;
    auto what = is_printed ? parse_dns_name(operand) : parse_host(operand);
    if (!what)
        return what.error();
    subject.query.subject = std::move(what).value();
    if (type)
        subject.query.types = {*type};
    return subject;
}

result<std::optional<record_type>> type_from(const arguments& given) {
    const auto text = given.value("type");
    if (!text)
        return std::optional<record_type>{};
    const auto type = parse_record_type(*text);
    if (!type && !need(library::ldns)) // which knows more types
        return need(library::ldns).error();
    if (!type)
        return usage_error("--type: no such record type: " + quote_value(*text));
    return type;
}

// Which option does what Tor's commands cannot do.
error with_advice(error why) {
    if (why.code == dns_errc::tor_lacks_root)
        why.cause += " (--server)";
    if (why.code == dns_errc::tor_lacks_type || why.code == dns_errc::tor_lacks_name)
        why.cause += " (--server ADDRESS)";
    return why;
}

} // namespace

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
    auto server = server_from(given, ways.value());
    if (!server)
        return server.error();
    settings.client.ways = std::move(ways).value();
    settings.client.server = std::move(server).value();
    if (settings.client.server)
        if (auto there = need(library::ldns); !there)
            return there.error();
    const std::string tls_option = first_tls_option(given);
    if (settings.client.ways.front() == dns_way::tls)
        settings.tls = tls_settings_from(given);
    else if (!tls_option.empty())
        return usage_error(tls_option + " needs --via tls");
    options.tls = settings.tls;
    if (auto read = read_tls_files(options); !read)
        return read.error();
    settings.json = given.has("json");
    for (const resolve_subject& each : settings.subjects)
        if (auto checked = check(options, settings.client, each.query); !checked)
            return with_advice(checked.error());
    return settings;
}

} // namespace sockscat::cli
