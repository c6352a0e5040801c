// SPDX-License-Identifier: MIT
#include <sockscat/confinement.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <span>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sockscat {
namespace {

// Landlock (landlock(7)).

// What linux/landlock.h of Debian 12 does not have yet.
struct ruleset {
    std::uint64_t files{0};
    std::uint64_t ports{0};
    std::uint64_t scopes{0};
};
constexpr std::uint64_t bind_tcp = 1U << 0U;
constexpr std::uint64_t connect_tcp = 1U << 1U;
constexpr std::uint64_t abstract_unix_sockets = 1U << 0U;
constexpr std::uint64_t signals = 1U << 1U;

// How many rights a file has: the lowest bits.
constexpr unsigned file_rights_of(long version) {
    constexpr unsigned by_version[] = {0, 13, 14, 15, 15, 16};
    return by_version[std::min<std::size_t>(
        static_cast<std::size_t>(version), std::size(by_version) - 1)];
}

std::uint64_t forbidden_rights(file_need files, long version) {
    constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    const std::uint64_t all = (std::uint64_t{1} << file_rights_of(version)) - 1;
    switch (files) {
    case file_need::none:
        return all;
    case file_need::read:
        return all & ~reading;
    case file_need::write:
        break;
    }
    return LANDLOCK_ACCESS_FS_EXECUTE;
}

ruleset forbidden(const remaining_needs& needs, long version) {
    ruleset all;
    all.files = forbidden_rights(needs.files, version);
    if (version >= 4)
        all.ports = needs.sockets ? bind_tcp : bind_tcp | connect_tcp;
    if (version >= 6)
        all.scopes = (needs.sockets ? 0 : abstract_unix_sockets) | (needs.processes ? 0 : signals);
    return all;
}

// Returns the version that is in force.
int restrict_files_and_ports(const remaining_needs& needs) {
    const long version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return 0;
    const ruleset all = forbidden(needs, version);
    const auto fd = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0));
    if (fd == -1)
        return 0;
    const bool is_in_force = ::syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    ::close(fd);
    return is_in_force ? static_cast<int>(version) : 0;
}

// The filter of system calls (seccomp(2)).

// Of other machines some calls have other names.
#if defined(__x86_64__) || defined(__aarch64__)
#if defined(__x86_64__)
constexpr std::uint32_t machine = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t machine = AUDIT_ARCH_AARCH64;
#endif

// All that moving bytes needs, with TLS or Kerberos around them; and the other calls that a C
// library may make instead. What a thread does that has just begun, or ends, is among them.
constexpr std::uint32_t data_calls[] = {
#if defined(__x86_64__)
    __NR_poll,
    __NR_epoll_wait,
    __NR_dup2,
#endif
    __NR_ioctl, // but for what add_head() says
    __NR_read,
    __NR_readv,
    __NR_pread64,
    __NR_recvfrom,
    __NR_recvmsg,
    __NR_recvmmsg,
    __NR_write,
    __NR_writev,
    __NR_pwrite64,
    __NR_sendto,
    __NR_sendmsg,
    __NR_sendmmsg,
    __NR_splice,
    __NR_sendfile,
    __NR_pipe2,
    __NR_dup3,
    __NR_fcntl,
    __NR_lseek,
    __NR_fstat,
    __NR_newfstatat,
    __NR_close,
    __NR_getsockopt,
    __NR_setsockopt,
    __NR_getsockname,
    __NR_getpeername,
    __NR_shutdown,
    __NR_ppoll,
    __NR_epoll_create1,
    __NR_epoll_ctl,
    __NR_epoll_pwait,
    __NR_eventfd2,
    __NR_timerfd_create,
    __NR_timerfd_settime,
    __NR_clock_gettime,
    __NR_restart_syscall,
    __NR_brk,
    __NR_mmap,
    __NR_munmap,
    __NR_mremap,
    __NR_mprotect,
    __NR_madvise,
    __NR_futex,
    __NR_set_robust_list,
    __NR_rseq,
    __NR_sched_yield,
    __NR_getrandom,
    __NR_getpid,
    __NR_rt_sigaction,
    __NR_rt_sigprocmask,
    __NR_rt_sigreturn,
    __NR_exit,
    __NR_exit_group,
};

