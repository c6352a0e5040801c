// SPDX-License-Identifier: MIT
#include "fill_in.hpp"
#include "findings.hpp"
#include "probe/answers/http.hpp"
#include "probe/answers/reserved.hpp"
#include "probe/answers/words.hpp"
#include "reason.hpp"

#include <array>

namespace sockscat::probing {
namespace {

using s = sockscat::severity;
using w = word<situation>;

std::string lookup_text(const situation& known) {
    const answer& said = http_lookup(known.all);
    return said.http ? status_text(said) : silence_text(said, known.all.limit_of(said));
}

constexpr std::array words{
    w{"{lookup}", lookup_text},
    w{"{reserved-name}", [](const situation&) { return std::string{reserved_name}; }},
    w{"{socks-url}", [](const situation& known) { return known.all.facts.url_as_socks5h; }},
};

bool is_password_in_clear_http(const situation& known) {
    const answer& login = known.all[question::http_login];
    return login.was_asked() && login.how != ending::unreachable && !login.is_private;
}

bool is_http_login_not_needed(const situation& known) {
    return known.all[question::http_login].was_asked() &&
           outcome_of(known.all[question::http_connect]) != http_outcome::needs_login &&
           known.all[question::http_connect].http && !is_locked_out(known.all);
}

bool is_http_success_early(const situation& known) {
    return grants_http_early(known.all) && !is_any_http_target_reached(known.all);
}

bool is_http_success_early_but_real(const situation& known) {
    return grants_http_early(known.all) && is_any_http_target_reached(known.all);
}

bool is_nothing_served_by_http(const situation& known) {
    return reason_of(known.all) == reason::none && known.all.targets.empty() &&
           !knows_http_connect(known.all);
}

bool is_also_socks(const situation& known) {
    return known.all.speaks_socks5() && is_http_proxy(known.all);
}

constexpr std::array rows{
    finding_row{
        "password-in-clear", s::warn, probe_check::auth_basic,
        "the password is sent unencrypted (Basic, no TLS)",
        "use TLS (-x https://...) or a tunnel (ssh -L, stunnel)", is_password_in_clear_http},
    finding_row{
        "credentials-not-needed", s::info, probe_check::auth_basic,
        "it did not ask for the credentials", "", is_http_login_not_needed},
    finding_row{
        "early-success", s::warn, probe_check::http_connect,
        "it reported success for a name that does not exist: it answers before connecting, or its "
        "resolver invents addresses",
        "its replies do not show whether a target was reached", is_http_success_early},
    finding_row{
        "early-success", s::warn, probe_check::http_connect,
        "it also reported success for a name that does not exist: it answers before connecting, or "
        "its resolver invents addresses",
        "a target counts as reached here if it sent data, or the connection stayed open",
        is_http_success_early_but_real},
    finding_row{
        "nothing-served", s::warn, probe_check::http_connect,
        "no request was served: CONNECT to {reserved-name}, which does not exist, got {lookup}, "
        "which tells nothing",
        "--target HOST:PORT tries something that exists", is_nothing_served_by_http},
    finding_row{
        "also-socks", s::info, std::nullopt, "it also speaks SOCKS5: {socks-url}", "",
        is_also_socks},
};

constexpr bool has_known_words() {
    const std::span<const w> known{words};
    return std::all_of(rows.begin(), rows.end(), [&](const finding_row& each) {
        return is_known(each.message, known) && is_known(each.advice, known);
    });
}
static_assert(has_known_words());

} // namespace

std::span<const finding_row> http_finding_rows() {
    return rows;
}

std::string filled_in_for_http(std::string_view text, const situation& known) {
    return fill_in(text, std::span<const w>{words}, known);
}

} // namespace sockscat::probing
