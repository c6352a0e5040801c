// SPDX-License-Identifier: MIT
#include "reason.hpp"

#include "probe/answers/evidence.hpp"
#include "probe/answers/http.hpp"
#include "proto/peer.hpp"
#include "proto/socks5.hpp"

#include <sockscat/tls.hpp>

#include <algorithm>

namespace sockscat::probing {
namespace {

using proto::socks5::method;

bool chose(const answer& said, method which) {
    return said.method == static_cast<std::uint8_t>(which);
}

// A hop tried and could not connect to the next one.
bool is_refused_beyond(const error& why) {
    return why.kind == failure::refused &&
           (why.code == socks5_reply::network_unreachable ||
            why.code == socks5_reply::host_unreachable ||
            why.code == socks5_reply::connection_refused || why.code == socks5_reply::ttl_expired);
}

reason why_tls_failed(const error& why) {
    switch (why.looks_like) {
    case peer_kind::socks4:
    case peer_kind::socks5:
        return reason::tls_met_socks;
    case peer_kind::http:
    case peer_kind::ssh:
    case peer_kind::mail_or_ftp:
        return reason::tls_met_other;
    default:
        break;
    }
    if (why.code == tls_errc::out_of_date)
        return reason::tls_out_of_date;
    if (why.code == tls_errc::not_trusted || why.code == tls_errc::wrong_name)
        return reason::tls_not_trusted;
    if (why.code == tls_errc::no_names)
        return reason::tls_has_no_names;
    if (why.code == tls_errc::certificate_required)
        return reason::tls_requires_certificate;
    if (is_about_our_certificate(why.code))
        return reason::tls_refuses_certificate;
    return reason::tls_failed;
}

reason why_not_reached(const answers& all) {
    const error why =
        all.first().failed.value_or(error{failure::proxy_unreachable, phase::connect, ""});
    const bool is_about_it = why.hop == all.facts.hop;
    if (why.kind == failure::tls)
        return why_tls_failed(why);
    if (why.kind == failure::timeout && why.at == phase::tls && is_about_it)
        return reason::tls_silent;
    if (is_refused_beyond(why))
        return reason::next_hop_not_reached;
    if (!is_about_it)
        return reason::hop_before_failed;
    if (why.kind == failure::timeout)
        return reason::connect_timed_out;
    if (why.kind == failure::proxy_name)
        return reason::name_not_found;
    return all.facts.has_port ? reason::not_listening : reason::no_unix_socket;
}

reason why_stranger(const answer& said) {
    switch (proto::classify(said.foreign)) {
    case peer_kind::http:
        return reason::met_http;
    case peer_kind::ssh:
        return reason::met_ssh;
    case peer_kind::tls:
        return reason::met_tls;
    default:
        return reason::met_other;
    }
}

reason why_no_socks(const answers& all) {
    const answer& said = all.first();
    const bool is_cut_off = said.foreign.size() == 1 && said.foreign[0] == proto::socks5::version;
    if (is_cut_off && all.facts.wanted != proxy_protocol::socks4)
        return said.how == ending::timeout ? reason::stalled : reason::cut_off;
    if (understands_http_connect(all))
        return reason::met_http_proxy;
    if (!said.foreign.empty())
        return why_stranger(said);
    if (all[question::http_connect].http)
        return reason::met_http;
    if (all[question::tls].tls)
        return all[question::tls].method ? reason::tls_with_socks_inside
                                         : reason::tls_without_socks;
    return said.was_silent() ? reason::silent : reason::closed;
}

reason why_login_failed(const answers& all) {
    const answer& login = all[question::password];
    if (login.auth_status && !all.understands_login())
        return reason::login_broken;
    if (login.auth_status)
        return all.facts.has_password ? reason::login_rejected : reason::login_without_password;
    return login.was_silent() ? reason::login_silent : reason::login_closed;
}

// It wants to know who asks.
reason why_not_accepted(const answers& all) {
    const bool wants_password = chose(all[question::password], method::password) ||
                                chose(all[question::either], method::password);
    if (chose(all[question::none], method::none))
        return reason::none_not_offered;
    if (wants_password)
        return all.facts.has_login ? reason::password_not_offered : reason::password_not_given;
    if (chose(all[question::gssapi], method::gssapi))
        return reason::requires_gssapi;
    if (chose(all[question::chap], method::chap))
        return reason::requires_chap;
    return all.has_gost_tls() ? reason::requires_gost_tls : reason::requires_unknown_method;
}

reason why_not_met(const answer& said) {
    const bool is_cut_short = said.code && said.hung_up();
    if (!said.foreign.empty() || (is_cut_short && !is_answered_in_full(said)))
        return reason::target_broken;
    if (!is_answered_in_full(said))
        return said.hung_up() ? reason::target_closed : reason::target_silent;
    return said.granted() ? reason::target_lost : reason::target_refused;
}

// No target was reached: what came of the last.
reason why_no_target(const answers& all) {
    if (is_any_target_met(all))
        return reason::none;
    const answer* const last = last_of_targets(all);
    const target_answer& end = all.targets.back();
    const bool is_unasked = all.stopped && !end.tcp.was_asked() && !end.unknown;
    if (is_unasked)
        return why_stopped(all.stopped->last);
    if (last != nullptr)
        return why_not_met(*last);
    return end.unknown ? reason::target_unknown : reason::target_silent;
}

reason why_denied(const answers& all) {
    return all.logged_in() ? reason::denies_user : reason::denies_everything;
}

bool is_every_target_denied(const answers& all) {
    return std::all_of(all.targets.begin(), all.targets.end(), [](const target_answer& each) {
        return each.tcp.code == socks5_reply::not_allowed;
    });
}

reason why_requests_are_of_no_use(const answers& all) {
    if (denies_everything(all) && is_every_target_denied(all))
        return why_denied(all);
    if (!all.targets.empty())
        return why_no_target(all);
    if (serves_socks5(all))
        return reason::none;
    if (all.stopped)
        return why_stopped(all.stopped->last);
    return all[question::connect].foreign.empty() ? reason::none : reason::replies_in_foreign;
}

reason why_socks5_is_of_no_use(const answers& all) {
    const bool tried_login = chose(all[question::password], method::password) &&
                             all.facts.has_login && all.facts.may_log_in;
    if (tried_login && !all.logged_in())
        return why_login_failed(all);
    if (!all.accepts_requests())
        return why_not_accepted(all);
    return why_requests_are_of_no_use(all);
}

reason why_socks4_is_of_no_use(const answers& all) {
    const bool is_no = !all[question::socks4].foreign.empty();
    if (!all.speaks_socks4()) {
        if (!all.speaks_socks5())
            return why_no_socks(all);
        if (is_no || serves_socks5(all)) // it does not hang up on everything
            return reason::only_socks5;
    }
    if (!all.targets.empty())
        return why_no_target(all);
    const bool has_served = serves_socks4(all) || serves_socks5(all);
    return all.stopped && !has_served ? why_stopped(all.stopped->last) : reason::none;
}

} // namespace

const answer* last_of_targets(const answers& all) {
    const auto found =
        std::find_if(all.targets.rbegin(), all.targets.rend(), [](const target_answer& each) {
            return each.tcp.was_asked();
        });
    return found == all.targets.rend() ? nullptr : &found->tcp;
}

reason why_stopped(const answer& last) {
    if (last.how == ending::unreachable)
        return reason::stopped_listening;
    if (last.auth_status)
        return reason::stopped_login;
    if (last.method)
        return reason::stopped_accepting;
    if (!last.foreign.empty())
        return reason::stopped_speaking;
    return last.was_silent() ? reason::stopped_silent : reason::stopped_closing;
}

reason reason_of(const answers& all) {
    if (all.first().how == ending::unreachable)
        return why_not_reached(all);
    if (all.facts.wanted == proxy_protocol::http)
        return reason_of_http(all);
    if (all.facts.wanted == proxy_protocol::socks4)
        return why_socks4_is_of_no_use(all);
    if (all.speaks_socks5())
        return why_socks5_is_of_no_use(all);
    return all.speaks_socks4() ? reason::only_socks4 : why_no_socks(all);
}

} // namespace sockscat::probing
