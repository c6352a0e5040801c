// SPDX-License-Identifier: MIT
/// Answers to a verdict. Rules without any I/O.
#pragma once

#include "probe/answers/answers.hpp"
#include "reason.hpp"

#include <sockscat/probe.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace sockscat::probing {

/// What is said for a reason. Texts have words of verdict.cpp.
struct verdict_row {
    reason why;
    probe_verdict verdict;
    std::string_view finding; ///< its id
    /// The status, by its kind; nothing: the error that came, as it is.
    std::optional<failure> status;
    phase at;                  ///< none: where the first answer ended
    std::string_view sentence; ///< error::cause
    std::string_view advice;
};
/// In the order of `reason`.
const std::array<verdict_row, reason_count>& verdict_rows();

/// Why it is of no use; nothing if it is.
struct judgement {
    probe_verdict verdict{probe_verdict::usable};
    std::optional<error> why;
    std::string finding; ///< its id
    std::string advice;
};
judgement judge(const answers& all);

} // namespace sockscat::probing
