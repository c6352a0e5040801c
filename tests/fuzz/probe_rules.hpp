// SPDX-License-Identifier: MIT
/// What must hold between the bytes that went over the wire and the report about them.
#pragma once

#include "fuzz.hpp"
#include "probe_wire.hpp"

#include <sockscat/probe.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sockscat::fuzz {

/// What a rule looks at.
struct evidence {
    const probe_options& options;
    const std::vector<wire>& wires; ///< one for each connection that was made, or not
    bool has_login;
    double limit_ms;
    const probe_report& report;

    template <class Predicate>
    [[nodiscard]] bool any(Predicate&& is) const {
        return std::any_of(wires.begin(), wires.end(), is);
    }
    [[nodiscard]] bool is(probe_check id, check_status status) const {
        const check_result* const found = report.find(id);
        return found != nullptr && found->status == status;
    }
    [[nodiscard]] bool is_yes(probe_check id) const { return is(id, check_status::yes); }
    [[nodiscard]] bool is_http() const { return report.protocol == proxy_protocol::http; }
    [[nodiscard]] bool is_socks4() const { return report.protocol == proxy_protocol::socks4; }
    [[nodiscard]] bool is_any_target_met() const {
        return std::any_of(report.targets.begin(), report.targets.end(), [](const auto& each) {
            return each.status == target_status::reached || each.status == target_status::refused;
        });
    }
    [[nodiscard]] bool grants_control() const {
        return any([](const wire& x) { return x.is_socks5 && x.is_control() && x.is_granted; });
    }
    [[nodiscard]] bool resolves() const {
        return any([](const wire& x) {
            return x.asks(0xF0) && x.is_granted && to_string(x.bound.host) == "192.0.2.1";
        });
    }
    // RFC 1928 CMD, granted with a port.
    [[nodiscard]] bool grants(unsigned command) const {
        return any(
            [&](const wire& x) { return x.asks(command) && x.is_granted && x.bound.port != 0; });
    }
    template <class Kind>
    [[nodiscard]] bool meets() const {
        return any([&](const wire& x) {
            const bool is_met = x.is_granted || (x.is_socks5 && x.code == 5U);
            return x.is_connect() && is_met &&
                   std::any_of(
                       options.targets.begin(), options.targets.end(), [&](const address& each) {
                           return std::holds_alternative<Kind>(each.host) &&
                                  to_string(each) == x.request->destination();
                       });
        });
    }
    [[nodiscard]] bool offers(std::string_view scheme) const {
        return any([&](const wire& x) { return x.schemes.find(scheme) != x.schemes.npos; });
    }
};

/// probe_rows.cpp: checks and targets, whole and in their order; no yes that nothing earned.
void check_rows(const evidence& all);
void check_targets(const evidence& all);
/// probe_findings.cpp: known, once, gravest first, and in agreement with the rows.
void check_findings(const evidence& all);

} // namespace sockscat::fuzz
