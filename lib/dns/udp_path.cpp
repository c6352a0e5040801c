// SPDX-License-Identifier: MIT
#include "dns_path.hpp"

#include <sockscat/association.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace sockscat::dns {
namespace {

using net::deadline;

drop_counters since(const drop_counters& before, drop_counters now) {
    now.wrong_source -= before.wrong_source;
    now.fragment -= before.fragment;
    now.malformed -= before.malformed;
    now.overflow -= before.overflow;
    return now;
}

class udp_path final : public dns_path {
  public:
    udp_path(const path_ends& ends, const retry_policy& policy) : ends_{ends}, policy_{policy} {}

    asio::awaitable<std::vector<outcome>> ask(
        std::vector<dns_question> questions, deadline end) override {
        open_questions open{std::move(questions), open_questions::letters::mixed, ends_.errors};
        auto opened = co_await reach(end);
        if (!opened)
            open.fail(opened.error());
        for (int sent = 0; sent < policy_.times && open.left() > 0; ++sent) {
            if (sent > 0 && sent + 1 == policy_.times)
                open.ask_again_plainly(); // random letters may be what it does not like
            else
                open.ask_again();
            auto received = co_await exchange(open, std::min(end, net::after(policy_.wait)));
            open.dropped_before(since(dropped_, through_->dropped()));
            if (received)
                continue;
            through_.reset(); // the next name may have better luck
            open.fail(received.error());
        }
        open.fail(ends_.errors.fail(failure::timeout, "no answer over UDP", dns_errc::no_answer));
        co_return open.outcomes();
    }

  private:
    asio::awaitable<result<void>> reach(deadline end) {
        if (through_ && !through_->has_ended()) {
            dropped_ = through_->dropped();
            co_return result<void>{};
        }
        dropped_ = drop_counters{};
        through_.reset();
        auto made = co_await net::before(just_after(end), associate(ends_.options, wanted_));
        if (!made)
            co_return ends_.errors.timed_out(dns_errc::no_time);
        if (!*made)
            co_return made->error();
        through_.emplace(std::move(*made).value());
        co_return result<void>{};
    }

    // Until all is answered or the time is up.
    asio::awaitable<result<void>> exchange(open_questions& open, deadline pause) {
        for (;;) {
            send(open);
            receive(open);
            if (open.left() == 0 || std::chrono::steady_clock::now() >= pause)
                co_return result<void>{};
            if (open.has_due())
                continue;
            auto woken = co_await net::before(pause, through_->wait_for_datagrams());
            if (!woken)
                co_return result<void>{};
            if (!*woken)
                co_return ends_.errors.lost(dns_errc::association_ended);
        }
    }

    void send(open_questions& open) {
        for (const auto query : open.take_due()) {
            const outgoing_datagram datagram{ends_.server, query};
            through_->send({&datagram, 1}); // what does not go out now is sent again
        }
    }

    void receive(open_questions& open) {
        // Relays say what they like about where it is from: the id and the question decide.
        for (const incoming_datagram& each : through_->receive())
            open.accept(each.data);
    }

    path_ends ends_;
    retry_policy policy_;
    associate_options wanted_;
    std::optional<association> through_;
    drop_counters dropped_; // of the association, before the question
};

} // namespace

std::unique_ptr<dns_path> make_udp_path(const path_ends& ends, const retry_policy& policy) {
    return std::make_unique<udp_path>(ends, policy);
}

} // namespace sockscat::dns
