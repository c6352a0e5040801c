// SPDX-License-Identifier: MIT
/// A security context without security: its tokens follow a script, its protected messages are the
/// plain bytes behind a mark.
#pragma once

#include "bytes.hpp"

#include "proto/auth/security_context.hpp"

#include <deque>
#include <utility>

namespace sockscat::tests {

class fake_context final : public proto::security_context {
  public:
    /// What one advance() wants of the peer, and what comes of it.
    struct move {
        bytes wants;
        bytes token;
        bool complete;
    };

    explicit fake_context(std::deque<move> moves, bool can_hide = true)
        : moves_{std::move(moves)}, can_hide_{can_hide} {}

    proto::context_progress advance(base::byte_view token) override {
        proto::context_progress progress;
        if (moves_.empty() || !std::equal(
                                  token.begin(), token.end(), moves_.front().wants.begin(),
                                  moves_.front().wants.end())) {
            progress.failed = error{failure::credentials, phase::none, "no such token"};
            return progress;
        }
        progress.token = moves_.front().token;
        progress.complete = moves_.front().complete;
        moves_.pop_front();
        return progress;
    }

    [[nodiscard]] bool has_confidentiality() const override { return can_hide_; }

    std::optional<bytes> wrap(base::byte_view plain, bool hidden) override {
        return join(mark(hidden), plain);
    }

    std::optional<bytes> unwrap(base::byte_view message, bool hidden) override {
        const bytes expected = mark(hidden);
        if (message.size() < expected.size() ||
            !std::equal(expected.begin(), expected.end(), message.begin()))
            return std::nullopt;
        return to_bytes(message.subspan(expected.size()));
    }

    std::size_t max_plain(std::size_t most, bool hidden) override {
        return most - mark(hidden).size();
    }

    static bytes mark(bool hidden) { return hidden ? "e0 e1 e2"_hex : "d0 d1"_hex; }

  private:
    std::deque<move> moves_;
    bool can_hide_;
};

} // namespace sockscat::tests
