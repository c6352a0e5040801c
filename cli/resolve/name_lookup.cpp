// SPDX-License-Identifier: MIT
#include "name_lookup.hpp"

#include "dns_batch.hpp"
#include "output/report.hpp"

#include <sockscat/dns_name.hpp>
#include <sockscat/resolver.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::cli {
namespace {

using clock = std::chrono::steady_clock;

constexpr int no_error = 0;
constexpr int no_such_name = 3; // NXDOMAIN

resolve_answers begin_answers(const resolve_subject& subject, resolve_way way, std::string type) {
    resolve_answers out;
    out.name = subject.operand;
    out.type = std::move(type);
    out.via = to_string(way);
    return out;
}

std::string family_of(const host& value) {
    return std::holds_alternative<ipv6_address>(value)   ? "AAAA"
           : std::holds_alternative<ipv4_address>(value) ? "A"
                                                         : "CNAME";
}

// Whether another way may do better.
bool is_no_way(resolve_way way, const error& why) {
    if (way == resolve_way::tor)
        return may_lack_command(why);
    switch (why.kind) {
    case failure::refused:
    case failure::closed:
    case failure::protocol:
        return why.at == phase::request || why.at == phase::none;
    case failure::timeout: // datagrams may be lost on the way, all of them
    case failure::stream:
        return way == resolve_way::udp && why.at == phase::relay;
    default:
        return false;
    }
}

} // namespace

name_lookup::name_lookup(
    const connect_options& options,
    const resolve_settings& settings,
    closed_ways& closed,
    console& out)
    : options_{options}, settings_{settings}, closed_{closed}, out_{out} {}

std::vector<resolve_way> name_lookup::open_ways(const resolve_subject& subject) const {
    std::vector<resolve_way> ways;
    std::copy_if(
        subject.ways.begin(), subject.ways.end(), std::back_inserter(ways),
        [&](resolve_way each) { return !closed_[static_cast<std::size_t>(each)]; });
    return ways.empty() ? std::vector<resolve_way>{subject.ways.back()} : ways;
}

asio::awaitable<std::vector<resolve_answers>> name_lookup::look_up(const resolve_subject& subject) {
    const auto begin = clock::now();
    const bool is_limited = options_.time_limit.count() != 0;
    const deadline end = is_limited ? begin + options_.time_limit : deadline::max();
    const std::vector<resolve_way> ways = open_ways(subject);
    all_answers answers;
    for (const resolve_way way : ways) {
        answers = co_await ask(way, subject, end);
        const std::optional<error>& why = answers.front().why;
        const bool may_go_on = way != ways.back() && why && is_no_way(way, *why);
        if (!may_go_on)
            break;
        out_.note(to_string(*why) + "; not via " + std::string{to_string(way)} + ", then");
        closed_[static_cast<std::size_t>(way)] = true;
    }
    const double elapsed = milliseconds_since(begin);
    for (resolve_answers& each : answers)
        each.elapsed_ms = elapsed;
    co_return answers;
}

asio::awaitable<std::vector<resolve_answers>> name_lookup::ask(
    resolve_way way, const resolve_subject& subject, deadline end) {
    if (way == resolve_way::tor)
        co_return co_await ask_tor(subject, end);
    co_return co_await ask_server(way, subject, end);
}

asio::awaitable<std::vector<resolve_answers>> name_lookup::ask_tor(
    const resolve_subject& subject, deadline end) {
    const record_type wanted = subject.types.front();
    all_answers answers{
        begin_answers(subject, resolve_way::tor, subject.any_address ? "" : to_mnemonic(wanted))};
    resolve_answers& out = answers.front();
    result<host> found = error{failure::timeout, phase::none, "no time left to ask for it"};
    if (wanted == type_ptr) {
        auto name = co_await before(just_after(end), resolve_ptr(options_, subject.what));
        if (name && *name)
            found = host{std::move(name->value())};
        else if (name)
            found = name->error();
    } else {
        auto address = co_await before(just_after(end), resolve(options_, subject.what));
        if (address)
            found = std::move(*address);
    }
    if (!found) {
        out.why = found.error();
        co_return answers;
    }
    note_way(resolve_way::tor, subject);
    resolve_answer answer;
    answer.data = to_string(found.value());
    answer.type = wanted == type_ptr ? "PTR" : family_of(found.value());
    if (!subject.any_address && answer.type != out.type) {
        error why{
            failure::negative_answer, phase::request,
            "no " + out.type + " record of " + subject.operand + ": the proxy's one answer is " +
                answer.data};
        why.hop = options_.chain.back().label();
        out.why = std::move(why);
        co_return answers;
    }
    out.type = answer.type;
    out.answers.push_back(std::move(answer));
    co_return answers;
}

