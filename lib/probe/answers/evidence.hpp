// SPDX-License-Identifier: MIT
/// What answers prove, compared with those to what cannot work: the unassigned command, the
/// reserved name.
#pragma once

#include "answers.hpp"

namespace sockscat::probing {

/// Granted or refused, to its last byte that matters.
bool is_answered_in_full(const answer& got);
/// Granted, and the unassigned command was not, in the same version.
bool is_granted_in_earnest(const answer& got, const answers& all);
/// Granted by one that grants what cannot work, in the same version.
bool is_granted_early(const answer& got, const answers& all);
/// The reserved name, or the unassigned command, was refused with the same code, in the same
/// version: it says nothing about what was asked for.
bool is_refused_like_a_control(const answer& got, const answers& all);
/// CONNECT to the reserved name got another reply than the unassigned command, which is neither a
/// denial nor unsupported.
bool knows_connect(const answers& all);

target_status status_of(const target_answer& at, const answers& all);
/// Reached, or refused by itself.
bool is_target_met(const target_answer& at, const answers& all);
bool is_any_target_met(const answers& all);
bool is_any_target_reached(const answers& all);

/// A request was served, or at least tried; in SOCKS5, by the method that requests were made with.
bool serves_socks5(const answers& all);
bool serves_socks4(const answers& all);
/// In the version of its URL.
bool serves(const answers& all);
bool grants_early(const answers& all);
/// CONNECT to the reserved name, and the unassigned command.
const answer& lookup_of(const answers& all);
const answer& control_of(const answers& all);
/// The same, on a connection without a login that came before any login.
bool serves_without_login(const answers& all);
bool serves_after_login(const answers& all);
/// CONNECT is denied (02), and nothing was served.
bool denies_everything(const answers& all);

/// What is to be thought of the address where BIND listens.
enum class bind_use : std::uint8_t { usable, port_0, own_listener, loopback };
bind_use use_of_bound(const address& bound, const answers& all);

} // namespace sockscat::probing
