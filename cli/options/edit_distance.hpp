// SPDX-License-Identifier: MIT
/// What was meant by a word that is none of those expected.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace sockscat::cli {

/// The candidate nearest to `word`, if one is near enough to be meant.
std::optional<std::string_view> nearest(
    std::string_view word, std::span<const std::string_view> candidates);

} // namespace sockscat::cli
