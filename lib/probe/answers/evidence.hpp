// SPDX-License-Identifier: MIT
/// What answers prove, beside those to what cannot work: an unassigned command, the reserved name.
#pragma once

#include "answers.hpp"

namespace sockscat::probing {

/// The reserved name, or the unassigned command, was refused with the same code, in the same
/// version: it says nothing about what was asked for.
bool is_refused_like_a_control(const answer& got, const answers& all);

/// Granted or refused, to its last byte that matters.
bool is_answered_in_full(const answer& got);

target_status status_of(const target_answer& at, const answers& all);

} // namespace sockscat::probing
