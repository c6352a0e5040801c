# SPDX-License-Identifier: MIT
# The first clang that can build Asio's coroutines: 16 of Debian 12 (whose own is 14), 19 of Debian 13.
find_program(CMAKE_CXX_COMPILER NAMES clang++-16 clang++-19 clang++-18 clang++-17 clang++ REQUIRED)
