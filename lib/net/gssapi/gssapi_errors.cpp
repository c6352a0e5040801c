// SPDX-License-Identifier: MIT
#include "gssapi_errors.hpp"

#include <string>

namespace sockscat {
namespace {

using net::gssapi_errc;

class gssapi_errors final : public std::error_category {
  public:
    const char* name() const noexcept override { return "gssapi"; }
    std::string message(int code) const override {
        switch (static_cast<gssapi_errc>(code)) {
        case gssapi_errc::no_ticket:
            return "there is no ticket for the proxy";
        case gssapi_errc::not_accepted:
            return "the ticket was not accepted";
        case gssapi_errc::no_message:
            return "the message is not GSSAPI";
        case gssapi_errc::aborted:
            return "the proxy aborted GSSAPI";
        case gssapi_errc::bad_message:
            return "a GSSAPI message cannot be unwrapped";
        case gssapi_errc::truncated:
            return "the stream ended within a GSSAPI message";
        case gssapi_errc::idle:
            return "only empty GSSAPI messages arrived";
        case gssapi_errc::not_wrapped:
            return "GSSAPI cannot wrap a message";
        }
        return "GSSAPI error " + std::to_string(code);
    }
};

} // namespace

const std::error_category& gssapi_category() {
    static const gssapi_errors category;
    return category;
}

} // namespace sockscat
