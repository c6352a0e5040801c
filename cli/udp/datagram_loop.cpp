// SPDX-License-Identifier: MIT
#include "datagram_loop.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <string>
#include <utility>
#include <vector>

namespace sockscat::cli {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A whole frame fits in any form: 65,497 bytes are 87,332 in base64.
constexpr std::size_t input_size = 128 * 1024;
constexpr std::size_t batch = 64;

// Bytes of stdin, from which frames are taken off the front.
class input_buffer {
  public:
    input_buffer() : bytes_(input_size) {}

    [[nodiscard]] std::span<const std::uint8_t> filled() const {
        return std::span{bytes_}.subspan(begin_, end_ - begin_);
    }
    [[nodiscard]] bool is_empty() const { return begin_ == end_; }
    [[nodiscard]] bool is_full() const { return begin_ == 0 && end_ == bytes_.size(); }
    // Moves what is there to the front, so that all the room is in one piece.
    std::span<std::uint8_t> room() {
        std::copy(bytes_.begin() + offset(begin_), bytes_.begin() + offset(end_), bytes_.begin());
        end_ -= begin_;
        begin_ = 0;
        return std::span{bytes_}.subspan(end_);
    }
    void added(std::size_t size) { end_ += size; }
    void used(std::size_t size) { begin_ += size; }

  private:
    static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

    std::vector<std::uint8_t> bytes_;
    std::size_t begin_{0};
    std::size_t end_{0};
};

class datagram_loop {
  public:
    datagram_loop(
        association& through,
        framing& frames,
        const local_end& input,
        const local_end& output,
        const datagram_loop_options& options,
        console& out)
        : through_{through}, frames_{frames}, input_{input}, output_{output}, options_{options},
          out_{out} {}

    loop_result run() {
        while (!ended_)
            turn();
        result_.counts.dropped = through_.dropped();
        return std::move(result_);
    }

  private:
    enum slot : std::size_t { from_input, datagrams, to_output, interrupt, first_control };

