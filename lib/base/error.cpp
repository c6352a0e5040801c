// SPDX-License-Identifier: MIT
#include <sockscat/error.hpp>

#include <utility>

namespace sockscat {

std::string_view to_string(phase value) {
    switch (value) {
    case phase::none:
        break;
    case phase::lookup:
        return "lookup";
    case phase::connect:
        return "connect";
    case phase::tls:
        return "tls";
    case phase::method:
        return "method";
    case phase::auth:
        return "auth";
    case phase::request:
        return "request";
    case phase::accept:
        return "accept";
    case phase::relay:
        return "relay";
    }
    return "";
}

error::error(failure what, phase where, std::string why)
    : kind{what}, at{where}, cause{std::move(why)} {}

error usage_error(std::string cause) {
    return {failure::usage, phase::none, std::move(cause)};
}

error usage_error(std::string cause, std::string advice) {
    error why = usage_error(std::move(cause));
    why.advice = std::move(advice);
    return why;
}

std::string to_string(const error& value) {
    std::string text;
    if (!value.hop.empty())
        text += value.hop + ": ";
    if (value.at != phase::none)
        text.append(to_string(value.at)).append(": ");
    return text + value.cause;
}

} // namespace sockscat
