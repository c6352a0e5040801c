// SPDX-License-Identifier: MIT
/// Wire values in words, as reasons quote them.
#pragma once

#include "answer.hpp"

#include <sockscat/probe.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sockscat::probing {

/// "7e"
std::string byte_text(std::uint8_t value);
/// "07 command not supported"; of SOCKS4 "5b rejected or failed".
std::string code_text(const answer& said);
/// The code for a report; nothing if none came.
std::optional<reply_code> code_of(const answer& said);
/// Of one that did not answer: "connection closed, no reply", "no answer within 10 s", ...
std::string silence_text(const answer& said, std::string_view limit);
/// "gost", "method 7f", ...
std::string method_text(std::uint8_t method);

/// Both ended the same way: with the same code, or without one.
bool is_same_outcome(const answer& one, const answer& other);

} // namespace sockscat::probing
