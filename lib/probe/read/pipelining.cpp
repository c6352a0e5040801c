// SPDX-License-Identifier: MIT
#include "checks.hpp"
#include "parts.hpp"
#include "probe/answers/words.hpp"

namespace sockscat::probing {
namespace {

std::string why_not_asked(const answers& all) {
    const answer& alone = all[question::unpipelined];
    if (!alone.was_asked() && all.accepts_requests())
        return "no request to compare with";
    if (!all.accepts_requests())
        return locked_out_text(all);
    return alone.was_silent() ? "no reply without it either: " + silence_text(alone, all) : "";
}

check_result compare_codes(const answer& got, const answer& alone) {
    if (got.code == alone.code)
        return said(check_status::yes, "");
    if (!alone.code)
        return said(check_status::yes, code_text(got));
    if (got.code == rep::address_type_not_supported) // it was read to its end
        return said(check_status::unclear, code_text(got));
    return said(check_status::no, code_text(got) + ", but " + code_text(alone) + " without it");
}

check_result compare(const answer& got, const answer& alone, const answers& all) {
    const std::string in_time = silence_text(got, all);
    if (got.how == ending::unreachable)
        return said(check_status::error, silence_text(got, all));
    if (got.was_silent() && !answers_promptly(alone))
        return said(check_status::unclear, in_time + "; it is also slow without it");
    if (!got.method)
        return said(check_status::no, "the answer to the greeting is lost, " + in_time);
    if (got.method != 0x00 && got.method != 0x02)
        return said(
            check_status::no, "the greeting was answered with 05 " + byte_text(*got.method));
    if (got.code)
        return compare_codes(got, alone);
    if (got.hung_up() && alone.hung_up())
        return said(check_status::unclear, "connection closed, no reply (as without pipelining)");
    return said(check_status::no, "data sent together with the greeting is lost: " + in_time);
}

} // namespace

check_result read_pipelining(const answers& all) {
    const answer& got = all[question::pipelined];
    if (!got.was_asked())
        return not_asked(all, why_not_asked(all));
    check_result out = compare(got, all[question::unpipelined], all);
    out.reply = code_of(got);
    out.elapsed_ms = got.spans.request;
    return out;
}

} // namespace sockscat::probing
