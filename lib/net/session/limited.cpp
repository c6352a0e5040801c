// SPDX-License-Identifier: MIT
#include "limited.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace sockscat::net {
namespace {

std::string seconds_text(std::chrono::milliseconds limit) {
    char text[32];
    std::snprintf(text, sizeof text, "%g s", static_cast<double>(limit.count()) / 1000.0);
    return text;
}

std::string_view what_did_not_come(phase at) {
    return at == phase::connect  ? "no connection"
           : at == phase::accept ? "nobody called"
                                 : "no answer";
}

} // namespace

error timed_out(const setup& where, std::chrono::milliseconds limit) {
    return where.fail(
        failure::timeout,
        std::string{what_did_not_come(where.at())} + " within " + seconds_text(limit),
        std::make_error_code(std::errc::timed_out));
}

} // namespace sockscat::net
