// SPDX-License-Identifier: MIT
/// What the readers of several checks have in common.
#pragma once

#include "probe/answers/answers.hpp"

#include <sockscat/reply.hpp>

#include <string>
#include <string_view>

namespace sockscat::probing {

using rep = socks5_reply;

check_result said(check_status how, std::string reason);
check_result skipped(std::string why);
/// What was not asked: skipped, or an error where it had stopped serving.
check_result not_asked(const answers& all, std::string why);
/// A result with the reply of an answer, unclear so far.
check_result from(const answer& got);
/// "00 succeeded, bound 192.0.2.1:80"
std::string granted_text(const answer& got, std::string_view what);
/// Of an answer that is none: "connection closed, no reply", "no reply within 10 s", ...
std::string silence_text(const answer& got, const answers& all);
/// The same; with a word on the unassigned command if that got none either: no evidence.
std::string no_reply_text(const answer& got, const answers& all);

/// Why requests could not be made, where answers::accepts_requests() is false.
std::string locked_out_text(const answers& all);
/// Why a request was not sent: it could not be, or others were waited for in vain.
std::string not_asked_text(const answers& all);

/// Of the targets that fit, the one that was reached best; null if none fits.
const target_answer* best_target(const answers& all, bool (*fits)(const host&));

} // namespace sockscat::probing
