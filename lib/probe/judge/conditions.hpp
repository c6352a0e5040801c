// SPDX-License-Identifier: MIT
/// When a finding is one: what the rows of findings.cpp look at.
#pragma once

#include "probe/answers/answers.hpp"

#include <sockscat/probe.hpp>

#include <cstdint>
#include <optional>

namespace sockscat::probing {

/// All that is known when there is a report but for its findings.
struct situation {
    const answers& all;
    const probe_report& report; ///< has its checks, TLS and latency
    std::int64_t now;           ///< seconds since 1970
};

// auth_conditions.cpp
bool is_password_in_clear(const situation& known);
bool is_login_answered_in_version_5(const situation& known);
bool is_tor(const situation& known);
bool are_credentials_not_needed(const situation& known);
bool is_method_list_ignored(const situation& known);
bool is_password_chosen_unasked(const situation& known);

/// Whom it serves without credentials: this client, which is on its machine, in its network, or
/// anywhere.
enum class openness : std::uint8_t { none, here, near, far };
openness openness_of(const answers& all);
/// SOCKS4 serves without the login that SOCKS5 demands.
bool is_socks4_open(const situation& known);

// command_conditions.cpp
/// The first refusal that is too short to hold an address; null if there is none.
const answer* first_short_refusal(const answers& all);
bool is_refusal_short(const situation& known);
/// In the version of its URL; with a target that was reached all the same, or without.
bool is_success_early(const situation& known);
bool is_success_early_but_real(const situation& known);
/// Usable as far as it can be told without a target, for nothing was served; the reserved name was
/// asked for in the version of its URL, or was not.
bool is_nothing_served(const situation& known);
bool is_nothing_served_of_control(const situation& known);
/// In the midst of the questions; before that, it served.
bool has_stopped_serving(const situation& known);
bool is_resolve_fake(const situation& known);
bool does_pipelining_lose_bytes(const situation& known);

/// The lookup of the reserved name got no reply; alone, if there are targets. Not where nothing
/// else was served.
enum class silence : std::uint8_t { none, lookup, lookup_alone };
silence silence_of(const answers& all);

// address_conditions.cpp
enum class bound_place : std::uint8_t {
    none, ///< there is none, or nothing is wrong with it
    port_0,
    own_listener, ///< of BIND
    name,         ///< of UDP ASSOCIATE
    unspecified,
    private_address,
    third_host, ///< of UDP ASSOCIATE
};
bound_place relay_of(const answers& all);
bound_place listener_of(const answers& all);
/// BND.ADDR and BND.PORT of BIND, in the version that its check is about; null if it was not
/// granted.
const address* bound_by_bind(const answers& all);

// tls_conditions.cpp
bool is_tls_unverified(const situation& known);
/// Until the certificate ends; nothing if that is not known.
std::optional<std::int64_t> seconds_left(const situation& known);
bool is_certificate_expired(const situation& known);
bool does_certificate_expire_soon(const situation& known);

// network_conditions.cpp
bool is_ipv6_unavailable(const situation& known);
/// In milliseconds, where a connection takes one.
std::optional<double> round_trip(const situation& known);
bool is_round_trip_known(const situation& known);
bool is_round_trip_long(const situation& known);
bool is_product_known(const situation& known);

} // namespace sockscat::probing
