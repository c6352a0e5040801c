// SPDX-License-Identifier: MIT
#include "ways.hpp"

#include "tor_way.hpp"

#include <sockscat/association.hpp>
#include <sockscat/dns_name.hpp>
#include <sockscat/libraries.hpp>
#include <sockscat/resolver.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::dns {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds udp_wait{5'000};
constexpr milliseconds udp_wait_before_another{2'000};

result<void> check_server(const connect_options& options, const dns_client_options& wanted) {
    if (!wanted.server)
        return usage_error("there is no DNS server to ask");
    if (auto there = need(library::ldns); !there)
        return there;
    const bool is_name = std::holds_alternative<host_name>(wanted.server->host);
    if (is_name && !options.chain.empty() && options.chain.back().names == name_resolution::local)
        return usage_error(
            "the DNS server " + to_string(wanted.server->host) +
            " must be an address: its name would be looked up on this machine");
    return {};
}

result<void> check_way(
    dns_way way,
    const connect_options& options,
    const dns_client_options& wanted,
    const dns_query& query) {
    if (way == dns_way::tor)
        return check_tor(options, query);
    if (auto checked = check_server(options, wanted); !checked)
        return checked;
    if (auto checked = check_dns_name(name_in_dns(query)); !checked)
        return checked;
    return way == dns_way::udp ? check_associate(options) : check(options, *wanted.server);
}

} // namespace

// With a short limit all three questions fit into it, and half of it is left for another way.
retry_policy policy_for(const dns_client_options& wanted, milliseconds limit) {
    retry_policy policy;
    const bool another_follows = !wanted.ways.empty() && wanted.ways.back() != dns_way::udp;
    policy.wait = another_follows ? udp_wait_before_another : udp_wait;
    if (limit.count() != 0)
        policy.wait = std::min(
            policy.wait,
            std::max(limit / (policy.times * (another_follows ? 2 : 1)), milliseconds{1}));
    if (wanted.udp_wait)
        policy.wait = *wanted.udp_wait;
    return policy;
}

std::vector<record_type> types_of(const dns_query& query) {
    if (!query.types.empty())
        return query.types;
    return std::holds_alternative<host_name>(query.subject)
               ? std::vector<record_type>{type_a, type_aaaa}
               : std::vector<record_type>{type_ptr};
}

std::string name_in_dns(const dns_query& query) {
    if (const auto* name = std::get_if<host_name>(&query.subject))
        return name->text;
    return types_of(query).front() == type_ptr ? reverse_name(query.subject)
                                               : to_string(query.subject);
}

std::vector<dns_question> questions_for(
    const dns_query& query, const std::vector<record_type>& types) {
    std::vector<dns_question> questions;
    for (const record_type type : types) {
        dns_question question;
        question.name = name_in_dns(query);
        question.type = type;
        questions.push_back(std::move(question));
    }
    return questions;
}

result<std::vector<dns_way>> ways_for(
    const connect_options& options, const dns_client_options& wanted, const dns_query& query) {
    std::vector<dns_way> ways;
    error last = usage_error("no way of resolving is given");
    for (const dns_way way : wanted.ways) {
        auto checked = check_way(way, options, wanted, query);
        if (checked)
            ways.push_back(way);
        else
            last = checked.error();
    }
    if (ways.empty())
        return last;
    return ways;
}

bool is_no_way(dns_way way, const error& why) {
    if (way == dns_way::tor)
        return may_lack_command(why);
    switch (why.kind) {
    case failure::refused:
    case failure::closed:
    case failure::protocol:
        return why.at == phase::request || why.at == phase::none;
    case failure::timeout: // datagrams may be lost, all of them
    case failure::stream:
        return way == dns_way::udp && why.at == phase::relay;
    default:
        return false;
    }
}

} // namespace sockscat::dns
