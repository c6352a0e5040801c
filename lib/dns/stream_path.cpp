// SPDX-License-Identifier: MIT
#include "dns_path.hpp"

#include <sockscat/tls.hpp>

#include <array>
#include <optional>
#include <span>
#include <utility>

namespace sockscat::dns {
namespace {

using net::deadline;

// Reading what is there already never yields: a server that pours must be left before it keeps
// time limits and signals from their turn.
constexpr std::size_t most_dropped = 256;

class stream_path final : public dns_path {
  public:
    explicit stream_path(const path_ends& ends) : ends_{ends} {}

    asio::awaitable<std::vector<outcome>> ask(
        std::vector<dns_question> questions, deadline end) override {
        open_questions open{std::move(questions), open_questions::letters::kept, ends_.errors};
        while (open.left() > 0) {
            const bool is_used = tunnel_.has_value();
            const std::size_t before = open.left();
            auto answered = co_await ask_once(open, end);
            if (answered)
                break;
            // A server may close a connection that was idle for a while, or after each answer.
            const bool is_worth_another =
                answered.error().kind == failure::stream && (is_used || open.left() < before);
            if (!is_worth_another)
                open.fail(answered.error());
        }
        co_return open.outcomes();
    }

  private:
    // A tunnel is kept only if nothing is under way on it.
    asio::awaitable<result<void>> ask_once(open_questions& open, deadline end) {
        std::optional<connection> tunnel = std::exchange(tunnel_, std::nullopt);
        if (!tunnel) {
            auto made = co_await net::before(just_after(end), connect(ends_.options, ends_.server));
            if (!made)
                co_return ends_.errors.timed_out(dns_errc::no_time);
            if (!*made)
                co_return made->error();
            tunnel.emplace(std::move(*made).value());
        }
        auto ended = co_await net::before(end, exchange(tunnel->io(), open));
        if (!ended)
            co_return ends_.errors.timed_out(dns_errc::no_answer);
        if (*ended)
            tunnel_ = std::move(tunnel);
        co_return std::move(*ended);
    }

    asio::awaitable<result<void>> exchange(stream& over, open_questions& open) {
        open.ask_again();
        while (open.left() > 0) {
            if (auto sent = co_await send(over, open); !sent)
                co_return sent;
            auto message = co_await read_message(over);
            if (!message)
                co_return message.error();
            open.accept(message.value());
            if (open.dropped().strangers > most_dropped)
                co_return ends_.errors.lost(dns_errc::unasked);
        }
        co_return result<void>{};
    }

    // RFC 1035 section 4.2.2: each after its length; all in one segment (RFC 7766
    // section 6.2.1.1).
    asio::awaitable<result<void>> send(stream& over, open_questions& open) {
        std::vector<std::uint8_t> bytes;
        for (const auto query : open.take_due()) {
            bytes.push_back(static_cast<std::uint8_t>(query.size() >> 8U));
            bytes.push_back(static_cast<std::uint8_t>(query.size() & 0xFFU));
            bytes.insert(bytes.end(), query.begin(), query.end());
        }
        if (bytes.empty())
            co_return result<void>{};
        const io_result gone = co_await over.write(bytes);
        if (gone.code)
            co_return lost(gone.code);
        co_return result<void>{};
    }

    asio::awaitable<result<std::vector<std::uint8_t>>> read_message(stream& over) {
        std::array<std::uint8_t, 2> prefix{};
        if (auto got = co_await read_whole(over, prefix); !got)
            co_return got.error();
        std::vector<std::uint8_t> message(std::size_t{prefix[0]} << 8U | prefix[1]);
        if (auto got = co_await read_whole(over, message); !got)
            co_return got.error();
        co_return message;
    }

    asio::awaitable<result<void>> read_whole(stream& over, std::span<std::uint8_t> space) {
        while (!space.empty()) {
            const io_result got = co_await over.read_some(space);
            if (is_about_our_certificate(got.code))
                co_return refused_by_tls(got.code);
            if (got.code)
                co_return lost(got.code);
            if (got.size == 0)
                co_return ends_.errors.lost(dns_errc::closed);
            space = space.subspan(got.size);
        }
        co_return result<void>{};
    }

    [[nodiscard]] error lost(const std::error_code& code) const {
        return ends_.errors.fail(failure::stream, code.message(), code);
    }

    // TLS 1.3 reports that only after the handshake.
    [[nodiscard]] error refused_by_tls(const std::error_code& code) const {
        error why = ends_.errors.fail(failure::tls, code.message(), {});
        why.at = phase::tls;
        return why;
    }

    path_ends ends_;
    std::optional<connection> tunnel_;
};

} // namespace

std::unique_ptr<dns_path> make_stream_path(const path_ends& ends) {
    return std::make_unique<stream_path>(ends);
}

} // namespace sockscat::dns
