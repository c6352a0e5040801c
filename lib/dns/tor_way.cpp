// SPDX-License-Identifier: MIT
#include "tor_way.hpp"

#include "dns_errors.hpp"
#include "dns_path.hpp"
#include "ways.hpp"

#include <sockscat/dns_name.hpp>
#include <sockscat/resolver.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace sockscat::dns {
namespace {

error beyond_tor(std::string why, dns_errc code) {
    error refused = usage_error(std::move(why));
    refused.code = code;
    return refused;
}

bool is_address_type(record_type type) {
    return type == type_a || type == type_aaaa;
}

record_type type_of(const host& found) {
    return std::holds_alternative<ipv6_address>(found)   ? type_aaaa
           : std::holds_alternative<ipv4_address>(found) ? type_a
                                                         : type_cname;
}

asio::awaitable<result<host>> look_up(
    const connect_options& options, const host& subject, bool asks_name, net::deadline end) {
    if (asks_name) {
        auto name = co_await net::before(just_after(end), resolve_ptr(options, subject));
        if (name && *name)
            co_return host{std::move(*name).value()};
        if (name)
            co_return name->error();
    } else {
        auto found = co_await net::before(just_after(end), resolve(options, subject));
        if (found)
            co_return std::move(*found);
    }
    error why{failure::timeout, phase::none, "timed out before it was asked"};
    why.code = dns_errc::no_time;
    co_return why;
}

// The bytes of a name with escapes: nothing if these commands cannot carry them.
std::optional<host> as_bytes(const host& subject) {
    const auto* const name = std::get_if<host_name>(&subject);
    if (name == nullptr || name->text.find('\\') == std::string::npos)
        return subject;
    const auto labels = dns_labels(name->text);
    if (!labels)
        return std::nullopt;
    std::string text;
    for (const std::string& label : labels.value()) {
        if (label.find('.') != std::string::npos)
            return std::nullopt;
        text += (text.empty() ? "" : ".") + label;
    }
    const auto plain = parse_host(text);
    const bool is_kept = plain && plain.value() == host{host_name{text}};
    return is_kept ? std::optional{plain.value()} : std::nullopt;
}

error other_record(
    const connect_options& options,
    const dns_query& query,
    record_type wanted,
    const std::string& data) {
    error why{
        failure::negative_answer, phase::request,
        "no " + to_mnemonic(wanted) + " record for " + subject_text(query) +
            ": the proxy gave only " + data};
    why.hop = options.chain.back().label();
    why.code = dns_errc::other_record;
    return why;
}

} // namespace

result<void> check_tor(const connect_options& options, const dns_query& query) {
    const std::vector<record_type> types = types_of(query);
    if (query.subject == host{host_name{"."}})
        return beyond_tor(
            "Tor cannot look up the root: use a DNS server", dns_errc::tor_lacks_root);
    const auto subject = as_bytes(query.subject);
    if (!subject)
        return beyond_tor(
            "Tor cannot look up " + subject_text(query) +
                ", which has unusual bytes: use a DNS server",
            dns_errc::tor_lacks_name);
    if (std::all_of(types.begin(), types.end(), is_address_type))
        return check_resolve(options, *subject);
    const bool is_name = std::holds_alternative<host_name>(*subject);
    if (types.size() == 1 && types.front() == type_ptr && !is_name)
        return check_resolve_ptr(options, *subject);
    const auto first = std::find_if_not(types.begin(), types.end(), is_address_type);
    return beyond_tor(
        "Tor cannot look up " + to_mnemonic(*first) + " records (\"" + subject_text(query) +
            "\"): use a DNS server",
        dns_errc::tor_lacks_type);
}

asio::awaitable<dns_answer> ask_tor(
    const connect_options& options, const dns_query& query, net::deadline end) {
    const std::vector<record_type> types = types_of(query);
    const host subject = as_bytes(query.subject).value_or(query.subject);
    const bool takes_either = types.size() > 1;
    const bool asks_name = types.front() == type_ptr;
    dns_answer out;
    out.via = dns_way::tor;
    out.type = takes_either ? record_type{0} : types.front();
    const auto found = co_await look_up(options, subject, asks_name, end);
    if (!found) {
        out.why = found.error();
        co_return out;
    }
    dns_record record;
    const auto* const name = std::get_if<host_name>(&found.value());
    record.data = name != nullptr ? to_dns_text(name->text) : to_string(found.value());
    const record_type got = asks_name ? type_ptr : type_of(found.value());
    if (!takes_either && got != out.type) {
        out.why = other_record(options, query, out.type, record.data);
        co_return out;
    }
    out.type = got;
    record.type = to_mnemonic(got);
    out.records.push_back(std::move(record));
    co_return out;
}

} // namespace sockscat::dns
