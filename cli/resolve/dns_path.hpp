// SPDX-License-Identifier: MIT
/// Ways to a DNS server through the proxy.
#pragma once

#include "runtime/deadline.hpp"

#include <sockscat/client.hpp>
#include <sockscat/dns_message.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace sockscat::cli {

/// What came of a question: a response, whatever its code, or why there is none.
using dns_outcome = result<dns_response>;

/// One association or connection with a DNS server. It is opened by the first question and opened
/// anew when the server has closed it. For one user at a time.
class dns_path {
  public:
    virtual ~dns_path() = default;

    /// Asks all of them at once. Ids are set here. Outcomes stand in the order of the questions.
    /// Errors: those of connect() or associate(); failure::timeout when `end` comes first;
    /// failure::stream for what fails once the path stands.
    virtual asio::awaitable<std::vector<dns_outcome>> ask(
        std::vector<dns_question> questions, deadline end) = 0;
};

/// Through UDP ASSOCIATE. Each question is sent three times at most, `patience` apart. The case of
/// letters is random (and must come back), which makes forging harder.
std::unique_ptr<dns_path> make_udp_path(
    const connect_options& options, const address& server, std::chrono::milliseconds patience);

/// Through CONNECT, and inside TLS if connect_options::tls says so.
std::unique_ptr<dns_path> make_stream_path(const connect_options& options, const address& server);

} // namespace sockscat::cli
