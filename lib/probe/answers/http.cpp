// SPDX-License-Identifier: MIT
#include "http.hpp"

#include <sockscat/reply.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>

namespace sockscat::probing {
namespace {

// Both were replied to, with the same status.
bool is_same_status(const answer& one, const answer& other) {
    return one.http && other.http && one.http->status == other.http->status;
}

bool is_bad_request(const answer& said) {
    return said.http && static_cast<http_status>(said.http->status) == http_status::bad_request;
}

} // namespace

http_outcome outcome_of(const answer& said) {
    if (!said.http)
        return http_outcome::none;
    switch (static_cast<http_status>(said.http->status)) {
    case http_status::bad_request:
    case http_status::unauthorized:
        return http_outcome::web_server;
    case http_status::forbidden:
        return http_outcome::denied;
    case http_status::method_not_allowed:
    case http_status::not_implemented:
        return http_outcome::unknown_verb;
    case http_status::proxy_authentication_required:
        return http_outcome::needs_login;
    default:
        return said.http->status / 100 == 2 ? http_outcome::granted : http_outcome::refused;
    }
}

std::string status_text(const answer& said) {
    const std::string reason = escape(said.http->reason);
    return std::to_string(said.http->status) + (reason.empty() ? "" : " " + reason);
}

std::string_view status_name(int status) {
    static constexpr std::array<std::string_view, 4> classes{
        "success", "redirection", "client-error", "server-error"};
    if (const auto* const known = find_reply(static_cast<http_status>(status)))
        return known->name;
    const int first_digit = status / 100;
    return first_digit >= 2 && first_digit <= 5 ? classes[static_cast<std::size_t>(first_digit - 2)]
                                                : "unassigned";
}

std::string schemes_text(const answer& said) {
    constexpr std::size_t most = 8;
    const auto& schemes = said.http->schemes;
    std::string text;
    for (std::size_t i = 0; i < std::min(schemes.size(), most); ++i)
        text += (i == 0 ? "" : ", ") + escape(schemes[i].substr(0, 32));
    return text + (schemes.size() > most ? ", ..." : "");
}

bool offers_scheme(const answer& said, std::string_view scheme) {
    return said.http && std::any_of(
                            said.http->schemes.begin(), said.http->schemes.end(),
                            [&](const std::string& each) { return lower(each) == lower(scheme); });
}

const answer* login_demand(const answers& all) {
    const answer* best = nullptr;
    const auto consider = [&](const answer& said) {
        const bool is_demand = outcome_of(said) == http_outcome::needs_login;
        if (said.http && (best == nullptr || is_demand))
            best = &said;
    };
    for (const target_answer& each : all.targets)
        consider(each.tcp);
    consider(all[question::http_control]);
    consider(all[question::http_login]);
    consider(all[question::http_connect]);
    return best;
}

bool rejects_login(const answer& said) {
    if (!said.http)
        return false;
    const auto status = static_cast<http_status>(said.http->status);
    return status == http_status::proxy_authentication_required ||
           status == http_status::unauthorized;
}

const answer& after_login(const answers& all) {
    const answer& login = all[question::http_login];
    const answer& control = all[question::http_control];
    return login.http || control.number < login.number ? login : control;
}

bool is_locked_out(const answers& all) {
    const bool is_demanded = outcome_of(all[question::http_connect]) == http_outcome::needs_login;
    if (!uses_http_login(all))
        return is_demanded;
    const answer& said = after_login(all); // 401 alone is also what a web server says
    return rejects_login(said) && (is_demanded || outcome_of(said) == http_outcome::needs_login);
}

bool uses_http_login(const answers& all) {
    return all[question::http_login].was_asked();
}

const answer& http_lookup(const answers& all) {
    return all[uses_http_login(all) ? question::http_login : question::http_connect];
}

const answer& last_http_reply(const answers& all) {
    if (is_locked_out(all))
        return uses_http_login(all) ? after_login(all) : all[question::http_connect];
    if (!all.targets.empty() && all.targets.back().tcp.http)
        return all.targets.back().tcp;
    const answer& lookup = http_lookup(all);
    return lookup.http ? lookup : all[question::http_connect];
}

bool is_http_lookup_like_control(const answers& all) {
    return is_same_status(http_lookup(all), all[question::http_control]);
}

bool understands_http_connect(const answers& all) {
    const answer& said = all[question::http_connect];
    const answer& control = all[question::http_control];
    const answer& page = all[question::http_page];
    switch (outcome_of(said)) {
    case http_outcome::needs_login: // the reply of a proxy, and of no one else
        return true;
    case http_outcome::none: // it is thinking about CONNECT only
        return said.was_silent() && control.http;
    case http_outcome::unknown_verb:
    case http_outcome::web_server:
        return false;
    case http_outcome::granted:
    case http_outcome::denied:
    case http_outcome::refused:
        break;
    }
    if (!control.was_asked() || is_same_status(said, page))
        return false;
    return !is_same_status(said, control) || is_bad_request(page);
}

bool knows_http_connect(const answers& all) {
    const answer& control = all[question::http_control];
    const bool tells = control.http || control.hung_up() || !control.foreign.empty();
    const http_outcome outcome = outcome_of(http_lookup(all));
    const bool is_reply = outcome == http_outcome::granted || outcome == http_outcome::refused;
    return is_reply && tells && !is_http_lookup_like_control(all);
}

bool grants_http_early(const answers& all) {
    return outcome_of(http_lookup(all)) == http_outcome::granted;
}

bool is_http_target_reached(const answer& said, const answers& all) {
    return outcome_of(said) == http_outcome::granted &&
           !(said.closed_at_once && grants_http_early(all));
}

bool is_any_http_target_reached(const answers& all) {
    return std::any_of(all.targets.begin(), all.targets.end(), [&](const target_answer& each) {
        return is_http_target_reached(each.tcp, all);
    });
}

bool is_http_proxy(const answers& all) {
    const auto is_proxy_like = [](const answer& said) {
        const http_outcome outcome = outcome_of(said);
        return outcome == http_outcome::granted || outcome == http_outcome::needs_login ||
               outcome == http_outcome::denied || outcome == http_outcome::refused;
    };
    const answer& lookup = http_lookup(all);
    const bool is_connecting = lookup.was_asked() && !lookup.http && lookup.foreign.empty() &&
                               all[question::http_control].http;
    return is_locked_out(all) || is_connecting || is_proxy_like(lookup) ||
           is_any_http_target_reached(all) ||
           std::any_of(all.targets.begin(), all.targets.end(), [&](const target_answer& each) {
               return is_proxy_like(each.tcp);
           });
}

} // namespace sockscat::probing
