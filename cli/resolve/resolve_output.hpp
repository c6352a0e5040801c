// SPDX-License-Identifier: MIT
/// What `resolve` prints.
#pragma once

#include <sockscat/dns_client.hpp>

#include <string>

namespace sockscat::cli {

/// A name or address as it was given, fit for a terminal.
std::string operand_text(const std::string& operand);

/// One line for each record: its data, after the operand and a tab if `with_name`.
std::string text_lines(const std::string& operand, const dns_answer& answer, bool with_name);

/// One JSON object on a line, schema "sockscat.resolve/1".
std::string json_line(const std::string& operand, const dns_answer& answer, double elapsed_ms);

} // namespace sockscat::cli
