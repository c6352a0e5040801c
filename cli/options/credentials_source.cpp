// SPDX-License-Identifier: MIT
#include "credentials_source.hpp"

#include "output/wait.hpp"

#include <sockscat/text.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

extern char** environ; // NOLINT: POSIX

namespace sockscat::cli {
namespace {

constexpr const char* password_variable = "SOCKSCAT_PASSWORD";

class file_descriptor {
  public:
    explicit file_descriptor(int fd) : fd_{fd} {}
    file_descriptor(const file_descriptor&) = delete;
    file_descriptor& operator=(const file_descriptor&) = delete;
    ~file_descriptor() { reset(); }
    void reset() {
        if (fd_ >= 0)
            ::close(std::exchange(fd_, -1));
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

// A line on its way into a secret; zeroed with it.
class line_buffer {
  public:
    line_buffer() = default;
    line_buffer(const line_buffer&) = delete;
    line_buffer& operator=(const line_buffer&) = delete;
    ~line_buffer() { wipe(std::span<char>{bytes_}); }

    [[nodiscard]] bool is_empty() const { return size_ == 0; }
    [[nodiscard]] bool is_full() const { return size_ == bytes_.size(); }
    void push(char byte) { bytes_[size_++] = byte; }

    // `ended`: by a LF, and then a CR before it belongs to the line's end.
    result<secret> finish(bool ended) const {
        std::string_view line{bytes_.data(), size_};
        if (ended && line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.size() > max_credential_size)
            return usage_error("the password is longer than 255 bytes");
        if (line.find('\0') != std::string_view::npos)
            return usage_error("the password has a NUL byte");
        return secret{line};
    }

  private:
    std::array<char, max_credential_size + 2> bytes_{}; // a CR and one byte too many fit
    std::size_t size_{0};
};

std::string errno_text() {
    return std::strerror(errno); // NOLINT(concurrency-mt-unsafe): one thread here
}

// Reads byte by byte: what follows the line belongs to somebody else.
// `needs_line`: an end of input is no empty password, but a person who did not answer.
result<secret> read_line(
    int fd, const std::string& source, int interrupt_fd, bool needs_line = false) {
    line_buffer line;
    while (!line.is_full()) {
        if (!wait_uninterrupted(fd, POLLIN, interrupt_fd))
            return interrupted("interrupted while the password was asked for");
        char byte = 0;
        const auto got = ::read(fd, &byte, 1);
        if (got == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got == -1)
            return usage_error("cannot read the password from " + source + ": " + errno_text());
        if (got == 0 && line.is_empty() && needs_line)
            return usage_error("no password came from " + source);
        if (got == 0 || byte == '\n')
            return line.finish(got != 0);
        line.push(byte);
    }
    return line.finish(false);
}

void warn_if_readable_by_others(int fd, const std::string& path, console& out) {
    struct stat about {};
    if (::fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
        (about.st_mode & (S_IRGRP | S_IROTH)) != 0)
        out.warning("others can read the password file " + quote(path) + " (chmod 600 would help)");
}

// Switches echo off, and back on however the question ends; ^\\ and ^Z have to wait so long.
class echo_off {
  public:
    explicit echo_off(int terminal) : terminal_{terminal} {
        sigset_t waiting;
        sigemptyset(&waiting);
        sigaddset(&waiting, SIGQUIT);
        sigaddset(&waiting, SIGTSTP);
        ::sigprocmask(SIG_BLOCK, &waiting, &mask_before_); // NOLINT(concurrency-mt-unsafe)
        known_ = ::tcgetattr(terminal_, &before_) == 0;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
        if (known_)
            ::tcsetattr(terminal_, TCSAFLUSH, &silent);
    }
    echo_off(const echo_off&) = delete;
    echo_off& operator=(const echo_off&) = delete;
    ~echo_off() {
        if (known_)
            ::tcsetattr(terminal_, TCSAFLUSH, &before_);
        ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr); // NOLINT(concurrency-mt-unsafe)
    }

  private:
    int terminal_;
    sigset_t mask_before_{};
    termios before_{};
    bool known_;
};

void say(int terminal, std::string_view text) {
    [[maybe_unused]] const auto ignored = ::write(terminal, text.data(), text.size());
}

result<secret> ask_on(int terminal, const std::string& prompt, int interrupt_fd) {
    const echo_off guard{terminal};
    say(terminal, prompt);
    auto line = read_line(terminal, "the terminal", interrupt_fd, true);
    say(terminal, "\n");
    return line;
}

// Signals as a fresh program expects them: we block some and ignore SIGPIPE.
pid_t spawn_askpass(const char* program, const std::string& prompt, int out) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t pipe_only;
    sigemptyset(&none);
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &pipe_only);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string name{program};
    std::string argument{prompt};
    std::array<char*, 3> argv{name.data(), argument.data(), nullptr};
    pid_t child = -1;
    const int failed = ::posix_spawnp(&child, program, &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = failed;
    return failed == 0 ? child : -1;
}

result<secret> ask_through(const char* program, const std::string& prompt, int interrupt_fd) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return usage_error("cannot ask for the password: " + errno_text());
    const file_descriptor reader{ends[0]};
    file_descriptor writer{ends[1]};
    const pid_t child = spawn_askpass(program, prompt, writer.get());
    if (child == -1)
        return usage_error("cannot run $SSH_ASKPASS, " + quote(program) + ": " + errno_text());
    writer.reset();
    auto line = read_line(reader.get(), "$SSH_ASKPASS", interrupt_fd, true);
    if (!line && line.error().code)
        ::kill(child, SIGTERM);
    int status = 0;
    while (::waitpid(child, &status, 0) == -1 && errno == EINTR)
        continue;
    if (line && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        return usage_error("$SSH_ASKPASS, " + quote(program) + ", gave no password");
    return line;
}

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::string_view{} : value;
}

} // namespace

