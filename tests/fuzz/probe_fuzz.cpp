// SPDX-License-Identifier: MIT
// All of probe() against any proxies, over streams and a clock of our own. Each connection ends
// within its limit; nobody is asked for but the targets and the reserved name; the login leaves
// where it is asked for, and once if it is rejected. Of the report: a verdict that fits its reason
// and its targets, rows of which none says yes without the bytes that earn it, findings that agree
// with the rows, texts that can be shown; and the same again, however the bytes arrive.
#include "probe_peer.hpp"
#include "probe_rules.hpp"

#include <sockscat/probe.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>

namespace sockscat::fuzz {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view password_mark = "QWJX";
constexpr std::size_t most_connections = 64;
constexpr std::array schemes{"socks5h://", "socks5://", "socks4a://", "socks4://", "http://"};
constexpr std::array limits{
    milliseconds{300}, milliseconds{1'000}, milliseconds{3'000}, milliseconds{10'000}};

struct probe_plan {
    std::string url;
    bool has_login{false};
    std::vector<auth_method> methods;
    milliseconds limit{0};
    milliseconds cancel_after{0};
    probe_options options;
    peer_plan peer;
};

void add_target(probe_plan& plan, unsigned choice, unsigned scheme) {
    static constexpr std::array places{"192.0.2.99", "2001:db8::99", "198.51.100.7"};
    const bool has_names = scheme == 0 || scheme == 2 || scheme == 4;
    const bool is_socks4 = scheme == 2 || scheme == 3;
    auto& out = plan.options.targets;
    if (choice % 4 == 3 && has_names)
        out.emplace_back(host_name{"target.test"}, 443);
    else
        out.emplace_back(*parse_ip(places[is_socks4 ? 0 : choice % 3]), 443);
}

probe_plan plan_from(source& input) {
    probe_plan plan;
    const unsigned how = input.byte();
    const unsigned scheme = how % schemes.size();
    const bool is_socks4 = scheme == 2 || scheme == 3; // it has no passwords
    const unsigned login = (how >> 4U & 3U) == 1 && is_socks4 ? 2 : how >> 4U & 3U;
    static constexpr std::array logins{"", "user:QWJX@", "user@", ""};
    plan.has_login = *logins[login] != '\0';
    plan.url = std::string{schemes[scheme]} + logins[login] + "192.0.2.1:1080";
    if ((how & 0x80U) != 0 && !is_socks4)
        plan.methods = {plan.has_login ? auth_method::password : auth_method::none};
    const unsigned groups = input.byte();
    for (std::size_t i = 0; i < probe_group_count; ++i)
        plan.options.groups[i] = (groups >> i & 1U) == 0; // 0 is all of them
    const unsigned more = input.byte();
    plan.limit = limits[more & 3U];
    for (unsigned i = 0; i < (more >> 2U & 3U) % 3; ++i)
        add_target(plan, more >> (4 + 2 * i), scheme);
    if ((groups & 0x40U) != 0)
        plan.options.pause = milliseconds{0};
    if ((groups & 0x80U) != 0)
        plan.cancel_after = milliseconds{1 + 10 * input.byte()};
    plan.options.runs = 2;
    plan.peer = peer_from(input);
    return plan;
}

// ---- One run -----------------------------------------------------------------------------------

struct probe_run {
    std::optional<probe_report> report;
    milliseconds took{0};
    std::deque<peer_connection> connections;
    std::vector<wire> wires;
};

probe_run run_once(const probe_plan& plan, std::span<const std::uint8_t> pieces) {
    connect_options connection;
    connection.time_limit = plan.limit;
    connection.chain.push_back(parse_proxy_url(plan.url).value());
    connection.handshake.methods = plan.methods;
    scripted_proxy peer{plan.peer, pieces};
    connection.dial = [&](const proxy_spec&) { return peer.dial(); };
    probe_options options = plan.options;
    std::size_t questions = 0;
    options.on_question = [&](std::string_view) { ++questions; };
    must(static_cast<bool>(check(connection, options)), "what can work is refused");

    asio::io_context loop;
    const milliseconds bound = most_connections * (plan.limit + milliseconds{100});
    auto ran = run(loop, probe(connection, options), bound, plan.cancel_after);
    probe_run out;
    out.took = ran.took;
    out.report = std::move(ran.value);
    for (const peer_connection& each : peer.connections) {
        must(!each.is_made || each.script.closed_at.count() != 0, "a connection is left open");
        must(
            !each.is_made || each.script.closed_at - each.begun <= plan.limit + tick,
            "a connection takes longer than its limit");
        const auto said = std::string_view{each.said}.substr(0, each.script.taken);
        out.wires.push_back(wire_from(as_text(each.script.heard), said, each.first_write));
    }
    out.connections = std::move(peer.connections);
    must(out.connections.size() <= most_connections, "it does not stop asking");
    must(out.connections.size() == questions, "a connection that nobody was told about");
    return out;
}

// ---- What leaves -------------------------------------------------------------------------------

bool may_be_asked_for(const evidence& all, const wire& x) {
    const std::string to = x.request->destination();
    if (to.starts_with(reserved) || x.request->bytes.starts_with("GET / "))
        return true;
    if (x.is_connect())
        return std::any_of(
            all.options.targets.begin(), all.options.targets.end(),
            [&](const address& each) { return to_string(each) == to; });
    return to == "0.0.0.0:0" || to == "192.0.2.1:0"; // nowhere, and an address that is one
}

void check_what_leaves(const evidence& all) {
    bool was_let_in = false;
    bool is_over = false;
    for (const wire& x : all.wires) {
        must(x.request == nullptr || may_be_asked_for(all, x), "it asks for something else");
        if (x.login != nullptr) {
            must(all.has_login, "a login that was not given");
            must(!is_over, "another login after one that was rejected");
            must(
                x.is_http || x.method == 2U || (x.is_pipelined && was_let_in),
                "a login that nobody wants");
        }
        is_over = is_over || (x.has_rejected && !was_let_in);
        was_let_in = was_let_in || (x.login != nullptr && x.is_let_in);
    }
}

// ---- The verdict -------------------------------------------------------------------------------

bool is_kind_for(probe_verdict verdict, failure kind) {
    switch (kind) {
    case failure::proxy_unreachable:
        return verdict != probe_verdict::not_socks;
    case failure::timeout:
        return verdict != probe_verdict::not_socks;
    case failure::protocol:
        return verdict != probe_verdict::unreachable;
    case failure::no_method:
    case failure::credentials:
    case failure::closed:
    case failure::refused:
        return verdict == probe_verdict::unusable;
    default: // no TLS here, no lookups, and never 3
        return false;
    }
}

// Silent from the first connection to the last.
void check_silence(const probe_plan& plan, const probe_run& run) {
    for (const peer_connection& each : run.connections)
        if (!each.is_made || !each.said.empty() || each.script.ends != ending::silent)
            return;
    const auto& why = run.report->why;
    must(why && why->kind == failure::timeout, "silence has another status");
    must(run.report->verdict == probe_verdict::unusable, "silence has another verdict");
    const auto pauses = static_cast<int>(run.connections.size()) * (plan.options.pause + tick);
    must(run.took <= 2 * plan.limit + milliseconds{200} + pauses, "silence is waited for");
}

void check_verdict(const evidence& all, bool was_reached) {
    const probe_report& report = all.report;
    const auto& why = report.why;
    const bool is_usable = report.verdict == probe_verdict::usable;
    must(is_usable == !why, "a verdict without its reason, or a reason too many");
    const bool is_met = all.is_any_target_met();
    must(!is_usable || report.targets.empty() || is_met, "usable, and no target was reached");
    // With a login that is rejected, the URL does not work as it is written.
    must(is_usable || !is_met || all.has_login, "a target was reached, and it is not usable");
    const bool is_let_in =
        all.any([&](const wire& x) { return x.is_let_in || x.is_socks4 || (x.is_http && x.code); });
    // A request of SOCKS4 needs no leave: tried, and closed as by ssh -D, is enough.
    must(!is_usable || is_let_in || all.is_socks4(), "usable, and nobody was let in");
    must((report.verdict == probe_verdict::unreachable) == !was_reached, "not what unreachable is");
    must(!all.is_http() || report.verdict != probe_verdict::not_socks, "HTTP need not be SOCKS");
    if (why) {
        must(is_kind_for(report.verdict, why->kind), "a status that the verdict has not");
        must(why->kind != failure::refused || why->code, "a refusal without its code");
        must(!why->cause.empty() && why->hop == "192.0.2.1:1080", "an error about something else");
    }
}

// ---- All of it ---------------------------------------------------------------------------------

// The whole report, line by line.
std::string text_of(const probe_report& report) {
    std::string out =
        report.url + "\n" + report.host + "\n" + std::string{to_string(report.verdict)};
    const auto add = [&](std::string_view text) { out.append("\n").append(text); };
    const auto add_reply = [&](const auto& row) {
        add(row.reply ? std::to_string(row.reply->code) + " " + row.reply->name : "-");
        add(row.bound ? to_string(*row.bound) : "-");
        add(row.elapsed_ms ? std::to_string(*row.elapsed_ms) : "-");
    };
    if (report.why)
        add(to_string(*report.why));
    for (const check_result& each : report.checks) {
        add(to_string(each.id));
        add(to_string(each.status));
        add(each.reason);
        add_reply(each);
    }
    for (const target_result& each : report.targets) {
        add(to_string(each.target));
        add(to_string(each.status));
        add(each.reason);
        add_reply(each);
    }
    for (const finding& each : report.findings) {
        add(each.id);
        add(each.message);
        add(each.advice);
    }
    return out;
}

// What does not depend on how the bytes arrive.
std::string words_of(const probe_report& report) {
    std::string out{to_string(report.verdict)};
    if (report.why)
        out += " " + std::to_string(static_cast<int>(report.why->kind));
    for (const check_result& each : report.checks)
        out.append("\n").append(to_string(each.id)).append(" ").append(to_string(each.status));
    for (const target_result& each : report.targets)
        out.append("\n").append(to_string(each.status));
    for (const finding& each : report.findings)
        out.append("\n").append(each.id);
    return out;
}

void check_texts(const probe_run& run) {
    std::string text = text_of(*run.report);
    const bool is_told = std::any_of(
        run.connections.begin(), run.connections.end(), [](const peer_connection& each) {
            return each.said.find(password_mark) != each.said.npos;
        });
    must(is_told || text.find(password_mark) == text.npos, "the report has the password");
    text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
    must(is_clean(text) && is_utf8(text), "the report is not fit to be shown");
    must(text.size() < 20'000, "the report is endless");
}

void check(source& input) {
    const probe_plan plan = plan_from(input);
    const probe_run whole = run_once(plan, {});
    if (!whole.report)
        return; // cancelled
    const bool was_reached = std::any_of(
        whole.connections.begin(), whole.connections.end(),
        [](const peer_connection& each) { return each.is_made; });
    const evidence all{
        plan.options, whole.wires, plan.has_login, static_cast<double>(plan.limit.count()),
        *whole.report};
    check_what_leaves(all);
    check_targets(all);
    check_rows(all);
    check_verdict(all, was_reached);
    check_silence(plan, whole);
    check_findings(all);
    check_texts(whole);
    if (plan.cancel_after.count() != 0)
        return;
    must(text_of(*run_once(plan, {}).report) == text_of(*whole.report), "again it is another");
    static constexpr std::array<std::uint8_t, 1> single{0};
    const std::string words = words_of(*run_once(plan, single).report);
    must(plan.peer.has_time() || words == words_of(*whole.report), "split it is another");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
