// SPDX-License-Identifier: MIT
/// How far a setup has come: which hop, which phase; and who observes it.
#pragma once

#include <sockscat/error.hpp>
#include <sockscat/trace.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace sockscat::net {

/// One per setup, on the stack of connect(); outlives every operation of it.
class setup {
  public:
    explicit setup(observer* watch) : watch_{watch} {}

    /// When all must be over; the default is never.
    void ends_at(std::chrono::steady_clock::time_point when) { end_ = when; }
    [[nodiscard]] std::chrono::steady_clock::time_point end() const { return end_; }

    /// What is connected is for a question of a few bytes, and dialling itself ends at end().
    void asks_briefly() { is_brief_ = true; }
    [[nodiscard]] bool is_brief() const { return is_brief_; }

    /// From here on everything is about this hop; empty: about none.
    void at_hop(std::string label);
    /// Whether others can read along what is sent to the hop.
    void in_clear(bool is_clear) { in_clear_ = is_clear; }
    [[nodiscard]] bool in_clear() const { return in_clear_; }
    /// Tells the observer if the phase changes.
    void enter(phase begins);
    void note(std::string_view text) const;

    /// What was given up has come in part: "6 of at least 7 bytes".
    void came_in_part(std::string how_much) { part_ = std::move(how_much); }
    [[nodiscard]] const std::string& part() const { return part_; }

    [[nodiscard]] const std::string& hop() const { return hop_; }
    [[nodiscard]] phase at() const { return phase_; }
    [[nodiscard]] observer* watch() const { return watch_; }

    /// An error that another one made, with hop and phase where it has none.
    [[nodiscard]] error complete(error why) const;
    /// An error of this hop and phase.
    [[nodiscard]] error fail(failure kind, std::string cause, std::error_code code = {}) const;

  private:
    observer* watch_;
    std::string hop_;
    phase phase_{phase::none};
    std::string part_;
    bool in_clear_{false};
    bool is_brief_{false};
    std::chrono::steady_clock::time_point end_{std::chrono::steady_clock::time_point::max()};
};

} // namespace sockscat::net
