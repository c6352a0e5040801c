// SPDX-License-Identifier: MIT
#include "dns_batch.hpp"
#include "dns_path.hpp"

#include <sockscat/association.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr int most_tries = 3;

class udp_path final : public dns_path {
  public:
    udp_path(
        const connect_options& options, const address& server, std::chrono::milliseconds patience)
        : options_{options}, server_{server}, patience_{patience} {}

    asio::awaitable<std::vector<dns_outcome>> ask(
        std::vector<dns_question> questions, deadline end) override {
        dns_batch batch{std::move(questions), true, malformed_answer(options_, server_)};
        if (auto opened = co_await open(end); !opened) {
            batch.fail_open(opened.error());
            co_return batch.outcomes();
        }
        for (int tried = 0; tried < most_tries && !batch.is_complete(); ++tried) {
            send(batch);
            const deadline pause = std::min(end, std::chrono::steady_clock::now() + patience_);
            if (auto received = co_await receive_until(pause, batch); !received) {
                through_.reset(); // the next name may have better luck
                batch.fail_open(received.error());
            }
        }
        batch.give_up(about_server(options_, failure::timeout, server_, "no answer over UDP"));
        co_return batch.outcomes();
    }

  private:
    asio::awaitable<result<void>> open(deadline end) {
        if (through_ && through_->has_ended())
            through_.reset();
        if (through_)
            co_return result<void>{};
        auto made = co_await before(just_after(end), associate(options_, wishes_));
        if (!made)
            co_return about_server(options_, failure::timeout, server_, "no time left to ask it");
        if (!*made)
            co_return made->error();
        through_.emplace(std::move(*made).value());
        co_return result<void>{};
    }

    void send(dns_batch& batch) {
        for (const dns_batch::entry& each : batch.entries()) {
            if (each.outcome)
                continue;
            const outgoing_datagram datagram{server_, each.query};
            through_->send({&datagram, 1}); // what does not go out now is sent again
        }
    }

    // Until all is answered or the time is up.
    asio::awaitable<result<void>> receive_until(deadline pause, dns_batch& batch) {
        for (;;) {
            const bool again = take_all(batch);
            if (batch.is_complete() || std::chrono::steady_clock::now() >= pause)
                co_return result<void>{};
            if (again)
                send(batch);
            auto woken = co_await before(pause, through_->wait_for_datagrams());
            if (!woken) // the time is up
                co_return result<void>{};
            if (!*woken)
                co_return about_server(
                    options_, failure::stream, server_,
                    "the association has ended before it answered");
        }
    }

    bool take_all(dns_batch& batch) {
        bool again = false;
        const auto came = through_->receive();
        for (const incoming_datagram& each : came) {
            if (is_from_server(each.from))
                again = batch.take(each.data) || again;
            else
                batch.drop();
        }
        return again;
    }

    // A server with a name may have any address.
    [[nodiscard]] bool is_from_server(const address& from) const {
        const bool is_named = std::holds_alternative<host_name>(server_.host);
        return from.port == server_.port && (is_named || from.host == server_.host ||
                                             std::holds_alternative<host_name>(from.host));
    }

    const connect_options& options_;
    const address& server_;
    std::chrono::milliseconds patience_;
    associate_options wishes_;
    std::optional<association> through_;
};

} // namespace

std::unique_ptr<dns_path> make_udp_path(
    const connect_options& options, const address& server, std::chrono::milliseconds patience) {
    return std::make_unique<udp_path>(options, server, patience);
}

} // namespace sockscat::cli
