// SPDX-License-Identifier: MIT
/// What the readings have in common.
#pragma once

#include "probe/answers/answers.hpp"

#include <string>
#include <string_view>

namespace sockscat::probing {

check_result skipped(probe_check id, std::string why);
/// Why a request was not sent: we were not let in, or waited in vain before.
std::string not_asked_text(const answers& all);
/// Of a CONNECT; empty if others have been replied to.
std::string vain_connect_text(const answers& all);
/// A result with the reply of an answer, unclear so far.
check_result from(probe_check id, const answer& said);
/// "00 succeeded, bound 192.0.2.1:80"
std::string granted_text(const answer& said, std::string_view what);
/// No reply at all. An unknown command that gets none, too, makes it no evidence.
std::string no_reply_text(const answer& said, const answers& all);
/// Of the targets that fit, the one that was reached best; null if none fits.
const target_answer* best_target(const answers& all, bool (*fits)(const host&));

} // namespace sockscat::probing
