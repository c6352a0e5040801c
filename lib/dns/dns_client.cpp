// SPDX-License-Identifier: MIT
#include "dns_errors.hpp"
#include "dns_path.hpp"
#include "tor_way.hpp"
#include "ways.hpp"

#include <sockscat/dns_client.hpp>
#include <sockscat/dns_name.hpp>
#include <sockscat/resolver.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sockscat {
namespace {

using namespace dns;

std::size_t index_of(dns_way way) {
    return static_cast<std::size_t>(way);
}

// An answer, or the lack of one, about this name alone. `way`: by which it was asked first.
bool is_about_name(dns_way way, const dns_answer& answer) {
    if (!answer.why)
        return true;
    const error& why = *answer.why;
    if (answer.via != way) // only what is truncated is asked for elsewhere
        return true;
    switch (why.kind) {
    case failure::negative_answer:
    case failure::stream:
        return true;
    case failure::timeout:
        return why.at == phase::request || why.at == phase::relay;
    case failure::refused:
        return way == dns_way::tor && why.code != socks5_reply::command_not_supported;
    default:
        return false;
    }
}

bool is_negative(const dns_answer& answer) {
    return answer.why && answer.why->kind == failure::negative_answer;
}

// The one whose error is reported if there is no record at all.
const dns_answer& told(const std::vector<dns_answer>& answers) {
    const auto worst = std::find_if_not(answers.begin(), answers.end(), is_negative);
    return worst == answers.end() ? answers.front() : *worst;
}

dns_reply reply_without_question(const dns_query& query, const error& why) {
    dns_reply reply;
    for (const record_type type : types_of(query)) {
        dns_answer& answer = reply.answers.emplace_back();
        answer.type = type;
        answer.why = why;
    }
    reply.why = why;
    return reply;
}

} // namespace

std::string_view to_string(dns_way value) {
    switch (value) {
    case dns_way::tor:
        return "tor";
    case dns_way::udp:
        return "udp";
    case dns_way::tcp:
        return "tcp";
    case dns_way::tls:
        return "tls";
    }
    return "";
}

void dns_observer::on_answer(dns_way /*way*/) {}
void dns_observer::on_way_closed(dns_way /*way*/, const error& /*why*/) {}
void dns_observer::on_truncated() {}

result<void> check(
    const connect_options& options, const dns_client_options& wanted, const dns_query& query) {
    auto ways = ways_for(options, wanted, query);
    return ways ? result<void>{} : ways.error();
}

namespace {

std::chrono::milliseconds time_left(const connect_options& options) {
    constexpr std::chrono::milliseconds none{0};
    constexpr std::chrono::milliseconds least{1};
    return options.time_limit == none ? none
                                      : std::max(options.time_limit - options.time_spent, least);
}

// What a client and its siblings have in common.
struct shared_by_siblings {
    shared_by_siblings(const connect_options& options, dns_client_options what)
        : plain{options.clone()}, secured{options.clone()}, wanted{std::move(what)},
          server{
              plain.chain.empty() ? "" : plain.chain.back().label(),
              wanted.server.value_or(address{})},
          policy{policy_for(wanted, time_left(options))} {
        plain.tls.reset();
        if (!secured.tls)
            secured.tls.emplace();
    }

    [[nodiscard]] const connect_options& options_for(dns_way way) const {
        return way == dns_way::tls ? secured : plain;
    }

    connect_options plain;
    connect_options secured;
    dns_client_options wanted;
    asked_server server;
    retry_policy policy;
    std::array<bool, dns_ways> is_closed{};    // ways that turned out not to exist
    std::array<bool, dns_ways> has_answered{}; // those that do
};

} // namespace

struct dns_client::state {
    explicit state(std::shared_ptr<shared_by_siblings> with) : shared{std::move(with)} {}

    asio::awaitable<dns_reply> ask(const dns_query& query, dns_observer& watch);

