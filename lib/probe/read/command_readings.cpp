// SPDX-License-Identifier: MIT
#include "probe/answers/words.hpp"
#include "probe/ask/questions.hpp"
#include "reading_parts.hpp"
#include "readings.hpp"

#include <sockscat/text.hpp>

#include <algorithm>

namespace sockscat::probing {
namespace {

constexpr std::uint8_t granted = 0x00;
constexpr std::uint8_t general_failure = 0x01;
constexpr std::uint8_t not_allowed = 0x02;
constexpr std::uint8_t not_supported = 0x07;

// What every command has in common: 07 is a no whatever else is answered like that (section 11,
// step 7); the answer to an unassigned command is no evidence of anything.
check_result read_plain(
    probe_check id, const answer& said, std::string_view bound_word, const answers& all) {
    if (!said.was_asked())
        return skipped(id, not_asked_text(all));
    check_result out = from(id, said);
    if (!said.foreign.empty() || said.how == ending::unreachable) {
        out.status = check_status::error;
        out.reason = silence_text(said, all.limit_of(said));
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
                : ", cut short: " + silence_text(said, all.limit_of(said));
    } else if (said.code == granted) {
        out.status = all.control.granted() ? check_status::unclear : check_status::yes;
        out.reason = granted_text(said, bound_word);
        if (all.control.granted())
            out.reason += " (so is command 0x7e)";
    } else if (said.code == not_supported || said.code == not_allowed) {
        out.status = check_status::no;
    } else if (said.code == all.control.code) {
        out.reason += " (so is command 0x7e)";
    }
    return out;
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
        out.reason = all.socks4_connect.code
                         ? code_text(all.socks4_connect)
                         : silence_text(all.socks4_connect, all.limit_of(all.socks4_connect));
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
    if (!all.udp.granted() || !out.bound)
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
            out.status = check_status::yes;
            out.reason += "; " + to_string(each.target) + " answered a DNS question";
            return;
        }
        out.status = check_status::unclear;
        out.reason =
            code_text(all.udp) + ", but " + each.dns_failure + " (" + to_string(each.target) + ")";
    }
}

// SOCKS4 has one code for every refusal: what an unknown command gets, too, says nothing.
check_result read_socks4_reply(
    probe_check id, const answer& said, bool is_yes, const answers& all) {
    check_result out = from(id, said);
    out.reason = !said.code ? silence_text(said, all.limit_of(said))
                 : is_yes   ? granted_text(said, "bound")
                            : code_text(said);
    const bool says_nothing = said.code == all.socks4.code && !said.granted();
    if (is_yes)
        out.status = check_status::yes;
    else if (said.code && !says_nothing)
        out.status = check_status::no;
    else if (said.code)
        out.reason += " (so is command 0x7e)";
    return out;
}

check_result read_socks4_command(probe_check id, const answers& all) {
    if (id == probe_check::command_bind && all.socks4_bind.was_asked())
        return read_socks4_reply(id, all.socks4_bind, all.socks4_bind.granted(), all);
    if (id == probe_check::command_resolve && all.socks4a_resolve.was_asked())
        return read_socks4_reply(
            id, all.socks4a_resolve, is_genuine_resolve(all.socks4a_resolve), all);
    if (!all.speaks_socks4())
        return skipped(id, "no SOCKS5 here");
    return {id, check_status::no, "SOCKS4 has no such command"};
}

check_result read_resolve(const answers& all) {
    check_result out = read_plain(probe_check::command_resolve, all.resolve, "answered", all);
    if (all.resolve.code != granted || !all.resolve.bound)
        return out;
    const std::string got = to_string(all.resolve.bound->host);
    if (is_genuine_resolve(all.resolve)) {
        out.status = check_status::yes;
        out.reason = code_text(all.resolve) + ", " + got + " for 192.0.2.1";
    } else {
        out.status = check_status::no;
        out.reason = code_text(all.resolve) + ", but " + to_string(*all.resolve.bound) +
                     " for 192.0.2.1: taken for CONNECT";
    }
    return out;
}

check_result read_resolve_ptr(const answers& all) {
    check_result out =
        read_plain(probe_check::command_resolve_ptr, all.resolve_ptr, "answered", all);
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

} // namespace sockscat::probing
