// SPDX-License-Identifier: MIT
/// Watches a setup: measures its phases, writes the trace, says under -v what happens.
#pragma once

#include "console.hpp"
#include "trace_writer.hpp"

#include <sockscat/trace.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace sockscat::cli {

/// How long each phase took; nothing for those not reached.
class phase_times {
  public:
    void begin(phase next);
    void end();
    [[nodiscard]] std::optional<double> milliseconds(phase which) const;

  private:
    using clock = std::chrono::steady_clock;

    std::array<std::optional<clock::duration>, 9> spent_{};
    phase running_{phase::none};
    clock::time_point since_;
};

class watcher final : public observer {
  public:
    /// What else is to be told when a phase begins; phase::none at the end of the setup.
    using phase_listener = std::function<void(std::string_view hop, phase begins)>;

    watcher(console& out, trace_writer& trace) : out_{out}, trace_{trace} {}

    void on_phases(phase_listener listener) { listener_ = std::move(listener); }

    /// A phase of one of several attempts begins, which the output calls `attempt`.
    void begin(std::string_view hop, std::string_view attempt, phase next);

    void on_phase(std::string_view hop, phase begins) override { begin(hop, hop, begins); }
    bool wants_addresses() const override;
    void on_connected(
        std::string_view hop, std::string_view remote, std::string_view local) override;
    void on_secured(std::string_view hop, std::string_view description) override;
    bool wants_messages() const override;
    void on_message(std::string_view hop, const traced_message& message) override;
    void on_note(std::string_view hop, std::string_view text) override;
    void on_password_in_clear(std::string_view hop) override;
    void on_end() override;

    [[nodiscard]] const phase_times& times() const { return times_; }

  private:
    console& out_;
    trace_writer& trace_;
    phase_times times_;
    phase_listener listener_;
    bool warned_{false};
};

} // namespace sockscat::cli