    // The ways that can carry it, less those that are closed unless that leaves none.
    result<std::vector<dns_way>> open_ways(const dns_query& query) const;
    asio::awaitable<std::vector<dns_answer>> ask_by(
        dns_way way, const dns_query& query, net::deadline end, dns_observer& watch);
    asio::awaitable<std::vector<dns_answer>> ask_server(
        dns_way way, const dns_query& query, net::deadline end, dns_observer& watch);
    asio::awaitable<void> ask_truncated(
        const dns_query& query,
        std::vector<dns_answer>& answers,
        std::vector<outcome>& outcomes,
        net::deadline end,
        dns_observer& watch);
    dns_path& path_of(dns_way way);
    void judge(const dns_query& query, dns_answer& out, outcome came) const;
    void has_come(dns_way way, dns_observer& watch);
    void close(const std::vector<dns_way>& in_vain);
    [[nodiscard]] bool has_any_answered() const;
    [[nodiscard]] dns_reply sum_up(const dns_query& query, std::vector<dns_answer> answers) const;

    std::shared_ptr<shared_by_siblings> shared;
    std::array<std::unique_ptr<dns_path>, dns_ways> paths;
};

result<std::vector<dns_way>> dns_client::state::open_ways(const dns_query& query) const {
    const auto& ways = shared->wanted.ways;
    const bool has_tls = std::find(ways.begin(), ways.end(), dns_way::tls) != ways.end();
    auto possible = ways_for(has_tls ? shared->secured : shared->plain, shared->wanted, query);
    if (!possible)
        return possible;
    std::vector<dns_way> open;
    std::copy_if(
        possible.value().begin(), possible.value().end(), std::back_inserter(open),
        [&](dns_way each) { return !shared->is_closed[index_of(each)]; });
    return open.empty() ? std::vector<dns_way>{possible.value().back()} : open;
}

asio::awaitable<dns_reply> dns_client::state::ask(const dns_query& query, dns_observer& watch) {
    const auto ways = open_ways(query);
    if (!ways)
        co_return reply_without_question(query, ways.error());
    const net::deadline end = net::after(shared->plain.time_limit, shared->plain.time_spent);
    std::vector<dns_answer> answers;
    std::vector<dns_way> in_vain;
    bool is_for_all = true;
    for (const dns_way way : ways.value()) {
        answers = co_await ask_by(way, query, end, watch);
        is_for_all = is_for_all && !is_about_name(way, told(answers));
        const std::optional<error>& why = answers.front().why;
        if (way == ways.value().back() || !why || !is_no_way(way, *why))
            break;
        watch.on_way_closed(way, *why);
        in_vain.push_back(way);
    }
    close(in_vain);
    dns_reply reply = sum_up(query, std::move(answers));
    reply.fails_for_all = reply.why && is_for_all && !has_any_answered();
    co_return reply;
}

// Once another way has brought an answer, those that never did are not tried again.
void dns_client::state::close(const std::vector<dns_way>& in_vain) {
    for (const dns_way way : in_vain)
        shared->is_closed[index_of(way)] =
            has_any_answered() && !shared->has_answered[index_of(way)];
}

bool dns_client::state::has_any_answered() const {
    const auto& ways = shared->has_answered;
    return std::find(ways.begin(), ways.end(), true) != ways.end();
}

void dns_client::state::has_come(dns_way way, dns_observer& watch) {
    shared->has_answered[index_of(way)] = true;
    watch.on_answer(way);
}

asio::awaitable<std::vector<dns_answer>> dns_client::state::ask_by(
    dns_way way, const dns_query& query, net::deadline end, dns_observer& watch) {
    if (way != dns_way::tor)
        co_return co_await ask_server(way, query, end, watch);
    std::vector<dns_answer> answers;
    answers.push_back(co_await ask_tor(shared->plain, query, end));
    const std::optional<error>& why = answers.front().why;
    if (!why || why->kind == failure::negative_answer)
        has_come(dns_way::tor, watch);
    co_return answers;
}

