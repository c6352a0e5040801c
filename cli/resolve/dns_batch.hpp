// SPDX-License-Identifier: MIT
/// Questions under way on one path, and what has come of them.
#pragma once

#include "dns_path.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sockscat::cli {

class dns_batch {
  public:
    /// `mixes_case`: letters are made upper or lower case at random. `malformed`: the outcome of a
    /// question whose answer cannot be read.
    dns_batch(std::vector<dns_question> questions, bool mixes_case, error malformed);

    struct entry {
        dns_question question;
        std::vector<std::uint8_t> query;
        std::optional<dns_outcome> outcome;
    };
    [[nodiscard]] std::vector<entry>& entries() { return entries_; }
    [[nodiscard]] bool is_complete() const;

    /// Judges what came; what belongs to no open question is counted. True if a question has to be
    /// sent once more, because the server does not know EDNS.
    bool take(std::span<const std::uint8_t> message);
    /// Counts something that came from elsewhere.
    void drop() { ++dropped_; }
    /// How much belonged to no open question.
    [[nodiscard]] std::size_t dropped() const { return dropped_; }

    /// The outcome of all that is still open.
    void fail_open(const error& why);
    /// The same, because time is up; `why` gets what was dropped.
    void give_up(error why);
    [[nodiscard]] std::vector<dns_outcome> outcomes();

  private:
    std::vector<entry> entries_;
    error malformed_;
    std::size_t dropped_{0};
};

/// An error behind the set-up: in phase::relay of the last hop.
error about_server(
    const connect_options& options, failure kind, const address& server, std::string_view what);

error malformed_answer(const connect_options& options, const address& server);

} // namespace sockscat::cli
