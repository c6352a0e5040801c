// SPDX-License-Identifier: MIT
#include "exit_status.hpp"

#include <algorithm>

namespace sockscat::cli {
namespace {

constexpr status_entry statuses[] = {
    {exit_done, std::nullopt, "done"},
    {exit_stream, failure::stream, "failed after setup"},
    {exit_usage, failure::usage,
     "wrong usage, a request that the protocol cannot express, or a library that the run needs is "
     "missing"},
    {exit_negative, failure::negative_answer, "the name of the target does not exist"},
    {exit_proxy_name, failure::proxy_name, "the name of a proxy did not resolve"},
    {exit_proxy_unreachable, failure::proxy_unreachable, "the first proxy could not be reached"},
    {exit_tls, failure::tls, "TLS with a proxy or the target failed"},
    {exit_protocol, failure::protocol, "the server does not speak the requested protocol"},
    {exit_no_method, failure::no_method,
     "the proxy accepts none of the offered authentication methods"},
    {exit_credentials, failure::credentials, "the credentials were rejected"},
    {exit_closed, failure::closed, "the proxy closed the connection instead of replying"},
    {exit_unassigned, std::nullopt, "the proxy refused with an unassigned reply code"},
    {exit_timeout, failure::timeout, "timed out"},
};

// A reply of SOCKS5, or what one of another protocol comes to.
socks5_reply as_socks5(const std::error_code& code) {
    if (code == http_status::forbidden)
        return socks5_reply::not_allowed;
    if (code.category() == http_status_category() || code == socks4_reply::rejected)
        return socks5_reply::general_failure;
    return code.category() == socks5_reply_category() ? static_cast<socks5_reply>(code.value())
                                                      : socks5_reply::succeeded;
}

} // namespace

int status_of(socks5_reply reply) {
    const int code = static_cast<int>(reply);
    if (reply == socks5_reply::succeeded || find_reply(reply) == nullptr)
        return exit_unassigned;
    const int first_of_tor = static_cast<int>(socks5_reply::onion_not_found);
    return code < first_of_tor ? exit_reply + code : exit_tor + code - first_of_tor;
}

int status_of(const error& why) {
    if (why.kind == failure::refused)
        return status_of(as_socks5(why.code));
    const auto* const found =
        std::find_if(std::begin(statuses), std::end(statuses), [&](const status_entry& each) {
            return each.kind == why.kind;
        });
    return found->status;
}

std::span<const status_entry> exit_statuses() {
    return statuses;
}

} // namespace sockscat::cli
