// SPDX-License-Identifier: MIT
#include "limited.hpp"

#include <sockscat/text.hpp>

#include <string>
#include <string_view>

namespace sockscat::net {
namespace {

std::string_view what_did_not_come(phase at) {
    return at == phase::connect  ? "no connection"
           : at == phase::accept ? "nobody called"
                                 : "no answer";
}

} // namespace

error timed_out(const setup& where, std::chrono::milliseconds limit) {
    const std::string what = where.part().empty() ? std::string{what_did_not_come(where.at())}
                                                  : "its reply stopped after " + where.part() +
                                                        "; the rest did not come";
    return where.fail(
        failure::timeout, what + " within " + seconds_text(limit),
        std::make_error_code(std::errc::timed_out));
}

} // namespace sockscat::net
