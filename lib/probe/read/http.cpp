// SPDX-License-Identifier: MIT
#include "probe/answers/http.hpp"
#include "checks.hpp"
#include "parts.hpp"
#include "probe/answers/words.hpp"

#include <sockscat/text.hpp>

#include <utility>

namespace sockscat::probing {
namespace {

// What came instead of a reply.
check_result read_stranger(const answer& got, const answers& all) {
    if (got.foreign.empty())
        return said(check_status::unclear, silence_text(got, all));
    if (got.is_endless)
        return said(check_status::no, silence_text(got, all));
    return said(check_status::no, "not HTTP: " + silence_text(got, all));
}

// Why there is nothing to compare the reply with.
std::string no_control_text(const answers& all) {
    return all.stopped ? ", and then it stopped serving" : " (a made-up method gets no reply)";
}

check_result read_outcome(const answer& got, const answers& all) {
    const std::string status = status_text(got);
    switch (outcome_of(got)) {
    case http_outcome::needs_login:
        return said(check_status::unclear, status);
    case http_outcome::unknown_verb:
        return said(check_status::no, status);
    case http_outcome::denied:
        return said(check_status::unclear, status + " for a name that does not exist");
    case http_outcome::web_server:
        return said(check_status::unclear, status + ", like a web server");
    case http_outcome::granted:
    case http_outcome::refused:
    case http_outcome::none:
        break;
    }
    if (is_http_lookup_like_control(all))
        return said(check_status::unclear, status + " (same for a made-up method)");
    if (!knows_http_connect(all))
        return said(check_status::unclear, status + no_control_text(all));
    return said(
        check_status::yes, status + (outcome_of(got) == http_outcome::granted
                                         ? ", whatever the name"
                                         : ": it tried, and there is no such name"));
}

// Of the targets, the first that was reached.
const answer* reached_target(const answers& all) {
    for (const target_answer& each : all.targets)
        if (is_http_target_reached(each.tcp, all))
            return &each.tcp;
    return nullptr;
}

check_result read_scheme(const answers& all, const char* scheme) {
    const answer* const demand = login_demand(all);
    if (demand == nullptr)
        return skipped("does not speak HTTP");
    if (outcome_of(*demand) != http_outcome::needs_login)
        return said(check_status::no, "it requires no login");
    if (offers_scheme(*demand, scheme))
        return said(check_status::yes, "407, offered");
    if (demand->http->schemes.empty())
        return said(check_status::unclear, "407 without Proxy-Authenticate");
    return said(check_status::no, "407, not offered");
}

} // namespace

check_result read_http_connect(const answers& all) {
    const bool logs_in = uses_http_login(all);
    const answer* const reached = reached_target(all);
    const answer& lookup = http_lookup(all);
    const answer& got = reached != nullptr ? *reached : lookup;
    check_result out = !got.http ? read_stranger(got, all)
                       : is_locked_out(all)
                           ? skipped(logs_in ? "the login was not accepted" : "requires a login")
                       : reached != nullptr ? said(check_status::yes, status_text(got))
                                            : read_outcome(got, all);
    if (out.status == check_status::skipped)
        return out;
    out.reply = code_of(got);
    out.elapsed_ms = got.spans.request;
    return out;
}

check_result read_basic(const answers& all) {
    check_result out = read_scheme(all, "Basic");
    const answer& login = all[question::http_login];
    const std::string user = quote(all.facts.user);
    const std::string lead = out.status == check_status::yes ? "offered, but " : "";
    if (uses_http_login(all) && is_locked_out(all))
        return said(
            check_status::no, lead + "the login of " + user + " was rejected (" +
                                  status_text(after_login(all)) + ")");
    if (out.status != check_status::yes)
        return out;
    out.elapsed_ms = login.spans.request;
    if (!login.was_asked()) {
        out.reason += "; no login tried";
        return out;
    }
    if (!after_login(all).http && reached_target(all) == nullptr)
        return said(check_status::unclear, lead + silence_text(login, all));
    out.reason = "logged in as " + user;
    return out;
}

check_result read_digest(const answers& all) {
    return read_scheme(all, "Digest");
}

check_result read_ntlm(const answers& all) {
    return read_scheme(all, "NTLM");
}

check_result read_negotiate(const answers& all) {
    return read_scheme(all, "Negotiate");
}

} // namespace sockscat::probing