// Of file_need::read; Landlock keeps them to reading.
constexpr std::uint32_t reading_calls[] = {
#if defined(__x86_64__)
    __NR_open,   __NR_stat,  __NR_lstat,     __NR_access,     __NR_readlink,
#endif
    __NR_openat, __NR_statx, __NR_faccessat, __NR_readlinkat, __NR_getdents64, __NR_getcwd,
};

// What no client needs, whatever library does the work.
constexpr std::uint32_t alien_calls[] = {
#if defined(__x86_64__)
    __NR_iopl,
    __NR_ioperm,
#endif
    __NR_execve,
    __NR_execveat,
    __NR_listen,
    __NR_bpf,
    __NR_perf_event_open,
    __NR_userfaultfd,
    __NR_io_uring_setup,
    __NR_io_uring_enter,
    __NR_io_uring_register,
    __NR_mount,
    __NR_umount2,
    __NR_move_mount,
    __NR_mount_setattr,
    __NR_open_tree,
    __NR_fsopen,
    __NR_fsconfig,
    __NR_fsmount,
    __NR_fspick,
    __NR_pivot_root,
    __NR_chroot,
    __NR_setns,
    __NR_unshare,
    __NR_open_by_handle_at,
    __NR_fanotify_init,
    __NR_personality,
    __NR_setuid,
    __NR_setgid,
    __NR_setreuid,
    __NR_setregid,
    __NR_setresuid,
    __NR_setresgid,
    __NR_setgroups,
    __NR_setfsuid,
    __NR_setfsgid,
    __NR_capset,
    __NR_acct,
    __NR_quotactl,
    __NR_swapon,
    __NR_swapoff,
    __NR_reboot,
    __NR_init_module,
    __NR_finit_module,
    __NR_delete_module,
    __NR_kexec_load,
    __NR_kexec_file_load,
    __NR_syslog,
    __NR_sethostname,
    __NR_setdomainname,
    __NR_settimeofday,
    __NR_clock_settime,
    __NR_clock_adjtime,
    __NR_adjtimex,
};

// Of remaining_needs::processes. tgkill stays: abort(3) uses it.
constexpr std::uint32_t process_calls[] = {
    __NR_ptrace,
    __NR_process_vm_readv,
    __NR_process_vm_writev,
    __NR_process_madvise,
    __NR_kcmp,
    __NR_kill,
    __NR_tkill,
    __NR_pidfd_getfd,
    __NR_pidfd_send_signal,
};

// Of file_need::write, what Landlock does not know; and the keyrings in which Kerberos has tickets.
constexpr std::uint32_t file_calls[] = {
#if defined(__x86_64__)
    __NR_chmod,        __NR_chown,     __NR_lchown,      __NR_utime,       __NR_utimes,
    __NR_futimesat,
#endif
    __NR_fchmod,       __NR_fchmodat,  __NR_fchown,      __NR_fchownat,    __NR_utimensat,
    __NR_setxattr,     __NR_lsetxattr, __NR_fsetxattr,   __NR_removexattr, __NR_lremovexattr,
    __NR_fremovexattr, __NR_add_key,   __NR_request_key, __NR_keyctl,
};

constexpr std::uint32_t failing_with(int code) {
    return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(code);
}

constexpr sock_filter load(std::size_t place) {
    return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(place)};
}
constexpr sock_filter answer(std::uint32_t action) {
    return {BPF_RET | BPF_K, 0, 0, action};
}
// Skips that many instructions if what was loaded is `value`, or is at least `value`.
constexpr sock_filter skip_if(std::uint32_t value, std::size_t count) {
    return {BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint8_t>(count), 0, value};
}
constexpr sock_filter skip_unless(std::uint32_t value, std::size_t count) {
    return {BPF_JMP | BPF_JEQ | BPF_K, 0, static_cast<std::uint8_t>(count), value};
}
constexpr sock_filter skip_from(std::uint32_t value, std::size_t count) {
    return {BPF_JMP | BPF_JGE | BPF_K, static_cast<std::uint8_t>(count), 0, value};
}

// A program for the kernel's filter: what is done with a call that is in the list, and with another
// one. It is run for every number when it is put on, and that is most of its price: it looks
// numbers up in a tree.
class call_filter {
  public:
    constexpr call_filter(
        std::vector<std::uint32_t> list, std::uint32_t listed, std::uint32_t other)
        : listed_{listed}, other_{other} {
        std::sort(list.begin(), list.end());
        for (const std::uint32_t number : list)
            if (!edges_.empty() && edges_.back() == number)
                ++edges_.back();
            else
                edges_.insert(edges_.end(), {number, number + 1});
        // Numbers of x32, the other set of calls of x86-64, are none of ours.
        constexpr std::uint32_t x32 = 0x4000'0000;
        if (other == SECCOMP_RET_ALLOW)
            edges_.push_back(x32);
        add_head();
        add_tree(edges_, false);
    }

