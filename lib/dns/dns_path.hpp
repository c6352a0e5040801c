// SPDX-License-Identifier: MIT
/// Ways to a DNS server through the proxy.
#pragma once

#include "open_questions.hpp"

#include "net/within.hpp"

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace sockscat::dns {

/// One association or connection with a DNS server. It is opened by the first question, and again
/// when it has ended. For one user at a time. Cancelling leaves it usable.
class dns_path {
  public:
    virtual ~dns_path() = default;

    /// Asks all of them together. Outcomes are in the order of the questions. Errors: those of
    /// connect() or associate(); failure::timeout when `end` comes first; failure::stream for what
    /// fails after setup.
    virtual asio::awaitable<std::vector<outcome>> ask(
        std::vector<dns_question> questions, net::deadline end) = 0;
};

/// What a path knows, borrowed.
struct path_ends {
    const connect_options& options;
    const address& server;
    const asked_server& errors;
};

/// How often a question over UDP is sent, and how long each time waits for the answer.
struct retry_policy {
    int times{3};
    std::chrono::milliseconds wait{0};
};

/// Through UDP ASSOCIATE. The case of letters is random (and must come back), which makes forging
/// harder.
std::unique_ptr<dns_path> make_udp_path(const path_ends& ends, const retry_policy& policy);

/// Through CONNECT, and inside TLS if connect_options::tls says so.
std::unique_ptr<dns_path> make_stream_path(const path_ends& ends);

/// A moment after `end`, for operations that have the same limit themselves and say better where
/// they stood when it ran out.
inline net::deadline just_after(net::deadline end) {
    return end == net::deadline::max() ? end : end + std::chrono::milliseconds{50};
}

} // namespace sockscat::dns
