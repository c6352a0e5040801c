// SPDX-License-Identifier: MIT
#include "doubt.hpp"

#include "probe/answers/reserved.hpp"

#include <variant>

namespace sockscat::probing {
namespace {

bool is_of(const exchange_plan& asked, proxy_protocol version) {
    switch (version) {
    case proxy_protocol::socks4:
        return asked.speaks == exchange_plan::protocol::socks4;
    case proxy_protocol::socks5:
        return asked.speaks == exchange_plan::protocol::socks5;
    case proxy_protocol::http:
        return asked.speaks == exchange_plan::protocol::http;
    }
    return false;
}

bool is_answer(const answer& got, proxy_protocol version) {
    switch (version) {
    case proxy_protocol::socks4:
        return got.code.has_value();
    case proxy_protocol::socks5:
        return got.method.has_value();
    case proxy_protocol::http:
        return got.http.has_value();
    }
    return false;
}

// It may be asked again, and gets the same answer.
bool is_repeatable(const exchange_plan& asked) {
    if (asked.speaks == exchange_plan::protocol::socks5)
        return true;
    const auto* const name =
        asked.asks ? std::get_if<host_name>(&asked.asks->destination.host) : nullptr;
    return name != nullptr && name->text == reserved_name && !asked.log_in && !asked.wants_page;
}

} // namespace

void doubt::hear(const exchange_plan& asked, const answer& got) {
    const bool is_own = is_of(asked, own_);
    if (is_own && is_answer(got, own_)) {
        stands_ = false;
        if (!answered_ && is_repeatable(asked))
            keep(asked, got);
        return;
    }
    const bool is_open =
        own_ == proxy_protocol::socks5 ? is_own && got.was_silent() : is_own || got.was_silent();
    stands_ = answered_ && is_open;
}

void doubt::keep(const exchange_plan& asked, const answer& got) {
    exchange_plan& again = answered_.emplace();
    again.speaks = asked.speaks;
    again.methods = asked.methods;
    if (asked.speaks != exchange_plan::protocol::socks5)
        again.asks = asked.asks;
    again.hurries = answers_promptly(got);
    again.followed_by = 0;
}

} // namespace sockscat::probing
