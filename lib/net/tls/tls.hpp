// SPDX-License-Identifier: MIT
/// TLS as a part of a setup.
#pragma once

#include "net/setup.hpp"

#include <sockscat/tls.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include <memory>
#include <string_view>

namespace sockscat::net {

/// Settings whose files have been read. While it lives, and something else is waited for, what TLS
/// needs before its first packet is made; not, if the wait is over immediately.
class tls_preparation {
  public:
    tls_preparation(const asio::any_io_executor& executor, const tls_settings& settings);

    /// Without tls_settings::client if it could not be made.
    [[nodiscard]] const tls_settings& settings() const { return *settings_; }

  private:
    std::shared_ptr<tls_settings> settings_;
};

/// Puts TLS on top of `over`, as secure() does, in phase::tls of where.hop(). After an error `over`
/// is closed.
asio::awaitable<result<std::unique_ptr<tls_stream>>> start_tls(
    std::unique_ptr<stream> over, const tls_settings& trust, std::string_view peer, setup& where);

} // namespace sockscat::net
