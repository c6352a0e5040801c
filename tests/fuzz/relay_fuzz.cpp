// SPDX-License-Identifier: MIT
// The relay between pipes and a far side, all of them moved by a script, in a time of its own: what
// arrives is what was given, in its order; what is counted is what happened; success means that
// nothing is missing; the far side is told of the end of the input when the policy says so; limits
// begin and end when they should; and it neither waits for what cannot come nor spins.
#include "fake_clock.hpp"
#include "fuzz.hpp"

#include "support/streams.hpp"

#include <sockscat/relay.hpp>

#include <array>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sockscat::fuzz {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::size_t, 4> sizes{1, 300, 5'000, 70'000};
constexpr std::array<milliseconds, 4> times{
    milliseconds{20}, milliseconds{150}, milliseconds{600}, milliseconds{3'000}};
constexpr milliseconds slack{1}; // a poll rounds up
constexpr int most_spins = 300;
constexpr std::size_t plenty = 1U << 20U;

std::uint8_t byte_at(std::size_t place) {
    return static_cast<std::uint8_t>(place * 31 + place / 251);
}

// A descriptor of ours, on the other side of the relay's.
class our_end {
  public:
    our_end() = default;
    our_end(const our_end&) = delete;
    our_end& operator=(const our_end&) = delete;
    ~our_end() { close(); }

    void take_over(int fd) {
        fd_ = fd;
        ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK); // NOLINT(*-vararg)
    }
    void close() {
        if (is_open())
            ::close(std::exchange(fd_, -1));
    }
    void end() { ::shutdown(fd_, SHUT_WR); }
    [[nodiscard]] bool is_open() const { return fd_ != -1; }
    [[nodiscard]] std::size_t given() const { return given_; }
    [[nodiscard]] std::size_t taken() const { return taken_; }
    [[nodiscard]] bool has_ended() const { return told_at_.has_value(); }
    /// When it was seen that the relay has ended this side.
    [[nodiscard]] std::optional<milliseconds> told_at() const { return told_at_; }

    // The next bytes of a sequence in which each tells its place.
    void give(std::size_t size) {
        std::vector<std::uint8_t> bytes(size);
        for (std::size_t i = 0; i < size; ++i)
            bytes[i] = byte_at(given_ + i);
        const ssize_t gone = ::write(fd_, bytes.data(), size);
        given_ += gone > 0 ? static_cast<std::size_t>(gone) : 0;
    }
    // True if something came. It must be the next of the sequence.
    bool take(std::size_t size) {
        std::vector<std::uint8_t> bytes(size);
        const ssize_t got = ::read(fd_, bytes.data(), size);
        for (ssize_t i = 0; i < got; ++i)
            must(bytes[static_cast<std::size_t>(i)] == byte_at(taken_++), "another byte arrives");
        if (got == 0 && !told_at_)
            told_at_ = now();
        return got > 0;
    }

  private:
    int fd_{-1};
    std::size_t given_{0};
    std::size_t taken_{0};
    std::optional<milliseconds> told_at_;
};

// What can be read there now.
std::size_t waiting_in(int fd) {
    int size = 0;
    must(::ioctl(fd, FIONREAD, &size) == 0, "no pipe"); // NOLINT(*-vararg)
    return static_cast<std::size_t>(size);
}

enum class move : std::uint8_t {
    far_gives,
    far_takes,
    far_ends,
    far_closes,
    input_gives,
    input_ends,
    output_takes,
    output_closes,
    time_passes,
    interrupt,
};
constexpr std::size_t moves = 10;

// Both sides of a relay, and what happens there.
class stage {
  public:
    stage(source& input, const relay_options& wishes) : wishes_{wishes}, script_{input} {
        std::array<int, 2> ends{};
        make(
            ends, ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), far_fd_, far_);
        make(ends, ::pipe2(ends.data(), O_CLOEXEC), input_fd_, input_);
        make(ends, make_output(ends), output_fd_, output_);
        make(ends, ::pipe2(ends.data(), O_CLOEXEC), interrupt_fd_, interrupt_);
    }
    stage(const stage&) = delete;
    stage& operator=(const stage&) = delete;
    ~stage() {
        for (const int fd : {far_fd_, input_fd_, output_fd_, interrupt_fd_})
            ::close(fd);
    }

    // Something is waited for: the next of the script, or time passes.
    int wait(std::span<pollfd> wanted, int timeout) {
        note_consumed();
        const milliseconds until = now() + milliseconds{timeout};
        for (;;) {
            const int ready = look(wanted);
            if (ready != 0 || timeout == 0) {
                must(++spins_ < most_spins, "it spins");
                return ready;
            }
            if (timeout > 0 && now() >= until) {
                spins_ = 0;
                return 0;
            }
            if (goes_on()) {
                act();
            } else if (!flush()) {
                must(timeout > 0 || !is_over_, "it waits for what cannot come");
                check_sleep(timeout > 0 ? until : milliseconds::max());
                if (timeout > 0)
                    pass(until - now());
                else
                    finish();
            }
        }
    }
    // All that is on its way arrives.
    void settle() {
        while (flush()) {
        }
    }

    our_end far_;
    our_end input_;
    our_end output_;
    our_end interrupt_;
    int far_fd_{-1};
    int input_fd_{-1};
    int output_fd_{-1};
    int interrupt_fd_{-1};
    bool was_interrupted{false};
    bool was_output_closed{false};
    bool was_far_ended{false};
    bool was_far_closed{false};
    std::optional<milliseconds> input_ended_at;
    milliseconds last_given_at{now()};    // by the input
    milliseconds last_consumed_at{now()}; // by the relay, from either side

  private:
    static int make_output(std::array<int, 2>& ends) {
        const int made = ::pipe2(ends.data(), O_CLOEXEC);
        std::swap(ends[0], ends[1]);
        return made;
    }
    static void make(const std::array<int, 2>& ends, int made, int& theirs, our_end& ours) {
        must(made == 0, "no descriptors");
        theirs = ends[0];
        ours.take_over(ends[1]);
    }
    static int look(std::span<pollfd> wanted) {
        const timespec at_once{};
        return static_cast<int>(
            ::syscall(SYS_ppoll, wanted.data(), wanted.size(), &at_once, nullptr, 0));
    }

    [[nodiscard]] bool goes_on() const { return !script_.is_empty(); }

    void note_consumed() {
        const std::size_t left = waiting_in(input_fd_) + waiting_in(far_fd_);
        const std::size_t consumed = input_.given() + far_.given() - left;
        if (std::exchange(consumed_, consumed) != consumed)
            last_consumed_at = now();
    }

    // Nothing happens any more unless time passes: what is due was done, and no limit is missed.
    void check_sleep(milliseconds until) {
        if (was_output_closed || was_far_ended || was_far_closed)
            return;
        must(
            !wishes_.idle_limit || until <= last_event_ + *wishes_.idle_limit + slack,
            "it sleeps longer than it may be idle");
        if (!wishes_.read_input || !input_ended_at)
            return;
        const bool is_told_at_once =
            wishes_.on_eof == end_of_input::half_close || wishes_.on_eof == end_of_input::close;
        must(!is_told_at_once || far_.has_ended(), "the far side is not told of the end");
        if (!all_sent_at_)
            all_sent_at_ = now();
        must(
            !wishes_.linger || until <= *all_sent_at_ + *wishes_.linger + slack,
            "it lingers longer than it may");
    }

    void end_input() {
        if (input_.is_open())
            input_ended_at = now();
        input_.close();
    }

    void act() {
        spins_ = 0;
        const unsigned next = script_.byte();
        const std::size_t size = sizes[next >> 6U];
        const auto what = static_cast<move>((next & 0x3FU) % moves);
        if (what != move::time_passes)
            last_event_ = now();
        switch (what) {
        case move::far_gives:
            if (far_.is_open())
                far_.give(size);
            break;
        case move::far_takes:
            if (far_.is_open())
                far_.take(size);
            break;
        case move::far_ends:
            was_far_ended = true;
            if (far_.is_open())
                far_.end();
            break;
        case move::far_closes:
            was_far_closed = true;
            far_.close();
            break;
        case move::input_gives:
            last_given_at = now();
            if (input_.is_open())
                input_.give(size);
            break;
        case move::input_ends:
            end_input();
            break;
        case move::output_takes:
            if (output_.is_open())
                output_.take(size);
            break;
        case move::output_closes:
            was_output_closed = true;
            output_.close();
            break;
        case move::time_passes:
            pass(times[next >> 6U]);
            break;
        case move::interrupt:
            was_interrupted = true;
            interrupt_.give(1);
            break;
        }
    }
    // After the script both sides take what comes.
    bool flush() {
        bool came = far_.is_open() && far_.take(plenty);
        came = (output_.is_open() && output_.take(plenty)) || came;
        if (came) {
            spins_ = 0;
            last_event_ = now();
        }
        return came;
    }
    // And then they end.
    void finish() {
        is_over_ = true;
        end_input();
        was_far_ended = true;
        last_event_ = now();
        if (far_.is_open())
            far_.end();
    }

    const relay_options& wishes_;
    source& script_;
    int spins_{0};
    bool is_over_{false};
    std::size_t consumed_{0};
    milliseconds last_event_{now()};
    std::optional<milliseconds> all_sent_at_;
};

