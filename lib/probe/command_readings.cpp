// SPDX-License-Identifier: MIT
#include "questions.hpp"
#include "readings.hpp"
#include "words.hpp"

#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::probing {
namespace {

constexpr std::uint8_t granted = 0x00;
constexpr std::uint8_t general_failure = 0x01;
constexpr std::uint8_t not_allowed = 0x02;
constexpr std::uint8_t not_supported = 0x07;
constexpr std::uint8_t no_such_address_type = 0x08;

check_result from(probe_check id, const answer& said) {
    check_result out{id, check_status::unclear, ""};
    out.reply = code_of(said);
    if (said.granted()) // what a refusal says there means nothing
        out.bound = said.bound;
    out.elapsed_ms = said.spans.request;
    return out;
}

std::string granted_text(const answer& said, std::string_view what) {
    return code_text(said) + ", " + std::string{what} + " " +
           (said.bound ? to_string(*said.bound) : "cut short");
}

// No reply at all. An unknown command that gets none, too, makes it no evidence.
std::string no_reply_text(const answer& said, const answers& all) {
    std::string text = silence_text(said, all.limit_text);
    if (&said != &all.control && all.control.was_asked() && is_same_outcome(said, all.control))
        text += " (so is command 0x7e)";
    return text;
}

// What every command has in common: 07 is a no whatever else is answered like that (section 11,
// step 7); the answer to an unassigned command is no evidence of anything.
check_result read_plain(
    probe_check id, const answer& said, std::string_view bound_word, const answers& all) {
    if (!said.was_asked()) {
        const std::string why = locked_out(all);
        return {id, check_status::skipped, why.empty() ? "not asked" : why};
    }
    check_result out = from(id, said);
    if (!said.foreign.empty() || said.how == ending::unreachable) {
        out.status = check_status::error;
        out.reason = silence_text(said, all.limit_text);
        return out;
    }
    if (!said.code) {
        out.reason = no_reply_text(said, all);
        return out;
    }
    out.reason = code_text(said);
    if (said.code == granted && !said.bound) {
        out.status = check_status::error;
        out.reason +=
            said.reply.size() > 3 && said.reply[3] != 1 && said.reply[3] != 3 && said.reply[3] != 4
                ? ", with an address of type " + byte_text(said.reply[3])
                : ", cut short: " + silence_text(said, all.limit_text);
    } else if (said.code == granted) {
        out.status = check_status::yes;
        out.reason = granted_text(said, bound_word);
    } else if (said.code == not_supported || said.code == not_allowed) {
        out.status = check_status::no;
    } else if (said.code == all.control.code) {
        out.reason += " (so is command 0x7e)";
    }
    return out;
}

const target_answer* best_target(const answers& all, bool (*fits)(const host&)) {
    const target_answer* best = nullptr;
    const auto rank = [](const target_answer& each) {
        const bool reached = each.tcp.granted() && !each.tcp.closed_at_once;
        return reached ? 2 : each.tcp.code ? 1 : 0;
    };
    for (const target_answer& each : all.targets)
        if (fits(each.target.host) && (best == nullptr || rank(each) > rank(*best)))
            best = &each;
    return best;
}

// Whether the proxy got to a target.
void judge_target(check_result& out, const target_answer& at, const answers& all) {
    const std::string where = " (" + to_string(at.target) + ")";
    const answer& said = at.tcp;
    if (!said.foreign.empty() || said.how == ending::unreachable ||
        (said.granted() && !said.bound)) {
        out.status = check_status::error;
        out.reason = silence_text(said, all.limit_text) + where;
    } else if (!said.code) {
        out.reason = silence_text(said, all.limit_text) + where;
    } else if (!said.granted()) {
        // A refused connection is an answer of the target: it was reached, somebody is not there.
        const bool tells = said.code != general_failure && said.code != not_allowed &&
                           said.code != not_supported && said.code != 0x06;
        out.status = said.code == 0x05 ? check_status::yes
                     : tells           ? check_status::no
                                       : check_status::unclear;
        out.reason = code_text(said) + where;
    } else if (all.grants_early() && said.closed_at_once) {
        out.status = check_status::no;
        out.reason = "granted, then closed at once" + where;
    } else if (all.grants_early() && said.payload.empty()) {
        out.reason = "granted, but this proxy grants before it connects" + where;
    } else {
        out.status = check_status::yes;
        out.reason = granted_text(said, "bound") + where;
    }
}

check_result read_connect(const answers& all) {
    constexpr auto id = probe_check::command_connect;
    const target_answer* const reached = best_target(all, [](const host&) { return true; });
    if (reached != nullptr && reached->tcp.granted() && reached->tcp.bound) {
        check_result out = from(id, reached->tcp);
        out.status = check_status::yes;
        out.reason = granted_text(reached->tcp, "bound");
        if (reached->tcp.closed_at_once)
            out.reason += ", then closed at once";
        return out;
    }
    const bool only_socks4 = !all.speaks_socks5() && all.socks4_connect.was_asked();
    if (only_socks4) {
        check_result out = from(id, all.socks4_connect);
        const bool yes = all.socks4_connect.code == 0x5A || all.socks4_target.code == 0x5A;
        out.status = yes ? check_status::yes : check_status::unclear;
        out.reason = all.socks4_connect.code ? code_text(all.socks4_connect)
                                             : silence_text(all.socks4_connect, all.limit_text);
        return out;
    }
    check_result out = read_plain(id, all.connect, "bound", all);
    if (!all.connect.code || out.status == check_status::error)
        return out;
    // Refusals that come of trying.
    const bool tried = all.connect.code >= 0x03 && all.connect.code <= 0x06;
    const bool likely = all.connect.code == general_failure || all.connect.code == 0x08;
    if ((tried || likely) && all.connect.code != all.control.code) {
        out.status = check_status::yes;
        out.reason += " for a name that does not exist";
    } else if (all.connect.code == not_allowed) {
        out.status = check_status::unclear;
        out.reason += " for a name that does not exist";
    } else if (all.connect.code == granted) {
        out.reason += ", for a name that does not exist";
    }
    return out;
}

void judge_relay(check_result& out, const answers& all) {
    if (out.status != check_status::yes || !out.bound)
        return;
    if (out.bound->port == 0) {
        out.status = check_status::error;
        out.reason += ": port 0 cannot be used";
        return;
    }
    for (const target_answer& each : all.targets) {
        if (!each.asked_dns)
            continue;
        if (each.dns_ms) {
            out.reason += "; " + to_string(each.target) + " answered a DNS question";
            return;
        }
        out.status = check_status::unclear;
        out.reason =
            code_text(all.udp) + ", but " + each.dns_failure + " (" + to_string(each.target) + ")";
    }
}

check_result read_socks4_command(probe_check id, const answers& all) {
    if (id == probe_check::command_bind && all.socks4_bind.was_asked()) {
        check_result out = from(id, all.socks4_bind);
        const auto code = all.socks4_bind.code;
        out.status = code == 0x5A ? check_status::yes
                     : code       ? check_status::no
                                  : check_status::unclear;
        out.reason = code == 0x5A ? granted_text(all.socks4_bind, "bound")
                     : code       ? code_text(all.socks4_bind)
                                  : silence_text(all.socks4_bind, all.limit_text);
        return out;
    }
    if (id == probe_check::command_resolve && all.socks4a_resolve.was_asked()) {
        check_result out = from(id, all.socks4a_resolve);
        const auto code = all.socks4a_resolve.code;
        out.status = is_genuine_resolve(all.socks4a_resolve) ? check_status::yes
                     : code                                  ? check_status::no
                                                             : check_status::unclear;
        out.reason = code ? code_text(all.socks4a_resolve)
                          : silence_text(all.socks4a_resolve, all.limit_text);
        return out;
    }
    if (!all.speaks_socks4())
        return {id, check_status::skipped, "no SOCKS5 here"};
    return {id, check_status::no, "SOCKS4 has no such command"};
}

check_result read_resolve(const answers& all) {
    check_result out = read_plain(probe_check::command_resolve, all.resolve, "answered", all);
    if (all.resolve.code != granted || !all.resolve.bound)
        return out;
    const std::string got = to_string(all.resolve.bound->host);
    if (is_genuine_resolve(all.resolve)) {
        out.reason = code_text(all.resolve) + ", " + got + " for 192.0.2.1";
    } else {
        out.status = check_status::no;
        out.reason = code_text(all.resolve) + ", but " + to_string(*all.resolve.bound) +
                     " for 192.0.2.1: taken for CONNECT";
    }
    return out;
}

check_result read_resolve_ptr(const answers& all) {
    check_result out = read_plain(probe_check::command_resolve_ptr, all.resolve_ptr, "", all);
    const auto code = all.resolve_ptr.code;
    if (!code || code == not_supported || code == not_allowed || code == all.control.code ||
        out.status == check_status::error)
        return out;
    out.reason = code_text(all.resolve_ptr);
    const bool is_name =
        all.resolve_ptr.bound && std::holds_alternative<host_name>(all.resolve_ptr.bound->host);
    if (code == granted && !is_name) {
        out.status = check_status::no;
        out.reason += ", but no name for 0.0.0.0: taken for CONNECT";
    } else if (is_genuine_resolve(all.resolve)) {
        out.status = check_status::yes;
        out.reason += " for 0.0.0.0, which has no name";
    } else {
        out.status = check_status::unclear;
        out.reason += " for 0.0.0.0";
    }
    return out;
}

check_result read_family(
    probe_check id, bool (*fits)(const host&), std::string_view word, const answers& all) {
    const target_answer* const at = best_target(all, fits);
    if (at == nullptr) {
        const std::string locked = locked_out(all);
        const std::string needs =
            all.targets.empty() ? "needs --target" : "no target is " + std::string{word};
        return {id, check_status::skipped, locked.empty() || all.speaks_socks4() ? needs : locked};
    }
    if (!at->tcp.was_asked())
        return {id, check_status::skipped, locked_out(all)};
    check_result out = from(id, at->tcp);
    judge_target(out, *at, all);
    return out;
}

check_result read_domain(const answers& all) {
    constexpr auto id = probe_check::address_domain;
    const bool named = best_target(all, [](const host& h) {
                           return std::holds_alternative<host_name>(h);
                       }) != nullptr;
    if (named)
        return read_family(
            id, [](const host& h) { return std::holds_alternative<host_name>(h); }, "a name", all);
    const answer& said = all.connect;
    if (!said.was_asked()) {
        const std::string why = locked_out(all);
        return {id, check_status::skipped, why.empty() ? "not asked" : why};
    }
    check_result out = from(id, said);
    out.bound.reset();
    if (!said.code) {
        out.reason = no_reply_text(said, all);
        return out;
    }
    out.reason = code_text(said);
    const bool looked_up = said.code >= 0x03 && said.code <= 0x06;
    if (said.code == granted) {
        out.reason += ", whatever the name";
    } else if ((looked_up || said.code == general_failure) && said.code != all.control.code) {
        out.status = check_status::yes;
        out.reason += ": likely looked up by the proxy, and there is no such name";
    } else if (said.code == no_such_address_type) {
        out.reason += " for a name, or for one that does not exist";
    } else {
        out.reason += " for a name that does not exist";
    }
    return out;
}

} // namespace