result<secret> password_from_file(const std::string& path, console& out, int interrupt_fd) {
    // Not blocking: a FIFO is waited for where a signal can end it.
    const file_descriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)};
    if (file.get() == -1)
        return usage_error("cannot open the password file " + quote(path) + ": " + errno_text());
    warn_if_readable_by_others(file.get(), path, out);
    return read_line(file.get(), quote(path), interrupt_fd);
}

result<secret> password_from_descriptor(int fd, int interrupt_fd) {
    return read_line(fd, "descriptor " + std::to_string(fd), interrupt_fd);
}

bool has_environment_password() {
    return std::getenv(password_variable) != nullptr; // NOLINT(concurrency-mt-unsafe)
}

result<std::optional<secret>> password_from_environment() {
    char* const value = std::getenv(password_variable); // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr)
        return std::optional<secret>{};
    const std::size_t size = std::strlen(value);
    std::optional<secret> password{std::in_place, std::string_view{value, size}};
    wipe(std::span{value, size});
    ::unsetenv(password_variable); // NOLINT(concurrency-mt-unsafe)
    if (size > max_credential_size)
        return usage_error("the password in $SOCKSCAT_PASSWORD is longer than 255 bytes");
    return password;
}

result<secret> ask_password(const std::string& prompt, int interrupt_fd) {
    const std::string program{variable("SSH_ASKPASS")};
    const std::string_view require = variable("SSH_ASKPASS_REQUIRE");
    const bool may_run = !program.empty() && require != "never";
    const bool prefers = may_run && (require == "force" || require == "prefer");
    const file_descriptor terminal{
        prefers ? -1 : ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (terminal.get() != -1)
        return ask_on(terminal.get(), prompt, interrupt_fd);
    if (may_run)
        return ask_through(program.c_str(), prompt, interrupt_fd);
    return usage_error(
        "--proxy-ask-password: there is no terminal, and no $SSH_ASKPASS that may be asked");
}

} // namespace sockscat::cli