stage* on_stage{nullptr};

// A stream on a descriptor, whose bytes may have to be copied.
class far_stream final : public tests::lent_stream {
  public:
    far_stream(stream& real, bool is_bare) : lent_stream{real}, is_bare_{is_bare} {}
    void abandon() override { was_abandoned = true; }
    [[nodiscard]] int native_handle() const override { return is_bare_ ? descriptor() : -1; }

    bool was_abandoned{false};

  private:
    bool is_bare_;
};

relay_options options_from(source& input) {
    const unsigned choice = input.byte();
    const unsigned more = input.byte();
    relay_options out;
    out.on_eof = static_cast<end_of_input>(choice & 3U);
    out.eof_delay = times[(choice >> 2U) & 3U];
    if ((choice & 0x10U) != 0)
        out.linger = times[(more >> 2U) & 3U];
    if ((choice & 0x20U) != 0)
        out.idle_limit = times[(more >> 4U) & 3U];
    out.read_input = (more & 0xC0U) != 0x40U;
    out.write_output = (more & 0xC0U) != 0x80U;
    return out;
}

void check_end(const relay_options& wishes, const relay_result& got, const stage& all) {
    using end = relay_end;
    must(got.ended_by != end::linger_over || wishes.linger, "it leaves after no time");
    must(got.ended_by != end::idle || wishes.idle_limit, "it is idle without a limit");
    must(got.ended_by != end::interrupted || all.was_interrupted, "nobody interrupted it");
    must(got.ended_by != end::output_closed || all.was_output_closed, "the reader was not gone");
    must(got.ended_by != end::far_side_failed || all.was_far_closed, "the far side is well");
    must(
        got.ended_by != end::input_failed && got.ended_by != end::output_failed,
        "neither input nor output failed");
    must(
        got.ended_by != end::linger_over ||
            (all.input_ended_at && now() >= *all.input_ended_at + *wishes.linger),
        "it leaves too early");
    must(
        got.ended_by != end::idle || now() >= all.last_consumed_at + *wishes.idle_limit,
        "it was not idle for so long");
    const bool has_code = got.ended_by == end::far_side_failed;
    must(has_code == static_cast<bool>(got.code), "a code without need, or none");
}

