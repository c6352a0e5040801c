// SPDX-License-Identifier: MIT
/// What the shared library shows; the compiler hides the rest. Every public header includes this
/// one.
#pragma once

#if __cplusplus < 202002L
#error "sockscat needs C++20: compile with -std=c++20 or -std=gnu++20"
#endif

/// Stands before each public function that has its body in the library, and in each public class
/// with virtual functions.
#define SOCKSCAT_EXPORT [[gnu::visibility("default")]]
