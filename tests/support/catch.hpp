// SPDX-License-Identifier: MIT
/// Catch2, whichever of its two layouts is installed: 2.13 (Debian 12) or 3 (Debian 13).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>

#include <string>

namespace Catch::Matchers {

/// As version 3 calls it; there, Contains() is for ranges.
inline auto ContainsSubstring(const std::string& part) {
    return Contains(part);
}

} // namespace Catch::Matchers
#endif
