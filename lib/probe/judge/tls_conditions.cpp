// SPDX-License-Identifier: MIT
#include "conditions.hpp"

#include <cstdint>
#include <optional>

namespace sockscat::probing {
namespace {

constexpr std::int64_t soon = std::int64_t{21} * 24 * 60 * 60;

} // namespace

bool is_tls_unverified(const situation& known) {
    return known.report.over_tls && known.report.tls && !known.report.tls->verified;
}

std::optional<std::int64_t> seconds_left(const situation& known) {
    if (!known.report.tls || !known.report.tls->not_after)
        return std::nullopt;
    return known.report.tls->not_after->time_since_epoch().count() - known.now;
}

bool is_certificate_expired(const situation& known) {
    const auto left = seconds_left(known);
    return left && *left < 0;
}

bool does_certificate_expire_soon(const situation& known) {
    const auto left = seconds_left(known);
    return left && *left >= 0 && *left < soon;
}

} // namespace sockscat::probing
