// SPDX-License-Identifier: MIT
/// Questions under way on one path, and what has come of them.
#pragma once

#include "dns_errors.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sockscat::dns {

/// What came of a question: a response, whatever its code, or why there is none.
struct outcome {
    explicit outcome(result<dns_response> what) : response{std::move(what)} {}

    result<dns_response> response;
    std::optional<double> elapsed_ms; ///< since it was sent last, if the server answered
    dns_drops dropped;                ///< if it did not
};

class open_questions {
  public:
    /// Whether letters are made upper or lower case at random, which must come back; else any case
    /// may.
    enum class letters : std::uint8_t { kept, mixed };

    /// Sets ids and cases.
    open_questions(std::vector<dns_question> questions, letters sent, const asked_server& server);

    /// How many have no outcome yet.
    [[nodiscard]] std::size_t left() const;
    /// The queries to send now, which count as sent; borrowed until something changes.
    std::vector<std::span<const std::uint8_t>> take_due();
    [[nodiscard]] bool has_due() const;
    /// All that are left are due again.
    void ask_again();
    /// The same with the letters as they are. Answers to what was sent before still count.
    void ask_again_plainly();

    /// Judges what came: an answer belongs to the question with its id, name, type and class; what
    /// belongs to none is counted. A question is due once more, in another form, if the server does
    /// not know EDNS or does not keep the case of letters.
    void accept(std::span<const std::uint8_t> message);
    /// Counts what never got as far as that.
    void dropped_before(const drop_counters& datagrams) { dropped_.datagrams = datagrams; }
    [[nodiscard]] const dns_drops& dropped() const { return dropped_; }

    /// The outcome of all that are left; says what was dropped.
    void fail(error why);
    /// All of them, in their order, once none is left.
    std::vector<outcome> outcomes();

  private:
    struct open_question {
        dns_question question;
        std::vector<std::uint8_t> query;
        bool is_due{true};
        std::chrono::steady_clock::time_point sent;
        std::optional<outcome> came;
    };
    void encode(open_question& one);
    void renew(open_question& one);
    void close(open_question& one, result<dns_response> what);

    std::vector<open_question> questions_;
    const asked_server& server_;
    dns_drops dropped_;
};

} // namespace sockscat::dns
