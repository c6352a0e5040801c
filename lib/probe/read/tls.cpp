// SPDX-License-Identifier: MIT
#include "tls.hpp"

#include "checks.hpp"
#include "parts.hpp"
#include "probe/answers/words.hpp"

#include <string>

namespace sockscat::probing {
namespace {

bool speaks_socks(const answers& all) {
    return all.speaks_socks5() || all.speaks_socks4();
}

bool is_socks(const error& why) {
    return why.looks_like == peer_kind::socks5 || why.looks_like == peer_kind::socks4;
}

std::string tls_text(const tls_summary& tls) {
    return tls.version + ", " + tls.cipher + (tls.verified ? ", verified" : ", not verified");
}

check_result read_own(const answers& all) {
    const auto& tls = all.first().tls;
    return tls ? said(check_status::yes, tls_text(*tls))
               : said(check_status::error, "the handshake failed");
}

check_result read_gost(const answers& all) {
    const answer& got = all[question::gost_tls];
    const std::string lead = "method " + method_text(*got.method) + ", ";
    if (got.tls)
        return said(check_status::yes, lead + tls_text(*got.tls));
    return said(
        check_status::error, lead + (got.failed ? got.failed->cause : silence_text(got, all)));
}

check_result read_failure(const error& why, const answers& all) {
    const bool is_tls = is_between_tls_peers(why.code);
    const bool is_no = speaks_socks(all) || is_socks(why);
    return said(
        is_tls  ? check_status::error
        : is_no ? check_status::no
                : check_status::unclear, // it closes whatever is said to it
        is_socks(why) ? "answered with SOCKS, not TLS" : why.cause);
}

} // namespace

std::optional<tls_summary> tls_of(const answers& all) {
    for (const answer* each : {&all.first(), &all[question::gost_tls], &all[question::tls]})
        if (each->tls)
            return each->tls;
    return std::nullopt;
}

check_result read_tls(const answers& all) {
    const answer& got = all[question::tls];
    if (all.facts.over_tls)
        return read_own(all);
    if (all.has_gost_tls())
        return read_gost(all);
    if (!got.was_asked())
        return not_asked(all, "the proxy did not answer the greeting");
    if (got.failed && got.failed->kind == failure::usage) // OpenSSL is not here
        return said(check_status::error, got.failed->cause);
    if (got.tls)
        return said(check_status::yes, tls_text(*got.tls));
    if (got.was_silent()) {
        const bool is_no = speaks_socks(all) && answers_promptly(all.first());
        return said(
            is_no ? check_status::no : check_status::unclear,
            "no ServerHello within " + all.facts.short_limit_text());
    }
    if (got.how == ending::unreachable)
        return said(check_status::error, silence_text(got, all));
    return read_failure(got.failed.value_or(error{}), all);
}

} // namespace sockscat::probing
