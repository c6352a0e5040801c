// SPDX-License-Identifier: MIT
/// Security contexts by MIT Kerberos' GSSAPI.
#pragma once

#include "proto/auth/security_context.hpp"

#include <memory>
#include <string>

namespace sockscat::net {

/// A context for the service at a host (GSS_C_NT_HOSTBASED_SERVICE), with the default credentials:
/// mutual authentication, no delegation; null if the library cannot be loaded. `in_order`: messages
/// that come out of order are refused as well, which datagrams could not bear.
std::shared_ptr<proto::security_context> make_gssapi_context(
    const std::string& service, const std::string& host, bool in_order);

} // namespace sockscat::net
