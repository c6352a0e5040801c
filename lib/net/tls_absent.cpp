// SPDX-License-Identifier: MIT
#include "tls.hpp"

#include <string>

namespace sockscat {
namespace {

class absent_tls_category final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "tls"; }
    [[nodiscard]] std::string message(int) const override { return "no TLS"; }
};

error no_tls() {
    return {failure::usage, phase::tls, "this program was built without TLS"};
}

} // namespace

const std::error_category& tls_category() {
    static const absent_tls_category category;
    return category;
}

std::error_code make_error_code(tls_errc value) {
    return {static_cast<int>(value), tls_category()};
}

bool is_about_our_certificate(const std::error_code&) {
    return false;
}

result<void> check(const tls_settings&) {
    return no_tls();
}

asio::awaitable<result<std::unique_ptr<tls_stream>>> secure(
    std::unique_ptr<stream>, const tls_settings&, std::string_view, std::string_view, observer*) {
    co_return no_tls();
}

net::tls_preparation::tls_preparation(const asio::any_io_executor&, const tls_settings&) {}

asio::awaitable<result<void>> net::start_tls(
    std::unique_ptr<stream>&, const tls_settings&, std::string_view, setup&) {
    co_return no_tls();
}

} // namespace sockscat
