// SPDX-License-Identifier: MIT
/// Catch2, whichever of its two layouts is installed: 2.13 (Debian 12) or 3 (Debian 13).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
