// SPDX-License-Identifier: MIT
/// Runs an awaitable of the library in a test.
#pragma once

#include "catch.hpp"
#include "io.hpp"

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <memory>
#include <optional>

namespace sockscat::tests {

/// The loop of run(): streams that come out of an operation still need theirs.
inline asio::io_context& shared_loop() {
    static asio::io_context loop;
    return loop;
}

/// One operation and its event loop.
template <class T>
class operation {
  public:
    explicit operation(asio::awaitable<T> job)
        : operation{std::make_unique<asio::io_context>(), std::move(job)} {}

    operation(asio::io_context& loop, asio::awaitable<T> job)
        : operation{nullptr, std::move(job), &loop} {}

    /// Goes as far as it gets without waiting.
    void poll() { loop_.poll(); }

    /// From any thread.
    void cancel() {
        asio::post(loop_, [this] { cancel_.emit(asio::cancellation_type::terminal); });
    }

    /// Runs to the end, whatever it is; false if there is none within `bound`.
    bool run(std::chrono::milliseconds bound = patience) {
        loop_.restart();
        loop_.run_for(bound);
        return ended_;
    }

    /// The value; running into `bound` or an exception fails the test.
    T value(std::chrono::milliseconds bound = patience) {
        REQUIRE(run(bound));
        if (thrown_)
            std::rethrow_exception(thrown_);
        return std::move(*out_);
    }

    [[nodiscard]] const std::optional<T>& outcome() const { return out_; }

  private:
    operation(
        std::unique_ptr<asio::io_context> own,
        asio::awaitable<T> job,
        asio::io_context* other = nullptr)
        : own_{std::move(own)}, loop_{other == nullptr ? *own_ : *other} {
        asio::co_spawn(
            loop_, store(out_, std::move(job)),
            asio::bind_cancellation_slot(cancel_.slot(), [this](const std::exception_ptr& thrown) {
                ended_ = true;
                thrown_ = thrown;
            }));
    }

    static asio::awaitable<void> store(std::optional<T>& slot, asio::awaitable<T> job) {
        slot.emplace(co_await std::move(job));
    }

    std::unique_ptr<asio::io_context> own_;
    asio::io_context& loop_;
    asio::cancellation_signal cancel_;
    std::optional<T> out_;
    std::exception_ptr thrown_;
    bool ended_{false};
};

template <class T>
T run(asio::awaitable<T> job) {
    operation<T> one{shared_loop(), std::move(job)};
    return one.value();
}

} // namespace sockscat::tests