asio::awaitable<std::vector<dns_answer>> dns_client::state::ask_server(
    dns_way way, const dns_query& query, net::deadline end, dns_observer& watch) {
    const std::vector<record_type> types = types_of(query);
    std::vector<dns_answer> answers;
    for (const record_type type : types) {
        dns_answer& answer = answers.emplace_back();
        answer.type = type;
        answer.via = way;
    }
    if (has_no_dns(name_in_dns(query))) {
        for (dns_answer& each : answers)
            each.why = not_in_dns(query);
        co_return answers;
    }
    auto outcomes = co_await path_of(way).ask(questions_for(query, types), end);
    const auto is_answered = [](const outcome& each) { return static_cast<bool>(each.response); };
    if (std::any_of(outcomes.begin(), outcomes.end(), is_answered))
        has_come(way, watch);
    if (way == dns_way::udp)
        co_await ask_truncated(query, answers, outcomes, end, watch);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        judge(query, answers[i], std::move(outcomes[i]));
    co_return answers;
}

// Over TCP.
asio::awaitable<void> dns_client::state::ask_truncated(
    const dns_query& query,
    std::vector<dns_answer>& answers,
    std::vector<outcome>& outcomes,
    net::deadline end,
    dns_observer& watch) {
    std::vector<std::size_t> truncated;
    std::vector<record_type> types;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (!outcomes[i].response || !outcomes[i].response.value().truncated)
            continue;
        truncated.push_back(i);
        types.push_back(answers[i].type);
    }
    if (truncated.empty())
        co_return;
    watch.on_truncated();
    auto again = co_await path_of(dns_way::tcp).ask(questions_for(query, types), end);
    for (std::size_t i = 0; i < truncated.size(); ++i) {
        outcomes[truncated[i]] = std::move(again[i]);
        answers[truncated[i]].via = dns_way::tcp;
        result<dns_response>& response = outcomes[truncated[i]].response;
        if (response)
            has_come(dns_way::tcp, watch);
        else
            response.error().cause =
                "the answer over UDP is truncated, and over TCP: " + response.error().cause;
    }
}

dns_path& dns_client::state::path_of(dns_way way) {
    auto& path = paths[index_of(way)];
    if (path)
        return *path;
    const path_ends ends{shared->options_for(way), *shared->wanted.server, shared->server};
    path = way == dns_way::udp ? make_udp_path(ends, shared->policy) : make_stream_path(ends);
    return *path;
}

void dns_client::state::judge(const dns_query& query, dns_answer& out, outcome came) const {
    out.elapsed_ms = came.elapsed_ms;
    out.dropped = came.dropped;
    if (!came.response) {
        out.why = came.response.error();
        return;
    }
    dns_response response = std::move(came.response).value();
    out.rcode = response.rcode;
    out.alias = response.alias;
    if (response.rcode == 0 && response.truncated)
        out.why = shared->server.lost(dns_errc::truncated);
    else if (response.rcode != 0 || response.answers.empty())
        out.why = shared->server.no_record(query, out.type, response);
    else
        out.records = std::move(response.answers);
}

dns_reply dns_client::state::sum_up(const dns_query& query, std::vector<dns_answer> answers) const {
    dns_reply reply;
    reply.answers = std::move(answers);
    const auto& all = reply.answers;
    if (std::any_of(all.begin(), all.end(), [](const dns_answer& each) { return !each.why; }))
        return reply;
    const dns_answer& worst = told(all);
    reply.why = worst.why;
    if (worst.why->code == dns_errc::no_record)
        reply.why = shared->server.no_records(query, types_of(query), worst.alias);
    return reply;
}

dns_client::dns_client(const connect_options& options, dns_client_options wanted)
    : state_{std::make_unique<state>(
          std::make_shared<shared_by_siblings>(options, std::move(wanted)))} {}

dns_client::dns_client(std::unique_ptr<state> owned) : state_{std::move(owned)} {}
dns_client::dns_client(dns_client&&) noexcept = default;
dns_client& dns_client::operator=(dns_client&&) noexcept = default;
dns_client::~dns_client() = default;

dns_client dns_client::sibling() const {
    return dns_client{std::make_unique<state>(state_->shared)};
}

void dns_client::forget_passwords() {
    state_->shared->plain = connect_options{};
    state_->shared->secured = connect_options{};
}

asio::awaitable<dns_reply> dns_client::ask(const dns_query& query, dns_observer* watch) {
    dns_observer nobody;
    co_return co_await state_->ask(query, watch != nullptr ? *watch : nobody);
}

} // namespace sockscat
