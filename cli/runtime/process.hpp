// SPDX-License-Identifier: MIT
/// What the process sees to before anything else, and once its secrets are there.
#pragma once

#include <string>
#include <string_view>

namespace sockscat::cli {

/// Fills closed standard descriptors, so that no socket becomes one of them (what is written to a
/// closed stdout still fails), ignores SIGPIPE, and forbids core dumps.
void prepare_process();

/// No new privileges, no reading of our memory by other processes of the user. After
/// the standard streams were opened anew, which it would forbid.
void restrict_process();

/// Lets this process have as many descriptors as the system allows it. Returns how many connections
/// fit, 1 or more.
int raise_descriptor_limit();

/// Overwrites what is, or may be, a password in every argument that is a proxy URL, also one that
/// does not parse, or a NAME:PASSWORD.
void blank_passwords(int argc, char** argv);

} // namespace sockscat::cli