    void turn() {
        judge();
        if (ended_)
            return;
        wait();
        if (is_set(interrupt))
            return end(loop_end::interrupted);
        if (is_any_control_set() && through_.has_ended())
            is_over_ = true;
        move_incoming();
        const bool is_closed = (polled_[to_output].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
        if (!ended_ && written_out() && is_closed)
            end(loop_end::output_closed);
        if (!ended_ && is_set(from_input) && wants_input())
            read_input();
        if (!ended_ && !is_draining())
            send();
    }

    void end(loop_end why) {
        if (ended_)
            return;
        ended_ = true;
        result_.ended_by = why;
    }

    void fail(error why) {
        if (ended_)
            return;
        result_.why = std::move(why);
        end(loop_end::failed);
    }

    // Ends that need no event. Whatever the reason, what has come is written out first.
    void judge() {
        if (!written_out())
            return;
        if (is_count_full())
            return end(loop_end::done);
        const bool is_waited = all_sent() && clock::now() >= deadline();
        if (!is_draining() && !is_waited)
            return;
        receive();
        const bool is_new = is_waited && !is_draining() && clock::now() < deadline();
        if (!written_out() || !has_nothing_more() || is_new)
            return;
        if (failing_)
            return fail(std::move(*failing_));
        if (is_count_full())
            return end(loop_end::done);
        if (is_over_)
            return end(loop_end::association_ended);
        end(options_.count ? loop_end::count_short : loop_end::done);
    }

    // The socket is empty, or holds so much that is to be dropped that somebody only delays the
    // end.
    [[nodiscard]] bool has_nothing_more() const { return through_.is_drained() || barren_ > 1'000; }

    // Nothing is sent any more; what has come is still delivered.
    [[nodiscard]] bool is_draining() const { return is_over_ || failing_.has_value(); }

    [[nodiscard]] clock::time_point deadline() const { return last_datagram_ + options_.wait; }
    [[nodiscard]] bool all_sent() const {
        return input_ended_ && buffer_.is_empty() && next_ == outgoing_.size();
    }
    [[nodiscard]] bool written_out() const { return written_ == incoming_.size(); }
    [[nodiscard]] bool is_count_full() const {
        return options_.count && result_.counts.received >= *options_.count;
    }
    [[nodiscard]] bool wants_input() const {
        return !input_ended_ && !is_draining() && !fault_ && next_ == outgoing_.size() &&
               !buffer_.is_full() && (!frames_.is_by_read() || buffer_.is_empty());
    }

    void wait() {
        const auto arm = [this](std::size_t index, int fd, int events, bool wanted) {
            polled_[index] = {wanted ? fd : -1, static_cast<short>(events), 0};
        };
        const bool sending = next_ < outgoing_.size() && !is_draining();
        const int wanted = (written_out() ? POLLIN : 0) | (sending ? POLLOUT : 0);
        arm(from_input, input_.fd(), POLLIN, wants_input());
        arm(datagrams, through_.datagram_fd(), wanted, wanted != 0);
        for (std::size_t i = 0; i < controls_.size(); ++i)
            arm(first_control + i, controls_[i], POLLIN, !is_over_);
        arm(to_output, output_.fd(), written_out() ? 0 : POLLOUT, true);
        arm(interrupt, options_.interrupt_fd, POLLIN, options_.interrupt_fd != -1);
        if (::poll(polled_.data(), polled_.size(), timeout()) <= 0)
            for (pollfd& entry : polled_)
                entry.revents = 0;
    }

    [[nodiscard]] bool is_set(slot index) const { return polled_[index].revents != 0; }
    [[nodiscard]] bool is_any_control_set() const {
        return std::any_of(polled_.begin() + first_control, polled_.end(), [](const pollfd& each) {
            return each.revents != 0;
        });
    }

    [[nodiscard]] int timeout() const {
        if (!written_out())
            return -1;
        if (is_draining())
            return 0;
        if (!all_sent())
            return -1;
        const auto left = std::chrono::ceil<milliseconds>(deadline() - clock::now()).count();
        return static_cast<int>(std::clamp<long long>(left, 0, 60 * 60 * 1'000));
    }

    // More than is sent in a turn, so that answers do not pile up in the kernel.
    void move_incoming() {
        for (int i = 0; i < 4 && !ended_; ++i) {
            if (written_out())
                receive();
            if (written_out())
                return;
            write_out();
        }
    }

    void receive() {
        incoming_.clear();
        borders_.clear();
        written_ = 0;
        next_border_ = 0;
        for (const incoming_datagram& datagram : through_.receive()) {
            if (is_count_full())
                break;
            frames_.put(datagram, incoming_);
            borders_.push_back(incoming_.size());
            ++result_.counts.received;
            result_.bytes.received += datagram.data.size();
            last_datagram_ = clock::now();
        }
        barren_ = borders_.empty() && !through_.is_drained() ? barren_ + 1 : 0;
        tell_drops();
    }

    // Datagrams that are written as they are get a write each: a socket keeps their borders.
    void write_out() {
        while (!written_out()) {
            const std::size_t border =
                frames_.is_by_read() ? borders_[next_border_] : incoming_.size();
            const io_result gone =
                output_.write(std::span{incoming_}.subspan(written_, border - written_));
            if (would_block(gone))
                return;
            if (gone.code == std::errc::broken_pipe || gone.code == std::errc::connection_reset)
                return end(loop_end::output_closed);
            if (gone.code)
                return fail(
                    {failure::stream, phase::none,
                     "cannot write standard output: " + gone.code.message()});
            written_ += gone.size;
            while (next_border_ < borders_.size() && borders_[next_border_] <= written_)
                ++next_border_;
        }
    }

    void read_input() {
        const io_result got = input_.read(buffer_.room());
        if (would_block(got))
            return;
        if (got.code)
            return fail(
                {failure::stream, phase::none,
                 "cannot read standard input: " + got.code.message()});
        input_ended_ = got.size == 0;
        if (input_ended_)
            last_datagram_ = clock::now();
        buffer_.added(got.size);
    }

    // One batch, if there is one; then it is received again.
    void send() {
        if (next_ == outgoing_.size() && !take_frames())
            return;
        send_batch();
        if (!ended_ && !is_draining() && next_ == outgoing_.size())
            take_frames();
    }

    // More datagrams to send; false if there are none, or the input is no good.
    bool take_frames() {
        if (fault_) { // what stood before it was sent
            failing_ = std::exchange(fault_, std::nullopt);
            return false;
        }
        outgoing_.clear();
        next_ = 0;
        auto used = frames_.take(buffer_.filled(), input_ended_, batch, outgoing_);
        if (!used) {
            fault_ = used.error();
            return outgoing_.empty() ? take_frames() : true;
        }
        if (used.value() == 0 && buffer_.is_full())
            failing_ =
                too_large(std::to_string(buffer_.filled().size()) + " bytes or more", "a frame");
        frame_bytes_ = used.value();
        if (outgoing_.empty())
            buffer_.used(std::exchange(frame_bytes_, 0));
        return !failing_ && !outgoing_.empty();
    }

    void send_batch() {
        const auto gone = through_.send(std::span{outgoing_}.subspan(next_));
        for (std::size_t i = next_; i < next_ + gone.sent; ++i)
            result_.bytes.sent += outgoing_[i].data.size();
        next_ += gone.sent;
        result_.counts.sent += gone.sent;
        if (gone.sent > 0)
            last_datagram_ = clock::now();
        if (next_ == outgoing_.size())
            buffer_.used(std::exchange(frame_bytes_, 0));
        if (!gone.code || gone.code == std::errc::resource_unavailable_try_again)
            return;
        const outgoing_datagram& stuck = outgoing_[next_];
        if (gone.code == std::errc::message_size)
            failing_ = too_large(
                counted(stuck.data.size(), "byte"), "a datagram to " + to_string(stuck.to));
        else
            failing_ = error{
                failure::stream, phase::relay,
                "cannot send to " + to_string(through_.relay()) + ": " + gone.code.message()};
    }

    [[nodiscard]] error too_large(const std::string& size, const std::string& what) const {
        const host& to =
            next_ < outgoing_.size() ? outgoing_[next_].to.host : through_.relay().host;
        return {
            failure::stream, phase::none,
            "standard input: " + what + " has " + size + ", at most " +
                std::to_string(through_.max_payload(to)) + " fit (65507 less the header)"};
    }

    void tell_drops() {
        const drop_counters now = through_.dropped();
        tell(
            now.wrong_source, told_.wrong_source,
            "it did not come from the relay " + to_string(through_.relay()));
        tell(now.fragment, told_.fragment, "it is a fragment (FRAG is not 0)");
        tell(now.malformed, told_.malformed, "its header is malformed");
        tell(now.overflow, told_.overflow, "it came faster than it was read");
    }

    void tell(std::uint64_t count, bool& told, const std::string& why) {
        if (count > 0 && !std::exchange(told, true))
            out_.warning("dropped a datagram: " + why);
    }

    struct told_kinds {
        bool wrong_source{false};
        bool fragment{false};
        bool malformed{false};
        bool overflow{false};
    };

    association& through_;
    framing& frames_;
    const local_end& input_;
    const local_end& output_;
    const datagram_loop_options& options_;
    console& out_;

    input_buffer buffer_;
    std::size_t frame_bytes_{0}; // of buffer_, that outgoing_ was taken from
    std::vector<outgoing_datagram> outgoing_;
    std::size_t next_{0};          // of outgoing_, to be sent
    std::optional<error> fault_;   // of the input, behind outgoing_
    std::optional<error> failing_; // ends the run once what has come is written
    bool is_over_{false};          // the control connection has ended
    std::vector<std::uint8_t> incoming_;
    std::size_t written_{0};           // of incoming_
    std::vector<std::size_t> borders_; // of the datagrams in incoming_, each at its end
    std::size_t next_border_{0};
    int barren_{0}; // batches in a row of which everything was dropped
    std::vector<int> controls_{through_.control_fds()};
    std::vector<pollfd> polled_{first_control + controls_.size()};
    bool input_ended_{false};
    bool ended_{false};
    clock::time_point last_datagram_{clock::now()};
    told_kinds told_;
    loop_result result_;
};

} // namespace

loop_result run_datagram_loop(
    association& through,
    framing& frames,
    const local_end& input,
    const local_end& output,
    const datagram_loop_options& options,
    console& out) {
    return datagram_loop{through, frames, input, output, options, out}.run();
}

} // namespace sockscat::cli
