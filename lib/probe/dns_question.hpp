// SPDX-License-Identifier: MIT
/// One DNS question through an association: whether datagrams really pass.
#pragma once

#include <sockscat/client.hpp>

#include <asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sockscat::probing {

struct dns_outcome {
    std::optional<double> elapsed_ms; ///< of the question; nothing if no answer came
    std::string failure;              ///< why none came
};

/// Asks the name server for the root's NS records, three times at most, 1 s apart. `logs_in`: by
/// user name and password, else without. Arguments are borrowed.
asio::awaitable<dns_outcome> ask_dns(
    const connect_options& options, const address& server, bool logs_in);

/// The question (RFC 1035 section 4.1) with this id.
std::vector<std::uint8_t> encode_root_question(std::uint16_t id);

} // namespace sockscat::probing
