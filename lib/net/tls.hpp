// SPDX-License-Identifier: MIT
/// TLS as a part of a set-up.
#pragma once

#include "setup.hpp"

#include <sockscat/tls.hpp>

#include <asio/awaitable.hpp>

#include <memory>
#include <string_view>

namespace sockscat::net {

/// Puts TLS on top of `over`, as secure() does, in phase::tls of where.hop(). After an error `over`
/// is closed.
asio::awaitable<result<void>> start_tls(
    std::unique_ptr<stream>& over, const tls_settings& trust, std::string_view peer, setup& where);

} // namespace sockscat::net
