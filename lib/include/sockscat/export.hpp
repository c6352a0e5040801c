// SPDX-License-Identifier: MIT
/// \file
/// What the shared library exports; the compiler hides the rest. Every public header includes this
/// one.
#pragma once

#if __cplusplus < 202002L
#error "sockscat needs C++20: compile with -std=c++20 or -std=gnu++20"
#endif

/// Precedes each public function that has its body in the library, and each public class with
/// virtual functions.
#define SOCKSCAT_EXPORT [[gnu::visibility("default")]]
