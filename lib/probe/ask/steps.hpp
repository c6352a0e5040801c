// SPDX-License-Identifier: MIT
/// The steps of the order, by group: what is asked, and when it makes sense to ask it.
#pragma once

#include "asker.hpp"

#include <asio/awaitable.hpp>

namespace sockscat::probing {

// http.cpp
bool is_meant_for_http(const asker& proxy);
/// All of it: CONNECT, login, targets, and what else it may be.
asio::awaitable<void> ask_http(asker& proxy);
/// HTTP answers at a URL of SOCKS, or it is silent about SOCKS.
bool may_be_http_proxy(const asker& proxy);
/// It closes, whatever is said in SOCKS.
bool may_be_http_proxy_that_closes(const asker& proxy);
/// CONNECT, and a made-up method, and a page, where a web server may say the same to all.
asio::awaitable<void> ask_http_once(asker& proxy);

// versions.cpp
bool is_meant_for_socks4(const asker& proxy);
bool is_there_for_socks4(const asker& proxy);
/// Not if it is a SOCKS4 proxy that was not reached, or stayed silent.
bool may_speak_socks5(const asker& proxy);
/// It hangs up on SOCKS5, or answers like SOCKS4.
bool may_speak_socks4_only(const asker& proxy);
bool speaks_socks4_only(const asker& proxy);
/// SOCKS4 is wanted as well as SOCKS5, and was not asked for yet.
bool may_speak_socks4_too(const asker& proxy);
/// Nothing came of the greeting: old versions may wait for more of it.
bool is_silent_at_greeting(const asker& proxy);
/// Nothing came of SOCKS5, nor of a made-up command of SOCKS4.
bool may_tell_by_lookup(const asker& proxy);
asio::awaitable<void> ask_socks4(asker& proxy);
/// CONNECT to the reserved name.
asio::awaitable<void> ask_socks4_once(asker& proxy);

// auth.cpp
/// The common methods, and the login; all of them, if they can be asked for together.
asio::awaitable<void> ask_methods(asker& proxy);
/// They are wanted, or may be what keeps us out.
bool needs_rare_methods(const asker& proxy);
asio::awaitable<void> ask_rare_methods(asker& proxy);

// commands.cpp
bool accepts_requests(const asker& proxy);
/// The targets, the reserved name and a made-up command: does it serve at all?
asio::awaitable<void> ask_what_tells(asker& proxy);
asio::awaitable<void> ask_lookup(asker& proxy);
asio::awaitable<void> ask_control(asker& proxy);
asio::awaitable<void> ask_udp(asker& proxy);
asio::awaitable<void> ask_commands(asker& proxy);
bool is_bind_wanted(const asker& proxy);
asio::awaitable<void> ask_bind(asker& proxy);
bool is_socks4_bind_wanted(const asker& proxy);
asio::awaitable<void> ask_socks4_bind(asker& proxy);
asio::awaitable<void> ask_socks4_commands(asker& proxy);
/// CONNECT to the reserved name in SOCKS4, once.
asio::awaitable<void> ask_socks4_lookup(asker& proxy);

// targets.cpp
asio::awaitable<void> ask_about_targets(asker& proxy);
/// One that hung up on everything so far may do so only where it cannot connect.
bool may_tell_by_target(const asker& proxy);
/// If they have not had their turn.
asio::awaitable<void> ask_socks4_about_each_target(asker& proxy);
bool is_version_4_wanted_too(const asker& proxy);
/// The first IPv4 target, and the first by its name: 4, and 4a.
asio::awaitable<void> ask_socks4_about_targets(asker& proxy);

// tls.cpp
bool may_speak_tls(const asker& proxy);
asio::awaitable<void> ask_tls(asker& proxy);

// pipelining.cpp and latency.cpp
bool is_latency_wanted(const asker& proxy);
asio::awaitable<void> ask_pipelined(asker& proxy);
asio::awaitable<void> ask_for_latency(asker& proxy);

} // namespace sockscat::probing
