// SPDX-License-Identifier: MIT
/// Why a proxy is of no use as it was asked: one reason, which decides everything that is said.
#pragma once

#include "probe/answers/answers.hpp"

#include <cstddef>
#include <cstdint>

namespace sockscat::probing {

enum class reason : std::uint8_t {
    // There was no connection to it.
    next_hop_not_reached, ///< the hop before it tried
    hop_before_failed,
    connect_timed_out,
    name_not_found,
    not_listening,
    no_unix_socket,
    // TLS with it failed.
    tls_silent,
    tls_met_socks,
    tls_met_other, ///< HTTP, SSH, mail or FTP
    tls_out_of_date,
    tls_not_trusted,
    tls_has_no_names,
    tls_requires_certificate, ///< of ours
    tls_refuses_certificate,
    tls_failed,
    // It does not speak the SOCKS that it was asked for.
    only_socks4,
    only_socks5,
    cut_off,
    stalled, ///< the same, but it stays open
    met_http,
    met_http_proxy,
    met_ssh,
    met_tls, ///< it says so in clear
    met_other,
    tls_with_socks_inside,
    tls_without_socks,
    silent,
    closed,
    // It does not accept us.
    login_broken,
    login_rejected,
    login_without_password,
    login_silent,
    login_closed,
    none_not_offered,
    password_not_offered,
    password_not_given,
    requires_gssapi,
    requires_chap,
    requires_gost_tls,
    requires_unknown_method,
    // It accepts us, and does nothing for us.
    denies_everything,
    denies_user,
    replies_in_foreign,
    target_refused,
    target_broken, ///< something else than a reply
    target_closed,
    target_lost, ///< granted, and closed immediately
    target_silent,
    target_unknown,    ///< by its name, which is looked up here
    stopped_accepting, ///< no method any more
    stopped_login,
    stopped_speaking, ///< SOCKS
    stopped_closing,
    stopped_silent,
    stopped_listening,
    // It was examined as an HTTP proxy.
    http_met_socks5,
    http_met_socks4,
    http_met_tls,
    http_met_other,
    http_without_connect,
    http_silent,
    http_scheme_unknown,
    http_login_not_given,
    http_login_rejected,
    http_login_without_password,
    http_denied,
    http_refuses_targets,
    http_closes_at_targets,
    http_silent_at_targets,

    none, ///< it is usable
};
inline constexpr std::size_t reason_count = static_cast<std::size_t>(reason::none);

reason reason_of(const answers& all);
/// The last target that was asked for; null if none was.
const answer* last_of_targets(const answers& all);
/// Of the last answer of one that has stopped serving.
reason why_stopped(const answer& last);
/// http_reason.cpp: of a proxy that was reached, and examined as an HTTP proxy.
reason reason_of_http(const answers& all);

} // namespace sockscat::probing
