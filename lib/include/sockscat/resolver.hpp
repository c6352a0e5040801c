// SPDX-License-Identifier: MIT
/// Tor's RESOLVE and RESOLVE_PTR: names and addresses looked up at the far side of a proxy (Tor's
/// socks-extensions.txt).
#pragma once

#include <sockscat/asio_version.hpp>
#include <sockscat/client.hpp>
#include <sockscat/export.hpp>

#include <asio/awaitable.hpp>

namespace sockscat {

/// Asks the last hop for an address of `name` (RESOLVE); an IP address as `name` comes back as it
/// is. The proxy chooses the one answer and its family; nothing is looked up on this machine but
/// the first proxy's own name, whatever proxy_spec::names says. Over SOCKS4 the answer is IPv4.
///
/// Some proxies take RESOLVE for CONNECT and answer with an address of their own, or repeat the
/// question. An answer that is the question or the proxy's address, says nothing, has a port or is
/// a name is believed only when the same proxy then gives the address 192.0.2.1 back for the name
/// "192.0.2.1", over one more connection; and a name that is the question never.
///
/// Errors: those of connect(); failure::negative_answer when the proxy says that there is no such
/// name (REP 04); failure::protocol with the code function_not_supported for an answer that is
/// none. Cancelling, limits and borrowing as for connect().
SOCKSCAT_EXPORT asio::awaitable<result<host>> resolve(
    const connect_options& options, const host& name);

/// Asks the last hop for the name of an IP address (RESOLVE_PTR, SOCKS5 only). The name is as the
/// proxy sent it, and may hold any byte. Errors as for resolve().
SOCKSCAT_EXPORT asio::awaitable<result<host_name>> resolve_ptr(
    const connect_options& options, const host& ip);

/// What resolve() and resolve_ptr() would refuse before their first packet: failure::usage.
SOCKSCAT_EXPORT result<void> check_resolve(const connect_options& options, const host& name);
SOCKSCAT_EXPORT result<void> check_resolve_ptr(const connect_options& options, const host& ip);

/// True if an error of resolve() or resolve_ptr() says, or may mean, that the proxy does not have
/// the command: refused with a code that is about the request, closed instead of a reply, or taken
/// for CONNECT.
SOCKSCAT_EXPORT bool may_lack_command(const error& why);

} // namespace sockscat