void check_bytes(
    const relay_options& wishes, const relay_result& got, const stage& all, bool was_abandoned) {
    const bool is_success =
        got.ended_by == relay_end::far_side_finished || got.ended_by == relay_end::input_finished;
    must(got.bytes.sent >= all.far_.taken(), "more arrived than was counted");
    must(got.bytes.sent <= all.input_.given(), "more was counted than there was");
    must(got.bytes.received >= all.output_.taken(), "more was delivered than was counted");
    must(got.bytes.received <= all.far_.given(), "more came than there was");
    must(wishes.read_input || got.bytes.sent == 0, "the input was read");
    must(wishes.write_output || all.output_.taken() == 0, "the output was written");
    must(!is_success || !got.has_unsent, "success, and something is missing");
    must(!got.has_unsent || was_abandoned, "what was not sent is not said to be");
    if (got.ended_by != relay_end::far_side_finished)
        return;
    must(got.bytes.received == all.far_.given(), "some of the far side's was not read");
    const bool is_read = wishes.write_output && !all.was_output_closed;
    must(!is_read || all.output_.taken() == all.far_.given(), "some of it was not delivered");
    must(!is_read || all.output_.has_ended(), "the output was not ended");
}

// How long the input may be silent after the end of the far side.
std::optional<milliseconds> silence_of(const relay_options& wishes) {
    if (!wishes.write_output)
        return wishes.idle_limit;
    return std::min(wishes.eof_delay, wishes.idle_limit.value_or(wishes.eof_delay));
}

