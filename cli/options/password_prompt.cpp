// SPDX-License-Identifier: MIT
#include "password_prompt.hpp"

#include "password_line.hpp"

#include <sockscat/environment.hpp>
#include <sockscat/text.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

extern char** environ; // NOLINT: POSIX

namespace sockscat::cli {
namespace {

// Until we are in the foreground: the terminal is as its user left it only then. Like every change
// of a terminal, waiting for its output stops who is in the background, unless no one could go on
// with it, or it ignores SIGTTOU.
void wait_for_foreground(int terminal) {
    while (::tcdrain(terminal) == -1 && errno == EINTR)
        continue;
}

// What would end us and need not be answered immediately.
sigset_t waiting_signals() {
    sigset_t waiting;
    sigemptyset(&waiting);
    for (const int each : {SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM})
        sigaddset(&waiting, each);
    return waiting;
}

// Switches echo off, and back on however the question ends; ^\\ has to wait for it. Lines are
// wanted, whatever the terminal was used for.
class echo_off {
  public:
    explicit echo_off(int terminal) : terminal_{terminal} {
        const sigset_t waiting = waiting_signals();
        ::sigprocmask(SIG_BLOCK, &waiting, &mask_before_); // NOLINT(concurrency-mt-unsafe)
        known_ = ::tcgetattr(terminal_, &before_) == 0;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
        silent.c_lflag |= static_cast<tcflag_t>(ICANON | ISIG);
        silent.c_iflag |= static_cast<tcflag_t>(ICRNL);
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

// ^Z as something to wait for.
class stop_key {
  public:
    stop_key() {
        sigset_t stop;
        sigemptyset(&stop);
        sigaddset(&stop, SIGTSTP);
        ::sigprocmask(SIG_BLOCK, &stop, &mask_before_); // NOLINT(concurrency-mt-unsafe)
        fd_ = ::signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    stop_key(const stop_key&) = delete;
    stop_key& operator=(const stop_key&) = delete;
    ~stop_key() {
        // NOLINTNEXTLINE(concurrency-mt-unsafe)
        ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
        if (fd_ != -1)
            ::close(fd_);
    }

    [[nodiscard]] int fd() const { return fd_; }
    // Not taken from the descriptor, the signal stops the process as soon as it is let in.
    void obey() const {
        sigset_t blocked;
        ::sigprocmask(SIG_SETMASK, &mask_before_, &blocked); // NOLINT(concurrency-mt-unsafe)
        ::sigprocmask(SIG_SETMASK, &blocked, nullptr);       // NOLINT(concurrency-mt-unsafe)
    }

  private:
    sigset_t mask_before_{};
    int fd_{-1};
};

// A whole line is there, or the end; false if ^Z came first.
bool wait_for_line(int terminal, int interrupt_fd, int stop_fd) {
    std::array<pollfd, 3> fds{
        {{terminal, POLLIN, 0}, {interrupt_fd, POLLIN, 0}, {stop_fd, POLLIN, 0}}};
    while (::poll(fds.data(), fds.size(), -1) == -1 && errno == EINTR)
        continue;
    return fds[2].revents == 0;
}

result<secret> ask_on(int terminal, const std::string& prompt, int interrupt_fd) {
    const stop_key stop;
    for (;;) {
        {
            wait_for_foreground(terminal);
            const echo_off guard{terminal};
            say(terminal, prompt);
            if (wait_for_line(terminal, interrupt_fd, stop.fd())) {
                auto line = read_password_line(terminal, "the terminal", {interrupt_fd, {}}, true);
                say(terminal, "\n");
                return line;
            }
            say(terminal, "\n");
        }
        stop.obey();
    }
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
    if (child == -1) { // a word that is not a program may be a password
        const std::string why = errno_text();
        const bool is_path = program[0] == '/';
        return usage_error(
            "cannot run $SSH_ASKPASS" + (is_path ? ", " + quote_value(program) : "") + ": " + why);
    }
    writer.reset();
    auto line = read_password_line(reader.get(), "$SSH_ASKPASS", {interrupt_fd, {}}, true);
    if (!line && line.error().code)
        ::kill(child, SIGTERM);
    int status = 0;
    while (::waitpid(child, &status, 0) == -1 && errno == EINTR)
        continue;
    if (line && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        return usage_error("$SSH_ASKPASS, " + quote_value(program) + ", gave no password");
    return line;
}

} // namespace

result<secret> ask_password(const std::string& prompt, int interrupt_fd, const error& nobody) {
    const std::string program = environment_value("SSH_ASKPASS").value_or("");
    const std::string require = environment_value("SSH_ASKPASS_REQUIRE").value_or("");
    const bool may_run = !program.empty() && require != "never";
    const bool prefers = may_run && (require == "force" || require == "prefer");
    const file_descriptor terminal{
        prefers ? -1 : ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (terminal.get() != -1)
        return ask_on(terminal.get(), prompt, interrupt_fd);
    if (may_run)
        return ask_through(program.c_str(), prompt, interrupt_fd);
    return nobody;
}

} // namespace sockscat::cli
