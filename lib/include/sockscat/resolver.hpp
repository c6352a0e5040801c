// SPDX-License-Identifier: MIT
/// \file
/// Tor's RESOLVE and RESOLVE_PTR: names and addresses looked up by the proxy (socks-extensions.txt
/// of the Tor specifications). dns_client.hpp also asks DNS servers through any proxy.
#pragma once

#include <sockscat/asio_version.hpp>
#include <sockscat/client.hpp>
#include <sockscat/export.hpp>

#include <asio/awaitable.hpp>

namespace sockscat {

/// Asks the last hop for an address of `name` (RESOLVE); an IP address as `name` is returned as it
/// is. The proxy chooses the one answer and its family; nothing is looked up on this machine except
/// the first proxy's own name, whatever proxy_spec::names says. Over SOCKS4 the answer is IPv4.
///
/// Some proxies take RESOLVE for CONNECT and answer with an address of their own, or repeat the
/// question. An answer that is the question or the proxy's address, is unspecified, has a port or
/// is a name is accepted only if the same proxy then answers 192.0.2.1 for the name "192.0.2.1",
/// over one more connection; a name that repeats the question never is.
///
/// Errors: those of connect(); failure::negative_answer if the proxy says that the name does not
/// exist (REP 04); failure::protocol with the code function_not_supported for an answer that was
/// not accepted. Cancelling, limits and borrowing as for connect().
SOCKSCAT_EXPORT asio::awaitable<result<host>> resolve(
    const connect_options& options, const host& name);

/// Asks the last hop for the name of an IP address (RESOLVE_PTR, SOCKS5 only). The name is as the
/// proxy sent it, and may contain any byte. Errors as for resolve().
SOCKSCAT_EXPORT asio::awaitable<result<host_name>> resolve_ptr(
    const connect_options& options, const host& ip);

/// What resolve() would refuse before its first packet, without doing anything: failure::usage.
SOCKSCAT_EXPORT result<void> check_resolve(const connect_options& options, const host& name);
/// The same for resolve_ptr().
SOCKSCAT_EXPORT result<void> check_resolve_ptr(const connect_options& options, const host& ip);

/// True if an error of resolve() or resolve_ptr() says, or may mean, that the proxy does not have
/// the command: refused with a code about the request, closed instead of a reply, or taken for
/// CONNECT.
SOCKSCAT_EXPORT bool may_lack_command(const error& why);

} // namespace sockscat