// Success: all that the input gave has arrived, and it has ended or was silent.
void check_upload(const relay_options& wishes, const relay_result& got, const stage& all) {
    using end = relay_end;
    const bool is_success =
        got.ended_by == end::far_side_finished || got.ended_by == end::input_finished;
    if (!is_success || !wishes.read_input || all.was_far_closed)
        return;
    must(all.far_.taken() == all.input_.given(), "an upload was cut");
    const auto silence = silence_of(wishes);
    const bool was_silent =
        got.ended_by == end::far_side_finished && silence && now() >= all.last_given_at + *silence;
    must(all.input_ended_at || was_silent, "the input was not waited for");
}

// The far side is told of the end of the input, not before, and as the policy says.
void check_told(const relay_options& wishes, const stage& all) {
    const auto told_at = all.far_.told_at();
    if (!told_at || all.was_output_closed)
        return;
    must(all.input_ended_at && wishes.read_input, "the far side is told of an end too early");
    must(wishes.on_eof != end_of_input::ignore, "the far side is told of an end");
    must(
        wishes.on_eof != end_of_input::automatic ||
            *told_at >= *all.input_ended_at + wishes.eof_delay,
        "the far side is told of the end too early");
}

void check(source& input) {
    const relay_options wishes = options_from(input);
    const bool is_bare = (input.byte() & 1U) != 0;
    stage all{input, wishes};
    relay_options options = wishes;
    options.interrupt_fd = all.interrupt_fd_;
    tests::borrowed_stream socket{all.far_fd_};
    far_stream far{socket, is_bare};
    const local_end from{all.input_fd_, local_end::use::input};
    local_end to{all.output_fd_, local_end::use::output};
    on_stage = &all;
    const relay_result got = relay(far, from, to, options);
    on_stage = nullptr;
    all.settle();
    check_end(wishes, got, all);
    check_upload(wishes, got, all);
    check_told(wishes, all);
    check_bytes(wishes, got, all, far.was_abandoned);
}

} // namespace
} // namespace sockscat::fuzz

// In place of the system's: the relay's only waits.

extern "C" int poll(pollfd* wanted, nfds_t count, int timeout) {
    if (sockscat::fuzz::on_stage != nullptr && timeout != 0)
        return sockscat::fuzz::on_stage->wait({wanted, count}, timeout);
    timespec limit{timeout / 1000, timeout % 1000 * 1'000'000L};
    return static_cast<int>(
        ::syscall(SYS_ppoll, wanted, count, timeout < 0 ? nullptr : &limit, nullptr, 0));
}

extern "C" int epoll_wait(int fd, epoll_event* events, int most, int timeout) {
    pollfd all{fd, POLLIN, 0};
    if (sockscat::fuzz::on_stage != nullptr)
        sockscat::fuzz::on_stage->wait({&all, 1}, timeout);
    return static_cast<int>(::syscall(SYS_epoll_wait, fd, events, most, 0));
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    std::signal(SIGPIPE, SIG_IGN);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
