// SPDX-License-Identifier: MIT
/// Asking a person for a password.
#pragma once

#include <sockscat/credentials.hpp>
#include <sockscat/result.hpp>

#include <string>

namespace sockscat::cli {

/// Asks on the terminal with echo off (never on stdin), or through $SSH_ASKPASS if there is no
/// terminal or $SSH_ASKPASS_REQUIRE says so (ssh(1)). Ends when `interrupt_fd` becomes readable
/// (-1: never), with failure::usage and the code interrupted. ^Z stops the process with the echo
/// restored, and after that the question is asked again. `nobody`: the error if there is neither.
result<secret> ask_password(const std::string& prompt, int interrupt_fd, const error& nobody);

} // namespace sockscat::cli