dns_path& name_lookup::path(resolve_way way) {
    auto& kept = way == resolve_way::udp ? udp_ : stream_;
    if (!kept)
        kept = way == resolve_way::udp
                   ? make_udp_path(options_, *settings_.server, settings_.udp_patience)
                   : make_stream_path(options_, *settings_.server);
    return *kept;
}

asio::awaitable<std::vector<resolve_answers>> name_lookup::ask_server(
    resolve_way way, const resolve_subject& subject, deadline end) {
    all_answers answers;
    std::vector<dns_question> questions;
    for (const record_type type : subject.types) {
        answers.push_back(begin_answers(subject, way, to_mnemonic(type)));
        dns_question question;
        question.name = subject.dns_name();
        question.type = type;
        questions.push_back(std::move(question));
    }
    if (has_no_dns(questions.front().name)) {
        error why{
            failure::negative_answer, phase::none,
            subject.operand +
                ": .onion and .i2p names are not in DNS, so the DNS server was not asked"};
        for (resolve_answers& each : answers)
            each.why = why;
        co_return answers;
    }
    auto outcomes = co_await path(way).ask(std::move(questions), end);
    if (std::any_of(outcomes.begin(), outcomes.end(), [](const dns_outcome& each) {
            return static_cast<bool>(each);
        }))
        note_way(way, subject);
    if (way == resolve_way::udp)
        co_await ask_again_over_tcp(subject, answers, outcomes, end);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        judge(subject, answers[i], outcomes[i]);
    co_return answers;
}

asio::awaitable<void> name_lookup::ask_again_over_tcp(
    const resolve_subject& subject,
    all_answers& answers,
    std::vector<dns_outcome>& outcomes,
    deadline end) {
    std::vector<std::size_t> cut;
    std::vector<dns_question> questions;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (!outcomes[i] || !outcomes[i].value().truncated)
            continue;
        cut.push_back(i);
        dns_question question;
        question.name = subject.dns_name();
        question.type = subject.types[i];
        questions.push_back(std::move(question));
    }
    if (cut.empty())
        co_return;
    out_.note(escape(subject.operand) + ": the answer over UDP was truncated, asking again");
    auto again = co_await path(resolve_way::tcp).ask(std::move(questions), end);
    note_way(resolve_way::tcp, subject);
    for (std::size_t i = 0; i < cut.size(); ++i) {
        outcomes[cut[i]] = std::move(again[i]);
        answers[cut[i]].via = to_string(resolve_way::tcp);
    }
}

void name_lookup::judge(
    const resolve_subject& subject, resolve_answers& out, const dns_outcome& outcome) const {
    if (!outcome) {
        out.why = outcome.error();
        return;
    }
    const dns_response& response = outcome.value();
    out.rcode = rcode_name(response.rcode);
    if (response.rcode == no_error && response.truncated) {
        out.why = about_server(
            options_, failure::stream, *settings_.server, "its answer over TCP is truncated");
        return;
    }
    if (response.rcode != no_error || response.answers.empty()) {
        out.why = no_record(subject, out.type, response);
        return;
    }
    for (const dns_record& record : response.answers) {
        resolve_answer answer;
        answer.type = record.type;
        answer.ttl_s = record.ttl_s;
        answer.data = record.data;
        out.answers.push_back(std::move(answer));
    }
}

error name_lookup::no_record(
    const resolve_subject& subject, const std::string& type, const dns_response& response) const {
    const std::string rcode = rcode_name(response.rcode);
    const std::string alias = response.alias.empty() ? "" : ", an alias of " + response.alias;
    if (response.rcode == no_such_name)
        return about_server(
            options_, failure::negative_answer, *settings_.server,
            "no such name: " + subject.operand + alias + " (" + rcode + ")");
    if (response.rcode != no_error) // the server could not say, which is no answer about the name
        return about_server(
            options_, failure::stream, *settings_.server,
            "it failed to answer for " + subject.operand + " (" + rcode + ")");
    return about_server(
        options_, failure::negative_answer, *settings_.server,
        subject.operand + alias + (alias.empty() ? "" : ",") + " has no " + type +
            " record (NODATA)");
}

void name_lookup::note_way(resolve_way way, const resolve_subject& subject) const {
    std::string text = escape(subject.operand) + ": via " + std::string{to_string(way)};
    if (way != resolve_way::tor)
        text += ", DNS server " + to_string(*settings_.server);
    out_.note(text);
}

} // namespace sockscat::cli
