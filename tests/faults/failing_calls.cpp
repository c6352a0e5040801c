// SPDX-License-Identifier: MIT
// Preloaded (LD_PRELOAD) into a program under test. $FAILING_CALLS says what happens to it,
// "KIND:N:FD":
//   short   the N-th read or write moves one byte, or one datagram, of what was asked for
//   alloc   the N-th allocation of the first thread fails; glibc's lookups, in others, do not
//   survive it
// N 0 is every one (of reads and writes). Numbers begin with main(), when it first ignores a
// signal. When it happens, a byte is written to descriptor FD.
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

extern "C" {
// The C library's own, under the names that stay.
void* __libc_malloc(std::size_t size);                    // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t count, std::size_t size); // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* old, std::size_t size);        // NOLINT(bugprone-reserved-identifier)
}

namespace {

enum class kind { nothing, short_call, allocation };

struct plan {
    kind what{kind::nothing};
    long which{0};
    int fd{-1};
};

// Nothing may be allocated here.
plan read_plan() {
    plan made;
    const char* text = std::getenv("FAILING_CALLS");
    const char* colon = text == nullptr ? nullptr : std::strchr(text, ':');
    if (colon == nullptr)
        return made;
    made.what = *text == 's' ? kind::short_call : kind::allocation;
    char* end = nullptr;
    made.which = std::strtol(colon + 1, &end, 10);
    made.fd = static_cast<int>(std::strtol(end + 1, nullptr, 10));
    return made;
}

plan wanted;
std::atomic<bool> is_begun{false};
std::atomic<long> count{0};

// Whether it is the turn of this call.
bool is_hit(kind what) {
    if (!is_begun.load() || wanted.what != what)
        return false;
    if (what == kind::allocation && ::syscall(SYS_gettid) != ::getpid())
        return false;
    const long number = ++count;
    if (wanted.which != 0 && number != wanted.which)
        return false;
    if (wanted.which != 0 || number == 1) {
        const int code = errno;
        ::syscall(SYS_write, wanted.fd, "!", 1);
        errno = code;
    }
    return true;
}

std::size_t cut(std::size_t size) {
    return size > 1 && is_hit(kind::short_call) ? 1 : size;
}

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name)); // NOLINT(*-reinterpret-cast)
}

// The first bytes of the first piece that has any.
iovec first_of(const iovec* pieces, std::size_t number) {
    const iovec* const first =
        std::find_if(pieces, pieces + number, [](const iovec& each) { return each.iov_len > 0; });
    return first == pieces + number ? iovec{} : iovec{first->iov_base, 1};
}

} // namespace

extern "C" {

using handler = void (*)(int);
handler signal(int number, handler what) noexcept {
    static auto* const next = real<handler(int, handler)>("signal");
    if (!is_begun.load()) {
        wanted = read_plan();
        is_begun = true;
    }
    return next(number, what);
}

ssize_t read(int fd, void* to, std::size_t size) {
    static auto* const next = real<ssize_t(int, void*, std::size_t)>("read");
    return next(fd, to, cut(size));
}

ssize_t write(int fd, const void* from, std::size_t size) {
    static auto* const next = real<ssize_t(int, const void*, std::size_t)>("write");
    return next(
        fd, from,
        size == sizeof(std::uint64_t) ? size : cut(size)); // an eventfd(2) takes all or none
}

ssize_t recv(int fd, void* to, std::size_t size, int flags) {
    static auto* const next = real<ssize_t(int, void*, std::size_t, int)>("recv");
    return next(fd, to, cut(size), flags);
}

ssize_t send(int fd, const void* from, std::size_t size, int flags) {
    static auto* const next = real<ssize_t(int, const void*, std::size_t, int)>("send");
    return next(fd, from, cut(size), flags);
}

ssize_t readv(int fd, const iovec* to, int number) {
    static auto* const next = real<ssize_t(int, const iovec*, int)>("readv");
    const iovec one = first_of(to, static_cast<std::size_t>(number));
    return is_hit(kind::short_call) ? next(fd, &one, 1) : next(fd, to, number);
}

ssize_t writev(int fd, const iovec* from, int number) {
    static auto* const next = real<ssize_t(int, const iovec*, int)>("writev");
    const iovec one = first_of(from, static_cast<std::size_t>(number));
    return is_hit(kind::short_call) ? next(fd, &one, 1) : next(fd, from, number);
}

// Streams only: a datagram is not cut, and neither is one that carries descriptors.
ssize_t sendmsg(int fd, const msghdr* from, int flags) {
    static auto* const next = real<ssize_t(int, const msghdr*, int)>("sendmsg");
    int type = 0;
    socklen_t size = sizeof type;
    if (from->msg_controllen > 0 || ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
        type != SOCK_STREAM || !is_hit(kind::short_call))
        return next(fd, from, flags);
    iovec one = first_of(from->msg_iov, from->msg_iovlen);
    msghdr part = *from;
    part.msg_iov = &one;
    part.msg_iovlen = 1;
    return next(fd, &part, flags);
}

int sendmmsg(int fd, mmsghdr* from, unsigned number, int flags) {
    static auto* const next = real<int(int, mmsghdr*, unsigned, int)>("sendmmsg");
    return next(fd, from, static_cast<unsigned>(cut(number)), flags);
}

int recvmmsg(int fd, mmsghdr* to, unsigned number, int flags, timespec* limit) {
    static auto* const next = real<int(int, mmsghdr*, unsigned, int, timespec*)>("recvmmsg");
    return next(fd, to, static_cast<unsigned>(cut(number)), flags, limit);
}

ssize_t splice(int from, off64_t* at, int to, off64_t* place, std::size_t size, unsigned flags) {
    static auto* const next =
        real<ssize_t(int, off64_t*, int, off64_t*, std::size_t, unsigned)>("splice");
    return next(from, at, to, place, cut(size), flags);
}

ssize_t sendfile(int to, int from, off_t* at, std::size_t size) noexcept {
    static auto* const next = real<ssize_t(int, int, off_t*, std::size_t)>("sendfile");
    return next(to, from, at, cut(size));
}

void* malloc(std::size_t size) {
    if (!is_hit(kind::allocation))
        return __libc_malloc(size);
    errno = ENOMEM;
    return nullptr;
}

void* calloc(std::size_t number, std::size_t size) {
    if (!is_hit(kind::allocation))
        return __libc_calloc(number, size);
    errno = ENOMEM;
    return nullptr;
}

void* realloc(void* old, std::size_t size) {
    if (!is_hit(kind::allocation))
        return __libc_realloc(old, size);
    errno = ENOMEM;
    return nullptr;
}

} // extern "C"
