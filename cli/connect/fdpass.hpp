// SPDX-License-Identifier: MIT
/// Handing a connected socket to ssh (ProxyUseFdpass).
#pragma once

#include <sockscat/result.hpp>

namespace sockscat::cli {

/// For --fdpass with a connection whose bytes are not those on the socket: TLS, GSSAPI.
error not_a_plain_socket();

/// Whether stdout can take a descriptor: it must be a Unix socket. failure::usage
/// with the code not_a_socket otherwise.
result<void> check_fdpass_output();

/// One byte and `fd` in SCM_RIGHTS on stdout, as ssh reads it (mm_receive_fd).
result<void> pass_descriptor(int fd);

} // namespace sockscat::cli
