// SPDX-License-Identifier: MIT
/// The codes of gssapi_category().
#pragma once

#include <sockscat/client.hpp>

namespace sockscat::net {

enum class gssapi_errc : int {
    no_ticket = 1, ///< none was to be had for the proxy
    not_accepted,  ///< the one that there was did not do
    no_message,
    aborted,
    bad_message,
    truncated,
    idle,
    not_wrapped,
};

} // namespace sockscat::net