    [[nodiscard]] constexpr std::span<const sock_filter> program() const { return program_; }

  private:
    // Calls of another machine, and ioctl(2), which must not type on our terminal.
    constexpr void add_head() {
        constexpr std::size_t request = offsetof(seccomp_data, args) + sizeof(std::uint64_t);
        program_ = {
            load(offsetof(seccomp_data, arch)),
            skip_if(machine, 1),
            answer(failing_with(ENOSYS)),
            load(offsetof(seccomp_data, nr)),
            skip_unless(__NR_ioctl, 5),
            load(request),
            skip_if(TIOCSTI, 2),
            skip_if(TIOCLINUX, 1),
            answer(SECCOMP_RET_ALLOW),
            answer(failing_with(EPERM)),
        };
    }

    // At each edge the numbers go from one side of the list to the other.
    constexpr void add_tree(std::span<const std::uint32_t> edges, bool is_listed) {
        if (edges.empty()) {
            program_.push_back(answer(is_listed ? listed_ : other_));
            return;
        }
        const std::size_t middle = edges.size() / 2;
        const std::size_t place = program_.size();
        program_.push_back({});
        add_tree(edges.first(middle), is_listed);
        program_[place] = skip_from(edges[middle], program_.size() - place - 1);
        add_tree(edges.subspan(middle + 1), is_listed != (middle % 2 == 0));
    }

    std::uint32_t listed_;
    std::uint32_t other_;
    std::vector<std::uint32_t> edges_;
    std::vector<sock_filter> program_;
};

constexpr call_filter data_filter(bool reads_files) {
    std::vector<std::uint32_t> list{std::begin(data_calls), std::end(data_calls)};
    if (reads_files)
        list.insert(list.end(), std::begin(reading_calls), std::end(reading_calls));
    return {std::move(list), SECCOMP_RET_ALLOW, failing_with(ENOSYS)};
}

// Made by the compiler: every start that needs it would pay for it.
constexpr std::size_t data_filter_size = [] { return data_filter(false).program().size(); }();
constexpr auto data_program = [] {
    std::array<sock_filter, data_filter_size> made{};
    const call_filter filter = data_filter(false);
    std::copy(filter.program().begin(), filter.program().end(), made.begin());
    return made;
}();

call_filter alien_filter(const remaining_needs& needs) {
    std::vector<std::uint32_t> list{std::begin(alien_calls), std::end(alien_calls)};
    if (!needs.processes)
        list.insert(list.end(), std::begin(process_calls), std::end(process_calls));
    if (needs.files != file_need::write)
        list.insert(list.end(), std::begin(file_calls), std::end(file_calls));
    return {std::move(list), failing_with(EPERM), SECCOMP_RET_ALLOW};
}

// For all threads; where that is not to be had, for this one. Returns whether it is in force.
bool put_on(std::span<const sock_filter> program) {
    // The kernel only reads it. NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    auto* const first = const_cast<sock_filter*>(program.data());
    const sock_fprog all{static_cast<unsigned short>(program.size()), first};
    // Without SPEC_ALLOW old kernels switch on a mitigation that slows down everything.
    for (const unsigned long flags : {SECCOMP_FILTER_FLAG_TSYNC, 0UL})
        if (::syscall(
                SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_SPEC_ALLOW,
                &all) == 0)
            return true;
    return false;
}

bool filter_calls(const remaining_needs& needs) {
    if (needs.files == file_need::write || needs.sockets || needs.processes)
        return put_on(alien_filter(needs).program());
    return needs.files == file_need::none ? put_on(data_program)
                                          : put_on(data_filter(true).program());
}
#else
bool filter_calls(const remaining_needs&) {
    return false;
}
#endif

} // namespace

confinement confine(const remaining_needs& needs) {
    confinement granted;
    granted.no_new_privileges = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!granted.no_new_privileges)
        return granted; // the others want it
    granted.landlock = restrict_files_and_ports(needs);
    granted.filter = filter_calls(needs);
    return granted;
}

} // namespace sockscat
