// SPDX-License-Identifier: MIT
#include "dns_batch.hpp"
#include "dns_path.hpp"

#include <sockscat/tls.hpp>

#include <array>
#include <optional>
#include <utility>

namespace sockscat::cli {
namespace {

// Reading what is there already never yields: a server that pours must be left before it keeps
// time limits and signals from their turn.
constexpr std::size_t most_dropped = 256;

class stream_path final : public dns_path {
  public:
    stream_path(const connect_options& options, const address& server)
        : options_{options}, server_{server} {}

    asio::awaitable<std::vector<dns_outcome>> ask(
        std::vector<dns_question> questions, deadline end) override {
        dns_batch batch{std::move(questions), false, malformed_answer(options_, server_)};
        const bool is_used = tunnel_.has_value();
        auto answered = co_await ask_once(batch, end);
        // A server may have closed a connection that was idle for a while.
        if (!answered && is_used && answered.error().kind == failure::stream)
            answered = co_await ask_once(batch, end);
        if (!answered)
            batch.fail_open(answered.error());
        co_return batch.outcomes();
    }

  private:
    asio::awaitable<result<void>> ask_once(dns_batch& batch, deadline end) {
        if (!tunnel_) {
            auto made = co_await before(just_after(end), connect(options_, server_));
            if (!made)
                co_return about_server(
                    options_, failure::timeout, server_, "no time left to ask it");
            if (!*made)
                co_return made->error();
            tunnel_.emplace(std::move(*made).value());
        }
        auto ended = co_await before(end, exchange(batch));
        result<void> answered =
            ended ? std::move(*ended)
                  : about_server(options_, failure::timeout, server_, "no answer");
        if (!answered)
            tunnel_.reset(); // nobody knows what is still under way on it
        co_return answered;
    }

    asio::awaitable<result<void>> exchange(dns_batch& batch) {
        if (auto sent = co_await send(batch); !sent)
            co_return sent;
        while (!batch.is_complete()) {
            auto message = co_await read_message();
            if (!message)
                co_return message.error();
            const bool is_sent_again = batch.take(message.value());
            if (batch.dropped() > most_dropped)
                co_return lost("it answers what was not asked");
            if (!is_sent_again)
                continue;
            if (auto sent = co_await send(batch); !sent)
                co_return sent;
        }
        co_return result<void>{};
    }

    // RFC 1035 section 4.2.2: each behind its length; all in one segment (RFC 7766
    // section 6.2.1.1).
    asio::awaitable<result<void>> send(dns_batch& batch) {
        std::vector<std::uint8_t> bytes;
        for (const dns_batch::entry& each : batch.entries()) {
            if (each.outcome)
                continue;
            bytes.push_back(static_cast<std::uint8_t>(each.query.size() >> 8U));
            bytes.push_back(static_cast<std::uint8_t>(each.query.size() & 0xFFU));
            bytes.insert(bytes.end(), each.query.begin(), each.query.end());
        }
        const io_result gone = co_await tunnel_->io().write(bytes);
        if (gone.code)
            co_return lost(gone.code.message());
        co_return result<void>{};
    }

    asio::awaitable<result<std::vector<std::uint8_t>>> read_message() {
        std::array<std::uint8_t, 2> prefix{};
        if (auto got = co_await read_whole(prefix); !got)
            co_return got.error();
        std::vector<std::uint8_t> message(std::size_t{prefix[0]} << 8U | prefix[1]);
        if (auto got = co_await read_whole(message); !got)
            co_return got.error();
        co_return message;
    }

    asio::awaitable<result<void>> read_whole(std::span<std::uint8_t> space) {
        while (!space.empty()) {
            const io_result got = co_await tunnel_->io().read_some(space);
            if (is_about_our_certificate(got.code))
                co_return refused_by_tls(got.code);
            if (got.code || got.size == 0)
                co_return lost(got.code ? got.code.message() : "closed before it answered");
            space = space.subspan(got.size);
        }
        co_return result<void>{};
    }

    [[nodiscard]] error lost(std::string_view what) const {
        return about_server(options_, failure::stream, server_, what);
    }

    // TLS 1.3 tells so only behind the handshake.
    [[nodiscard]] error refused_by_tls(const std::error_code& code) const {
        error why = about_server(options_, failure::tls, server_, code.message());
        why.at = phase::tls;
        return why;
    }

    const connect_options& options_;
    const address& server_;
    std::optional<connection> tunnel_;
};

} // namespace

std::unique_ptr<dns_path> make_stream_path(const connect_options& options, const address& server) {
    return std::make_unique<stream_path>(options, server);
}

} // namespace sockscat::cli
