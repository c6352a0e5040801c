// SPDX-License-Identifier: MIT
/// What the answers of an HTTP proxy mean.
#pragma once

#include "answers.hpp"

#include <string>
#include <string_view>

namespace sockscat::probing {

/// What a reply to CONNECT comes to, by its status alone.
enum class http_outcome : std::uint8_t {
    none,         ///< there is no reply
    granted,      ///< 2xx
    needs_login,  ///< 407
    denied,       ///< 403
    unknown_verb, ///< 405, 501: there is no CONNECT
    web_server,   ///< 400, 401: more likely one than a proxy
    refused,      ///< any other
};
http_outcome outcome_of(const answer& said);

/// "502 Bad Gateway"
std::string status_text(const answer& said);
/// For reports: "bad-gateway".
std::string_view status_name(int status);
/// "Digest, NTLM", escaped; what is offered with 407.
std::string schemes_text(const answer& said);
bool offers_scheme(const answer& said, std::string_view scheme);

/// The reply with the most to tell about logins: with 407, if one came. Null if there is none.
const answer* login_demand(const answers& all);
/// Of a reply to a request with the login: 407, or 401 as tinyproxy says it.
bool rejects_login(const answer& said);
/// The first reply to a request with the login; the one without sense, if the other got none
/// before.
const answer& after_login(const answers& all);
/// A login is demanded, and none was sent; or it was rejected, whether or not one is demanded.
bool is_locked_out(const answers& all);
/// Requests are made with the login.
bool uses_http_login(const answers& all);
/// CONNECT to the reserved name, with the login if requests are made with it.
const answer& http_lookup(const answers& all);
/// The reply that counts for a refusal: where we are locked out, the one that says so; else of the
/// last target, else to the reserved name. It may have none.
const answer& last_http_reply(const answers& all);

/// A request without sense got the same status.
bool is_http_lookup_like_control(const answers& all);
/// At a URL of SOCKS: CONNECT gets another reply than what has no sense, or than a page where a
/// proxy has one status for all trouble, and looks for none itself.
bool understands_http_connect(const answers& all);
/// It connects for us, or has tried: a request without sense was answered, and differently.
bool knows_http_connect(const answers& all);
/// It grants the reserved name.
bool grants_http_early(const answers& all);
/// Granted, and not closed immediately by one that grants early.
bool is_http_target_reached(const answer& said, const answers& all);
bool is_any_http_target_reached(const answers& all);
/// It behaves like an HTTP proxy, also like one that does not let us in, or that answers a request
/// without sense while CONNECT gets no reply.
bool is_http_proxy(const answers& all);

} // namespace sockscat::probing
