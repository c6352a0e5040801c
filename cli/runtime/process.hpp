// SPDX-License-Identifier: MIT
/// What the process sees to before anything else.
#pragma once

#include <string>
#include <string_view>

namespace sockscat::cli {

/// Fills closed standard descriptors, so that no socket becomes one of them (what is written to a
/// closed stdout still fails), ignores SIGPIPE, and forbids core dumps and the reading of our
/// memory by other processes of the user, before there is a secret in it.
void prepare_process();

/// Lets other processes of the user look into this one after all. Core dumps stay forbidden.
void allow_debuggers();

/// Lets this process have as many descriptors as the system allows it. Returns how many connections
/// fit, 1 or more.
int raise_descriptor_limit();

/// Overwrites what is, or may be, a password in every argument that is a proxy URL, also one that
/// does not parse, or a NAME:PASSWORD.
void blank_passwords(int argc, char** argv);

/// Overwrites the stack below the caller: functions that have returned may have left copies of a
/// password there.
void wipe_stack();

} // namespace sockscat::cli
