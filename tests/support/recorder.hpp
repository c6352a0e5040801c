// SPDX-License-Identifier: MIT
/// An observer that writes down what it is told, a line each.
#pragma once

#include <sockscat/trace.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace sockscat::tests {

class recorder final : public observer {
  public:
    void on_phase(std::string_view hop, phase begins) override {
        add(hop, "phase " + std::string{to_string(begins)});
    }
    bool wants_addresses() const override { return true; }
    void on_connected(std::string_view hop, std::string_view remote, std::string_view) override {
        add(hop, "connected to " + std::string{remote});
    }
    bool wants_messages() const override { return true; }
    void on_message(std::string_view hop, const traced_message& message) override {
        const bool out = message.way == direction::to_proxy;
        add(hop, (out ? "sent " : "received ") + std::string{to_string(message.kind)});
        for (const trace_row& row : message.rows)
            rows.push_back(row.bytes + " | " + row.meaning);
    }
    void on_note(std::string_view hop, std::string_view text) override {
        add(hop, "note " + std::string{text});
    }
    void on_password_in_clear(std::string_view hop) override { add(hop, "password in clear"); }
    void on_secured(std::string_view, std::string_view description) override {
        secured = description;
    }
    void on_end() override { events.emplace_back("end"); }

    [[nodiscard]] bool has(std::string_view event) const {
        return std::find(events.begin(), events.end(), event) != events.end();
    }

    std::vector<std::string> events; ///< without the hop
    std::vector<std::string> hops;   ///< in the order of their first event
    std::vector<std::string> rows;
    std::string secured; ///< the last TLS handshake

  private:
    void add(std::string_view hop, std::string event) {
        if (std::find(hops.begin(), hops.end(), hop) == hops.end())
            hops.emplace_back(hop);
        events.push_back(std::move(event));
    }
};

} // namespace sockscat::tests
