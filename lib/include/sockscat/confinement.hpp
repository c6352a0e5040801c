// SPDX-License-Identifier: MIT
/// Giving up, for good, what a process no longer needs of the system. For programs, not for
/// libraries: it holds for the whole process, and for what it starts.
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>

namespace sockscat {

/// What is still done with files that are not open yet, from least to most.
enum class file_need : std::uint8_t {
    none,
    read,  ///< name services, certificates, libraries
    write, ///< made, changed or removed as well
};

/// What is needed from now on besides moving bytes between the descriptors that are open, memory,
/// timers, and waiting, which always stay.
struct remaining_needs {
    remaining_needs() = default;

    file_need files{file_need::none};
    /// Connections, datagrams, and threads that look names up. Listeners on TCP ports are never
    /// needed any more.
    bool sockets{false};
    /// Signals to other processes, and a look into their memory.
    bool processes{false};
};

/// What the system has granted; what it lacks is left out, and nothing fails for it.
struct confinement {
    confinement() = default;

    /// The same for all programs that are started: none gains privileges.
    bool no_new_privileges{false};
    /// The version of Landlock's interface that is in force; 0: none.
    int landlock{0};
    /// System calls are filtered (seccomp).
    bool filter{false};
};

/// Forbids whatever `needs` does not name. Each further call can only forbid more. Afterwards no
/// program can be started, nor another process be looked into, but for remaining_needs::processes.
/// Without sockets, processes and written files only the calls that move data, or read files, are
/// left; any other one fails with ENOSYS, which libraries know how to live with. Otherwise what a
/// client never needs fails with EPERM, and files with EACCES.
///
/// The filter holds for all threads, Landlock for the calling one and those that it starts. On
/// Linux: Landlock since 5.13 (TCP since 6.7), the filter on x86-64 and AArch64; elsewhere, and in
/// a library that was built for a sanitizer or for coverage, which need more than the program does,
/// nothing happens.
SOCKSCAT_EXPORT confinement confine(const remaining_needs& needs);

} // namespace sockscat
