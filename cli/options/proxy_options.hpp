// SPDX-License-Identifier: MIT
/// The options that every command has: which proxy, which credentials, how long.
#pragma once

#include "arguments.hpp"
#include "output/console.hpp"

#include <sockscat/client.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace sockscat::cli {

/// For arguments::parse(). -x and -v add up.
inline constexpr option_spec common_specs[] = {
    {'x', "proxy", takes::value},
    {0, "proxy-user", takes::text},
    {0, "proxy-password-file", takes::value},
    {0, "proxy-password-fd", takes::value},
    {0, "proxy-ask-password", takes::nothing},
    {0, "proxy-cacert", takes::value},
    {0, "proxy-cert", takes::value},
    {0, "proxy-key", takes::value},
    {0, "proxy-servername", takes::value},
    {0, "proxy-insecure", takes::nothing},
    {0, "auth", takes::value},
    {0, "gssapi-service", takes::value},
    {0, "gssapi-protection", takes::value},
    {0, "isolate", takes::optional_value},
    {0, "pipeline", takes::nothing},
    {'4', "", takes::nothing},
    {'6', "", takes::nothing},
    {'w', "timeout", takes::value},
    {0, "trace", takes::nothing},
    {0, "trace-file", takes::value},
    {'v', "verbose", takes::nothing},
    {'q', "quiet", takes::nothing},
    {0, "color", takes::value},
    {0, "no-sandbox", takes::nothing},
    {'h', "help", takes::nothing},
    {0, "version", takes::nothing},
};

/// What is said, and how loudly; usable before anything else was judged.
result<console> console_from(const arguments& given);

/// --color; what makes no sense is automatic, console_from() refuses it.
color_mode color_mode_from(const arguments& given);

/// Overwrites the passwords in the proxy variables of the environment, for a run that does not ask
/// for its proxies here.
void blank_proxy_variables();

/// The proxies of -x, or of the environment, which keeps no password of them.
result<std::vector<proxy_spec>> chain_from(const arguments& given, console& out);

/// The time limit where --timeout is not given.
inline constexpr std::chrono::milliseconds usual_limit{30'000};

/// Chain, methods, family and time limit from options and environment. Passwords are read within
/// the limit, which is shorter then; those still missing are asked for. `interrupt_fd` ends that.
result<connect_options> connect_options_from(
    const arguments& given,
    console& out,
    int interrupt_fd,
    std::chrono::milliseconds default_limit = usual_limit);

/// The same for a chain that is known already.
result<connect_options> connect_options_for(
    const arguments& given,
    std::vector<proxy_spec> chain,
    console& out,
    int interrupt_fd,
    std::chrono::milliseconds default_limit = usual_limit);

} // namespace sockscat::cli
