// SPDX-License-Identifier: MIT
#include "checks.hpp"
#include "command_parts.hpp"
#include "probe/answers/words.hpp"

namespace sockscat::probing {

check_result read_resolve(const answers& all) {
    const answer& by_socks4 = all[question::socks4a_resolve];
    if (!all.speaks_socks5())
        return by_socks4.was_asked()
                   ? read_socks4_command(by_socks4, is_genuine_resolve(by_socks4), all)
                   : no_such_command(all);
    const answer& got = all[question::resolve];
    check_result out = read_command(got, "answered", all);
    if (got.code != rep::succeeded || !got.bound)
        return out;
    if (all.resolves()) {
        out.status = check_status::yes;
        out.reason = code_text(got) + ", " + to_string(got.bound->host) + " for 192.0.2.1";
    } else {
        out.status = check_status::no;
        out.reason = code_text(got) + ", but " + to_string(*got.bound) +
                     " for 192.0.2.1: treated as CONNECT";
    }
    return out;
}

check_result read_resolve_ptr(const answers& all) {
    if (!all.speaks_socks5())
        return no_such_command(all);
    const answer& got = all[question::resolve_ptr];
    check_result out = read_command(got, "answered", all);
    const bool says_nothing = !got.code || got.code == rep::command_not_supported ||
                              got.code == rep::not_allowed ||
                              got.code == all[question::control_command].code;
    if (says_nothing || out.status == check_status::error)
        return out;
    out.reason = code_text(got);
    const bool is_name = got.bound && std::holds_alternative<host_name>(got.bound->host);
    if (got.code == rep::succeeded && !is_name) {
        out.status = check_status::no;
        out.reason += ", but no name for 0.0.0.0: treated as CONNECT";
    } else if (all.resolves()) {
        out.status = check_status::yes;
        out.reason += " for 0.0.0.0, which has no name";
    } else {
        out.status = check_status::unclear;
        out.reason += " for 0.0.0.0";
    }
    return out;
}

} // namespace sockscat::probing
