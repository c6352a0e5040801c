// SPDX-License-Identifier: MIT
/// \file
/// Giving up, for good, what a process no longer needs of the system. For programs, not for
/// libraries: it applies to the whole process, and to what it starts.
#pragma once

#include <sockscat/export.hpp>

#include <cstdint>

namespace sockscat {

/// What is still done with files that are not open yet, from the least to the most.
enum class file_need : std::uint8_t {
    none,  ///< nothing
    read,  ///< name services, certificates, libraries
    write, ///< creating, changing and removing as well
};

/// What is needed from now on, in addition to moving bytes between open descriptors, memory, timers
/// and waiting, which always stay.
struct remaining_needs {
    remaining_needs() = default;

    /// Files that are not open yet.
    file_need files{file_need::none};
    /// Connections, datagrams, and threads that look names up. Listening on TCP ports is always
    /// given up.
    bool sockets{false};
    /// Signals to other processes, and reading their memory.
    bool processes{false};
};

/// What is in force. What the system lacks is left out, and is not an error.
struct confinement {
    confinement() = default;

    /// No program that is started gains privileges.
    bool no_new_privileges{false};
    /// The version of Landlock's ABI that is in force; 0: none.
    int landlock{0};
    /// System calls are filtered (seccomp).
    bool filter{false};
};

/// Forbids whatever `needs` does not name. Further calls can only forbid more. Afterwards no
/// program can be started, and other processes cannot be inspected unless
/// remaining_needs::processes is set. Without sockets, processes and written files only the calls
/// that move data or read files are left; any other fails with ENOSYS, which libraries can handle.
/// Otherwise what a client never needs fails with EPERM, and access to files with EACCES.
///
/// The filter applies to all threads, Landlock to the calling one and those that it starts. On
/// Linux: Landlock since 5.13 (TCP since 6.7), the filter on x86-64 and AArch64. Elsewhere, and in
/// a library built for a sanitizer or for coverage, nothing happens.
SOCKSCAT_EXPORT confinement confine(const remaining_needs& needs);

} // namespace sockscat
