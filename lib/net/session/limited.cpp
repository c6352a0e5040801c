// SPDX-License-Identifier: MIT
#include "limited.hpp"

#include <sockscat/text.hpp>
#include <sockscat/time_limit.hpp>

#include <string>
#include <string_view>
#include <system_error>

namespace sockscat {
namespace {

class time_limit_errors final : public std::error_category {
  public:
    const char* name() const noexcept override { return "time limit"; }
    std::string message(int) const override { return "the rest of the reply did not arrive"; }
    std::error_condition default_error_condition(int) const noexcept override {
        return std::errc::timed_out;
    }
};

} // namespace

const std::error_category& time_limit_category() {
    static const time_limit_errors category;
    return category;
}

std::error_code make_error_code(time_limit_errc value) {
    return {static_cast<int>(value), time_limit_category()};
}

namespace net {
namespace {

std::string_view what_did_not_come(phase at) {
    return at == phase::connect  ? "no connection"
           : at == phase::accept ? "no one connected"
                                 : "no answer";
}

} // namespace

error timed_out(const setup& where, std::chrono::milliseconds limit) {
    const std::string what = where.part().empty() ? std::string{what_did_not_come(where.at())}
                                                  : "its reply stopped after " + where.part() +
                                                        "; the rest did not arrive";
    const std::error_code code = where.part().empty() ? std::make_error_code(std::errc::timed_out)
                                                      : make_error_code(time_limit_errc::in_part);
    return where.fail(failure::timeout, what + " within " + seconds_text(limit), code);
}

} // namespace net
} // namespace sockscat
