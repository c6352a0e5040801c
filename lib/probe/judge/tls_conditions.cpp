// SPDX-License-Identifier: MIT
#include "conditions.hpp"

#include <cstdio>
#include <ctime>
#include <string>

namespace sockscat::probing {
namespace {

constexpr std::int64_t soon = std::int64_t{21} * 24 * 60 * 60;

// "2027-01-31T12:00:00Z"
std::optional<std::int64_t> seconds_of(const std::string& text) {
    std::tm parts{};
    if (std::sscanf(
            text.c_str(), "%d-%d-%dT%d:%d:%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
            &parts.tm_hour, &parts.tm_min, &parts.tm_sec) != 6)
        return std::nullopt;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return static_cast<std::int64_t>(::timegm(&parts));
}

} // namespace

bool is_tls_unverified(const situation& known) {
    return known.report.over_tls && known.report.tls && !known.report.tls->verified;
}

std::optional<std::int64_t> seconds_left(const situation& known) {
    const auto end = known.report.tls ? seconds_of(known.report.tls->not_after) : std::nullopt;
    return end ? std::optional{*end - known.now} : std::nullopt;
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
