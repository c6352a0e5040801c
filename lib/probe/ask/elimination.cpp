// SPDX-License-Identifier: MIT
#include "elimination.hpp"

#include "probe/answers/reserved.hpp"

#include <algorithm>
#include <utility>

namespace sockscat::probing {
namespace {

using proto::socks5::method;

bool is_of_gost(method which) {
    return which == method::gost_tls || which == method::gost_tls_password;
}

} // namespace

elimination::elimination(bool with_gost)
    : left_{method::none, method::password, method::gssapi, method::chap, unassigned_method} {
    if (!with_gost)
        return;
    left_.push_back(method::gost_tls);
    left_.push_back(method::gost_tls_password);
}

bool elimination::has_left(method wanted) const {
    return std::find(left_.begin(), left_.end(), wanted) != left_.end();
}

elimination::outcome elimination::hear(const answer& said, answers& into) {
    const bool is_first = std::exchange(is_first_, false);
    if (!said.method)
        return is_first ? outcome::useless : hear_nothing(said);
    const bool is_refused = said.method == proto::socks5::no_acceptable_method;
    if (is_refused && is_first) // of a list that may be too long
        return outcome::doubtful;
    if (is_refused) {
        refuse_rest(said, into);
        return outcome::settled;
    }
    const auto chosen = static_cast<method>(*said.method);
    if (chosen == unassigned_method || !has_left(chosen))
        return outcome::useless;
    if (answer& about = into[question_about(chosen)]; !about.was_asked()) // before any login
        about = said;
    strike(chosen);
    return outcome::more;
}

// OpenSSH closes where it does not find 00 on the list.
elimination::outcome elimination::hear_nothing(const answer& said) const {
    return said.hung_up() && said.foreign.empty() ? outcome::doubtful : outcome::useless;
}

void elimination::refuse_rest(const answer& said, answers& into) const {
    for (const method each : left_)
        if (answer& about = into[question_about(each)]; !about.was_asked())
            about = said;
}

void elimination::strike(method chosen) {
    left_.erase(
        std::remove_if(
            left_.begin(), left_.end(),
            [&](method each) {
                return each == chosen || (is_of_gost(each) && is_of_gost(chosen));
            }),
        left_.end());
}

question question_about(method which) {
    switch (which) {
    case method::none:
        return question::none;
    case method::password:
        return question::password;
    case method::gssapi:
        return question::gssapi;
    case method::chap:
        return question::chap;
    case method::gost_tls:
    case method::gost_tls_password:
        return question::gost_tls;
    default:
        return question::control_method;
    }
}

} // namespace sockscat::probing
