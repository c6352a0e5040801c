// SPDX-License-Identifier: MIT
/// What `resolve` prints.
#pragma once

#include <sockscat/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sockscat::cli {

struct resolve_answer {
    resolve_answer() = default;

    std::string type;
    std::optional<std::uint32_t> ttl_s; ///< Tor's commands tell none
    std::string data;                   ///< without control characters
};

/// What came of one question.
struct resolve_answers {
    resolve_answers() = default;

    std::string name; ///< the operand
    std::string type; ///< empty: an address of any family was asked for, and none came
    std::string via;
    std::optional<std::string> rcode; ///< of a DNS server
    std::vector<resolve_answer> answers;
    std::optional<error> why; ///< there are no answers
    double elapsed_ms{0};
};

/// One line for each answer, without LF: its data, behind the name and a tab if `with_name`.
std::vector<std::string> text_lines(const resolve_answers& got, bool with_name);

/// One JSON object without LF, schema "sockscat.resolve/1".
std::string json_line(const resolve_answers& got);

} // namespace sockscat::cli
