// SPDX-License-Identifier: MIT
#include "exit_status.hpp"

namespace sockscat::cli {
namespace {

int status_of_reply(const std::error_code& code) {
    const int value = code.value();
    if (code.category() == http_status_category())
        return value == 403 ? exit_reply + 2 : exit_reply + 1;
    if (code.category() == socks4_reply_category())
        return value == 91 ? exit_reply + 1 : exit_unassigned;
    if (value >= 1 && value <= 8)
        return exit_reply + value;
    if (value >= 0xF0 && value <= 0xF7)
        return exit_tor + value - 0xF0;
    return exit_unassigned;
}

} // namespace

int status_of(const error& why) {
    switch (why.kind) {
    case failure::usage:
        return exit_usage;
    case failure::negative_answer:
        return exit_negative;
    case failure::proxy_name:
        return exit_proxy_name;
    case failure::proxy_unreachable:
        return exit_proxy_unreachable;
    case failure::tls:
        return exit_tls;
    case failure::protocol:
        return exit_protocol;
    case failure::no_method:
        return exit_no_method;
    case failure::credentials:
        return exit_credentials;
    case failure::closed:
        return exit_closed;
    case failure::refused:
        return status_of_reply(why.code);
    case failure::timeout:
        return exit_timeout;
    case failure::stream:
        return exit_stream;
    }
    return exit_stream;
}

} // namespace sockscat::cli