bool is_genuine_resolve(const answer& said) {
    const bool yes = said.code == granted || said.code == 0x5A;
    return yes && said.bound && said.bound->host == host{literal_address()};
}

bool is_listener(const address& bound, const answers& all) {
    const auto proxy = all.proxy();
    return proxy && bound == *proxy;
}

check_result read_command(probe_check id, const answers& all) {
    if (id == probe_check::command_connect)
        return read_connect(all);
    if (!all.speaks_socks5())
        return read_socks4_command(id, all);
    switch (id) {
    case probe_check::command_bind: {
        check_result out = read_plain(id, all.bind, "bound", all);
        if (out.status == check_status::yes && out.bound && out.bound->port == 0) {
            out.status = check_status::error;
            out.reason += ": port 0 cannot be used";
        }
        return out;
    }
    case probe_check::command_udp_associate: {
        check_result out = read_plain(id, all.udp, "relay", all);
        judge_relay(out, all);
        return out;
    }
    case probe_check::command_resolve:
        return read_resolve(all);
    default:
        return read_resolve_ptr(all);
    }
}

check_result read_address(probe_check id, const answers& all) {
    if (id == probe_check::address_domain)
        return read_domain(all);
    if (id == probe_check::address_ipv4)
        return read_family(
            id, [](const host& h) { return std::holds_alternative<ipv4_address>(h); },
            "an IPv4 address", all);
    return read_family(
        id, [](const host& h) { return std::holds_alternative<ipv6_address>(h); },
        "an IPv6 address", all);
}

} // namespace sockscat::probing
