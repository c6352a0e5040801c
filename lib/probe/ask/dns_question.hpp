// SPDX-License-Identifier: MIT
/// One DNS question through an association: whether datagrams really pass.
#pragma once

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>

#include <optional>
#include <string>

namespace sockscat::probing {

struct dns_outcome {
    std::optional<double> elapsed_ms; ///< of the question; nothing if no answer came
    std::string failure;              ///< why none came
};

/// Asks the name server for the root's NS records, three times at most, 1 s apart. `logs_in`: by
/// user name and password, else without. Arguments are borrowed.
asio::awaitable<dns_outcome> ask_dns(
    const connect_options& options, const address& server, bool logs_in);

} // namespace sockscat::probing
