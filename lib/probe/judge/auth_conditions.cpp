// SPDX-License-Identifier: MIT
#include "conditions.hpp"
#include "products.hpp"

#include <algorithm>

namespace sockscat::probing {
bool is_password_in_clear(const situation& known) {
    return known.all[question::password].auth_version && !known.all.is_private();
}

bool is_login_answered_in_version_5(const situation& known) {
    return known.all[question::password].auth_version == 0x05;
}

bool is_tor(const situation& known) {
    return behaves_like_tor(known.all);
}

bool are_credentials_not_needed(const situation& known) {
    return known.all.logged_in() && known.all.serves_without_login();
}

bool is_method_list_ignored(const situation& known) {
    return known.all.ignores_offers();
}

bool is_password_chosen_unasked(const situation& known) {
    return known.all[question::none].method == 0x02;
}

bool has_served(const answers& all) {
    const auto is_reply = [](const answer& said) {
        return said.code && *said.code != socks5_reply::not_allowed;
    };
    return is_reply(all[question::connect]) || all[question::bind].granted() ||
           all[question::udp_associate].granted() ||
           std::any_of(all.targets.begin(), all.targets.end(), [&](const target_answer& each) {
               return is_reply(each.tcp);
           });
}

openness openness_of(const answers& all) {
    const answer& lookup = all[question::connect];
    if (!all.serves_without_login() || !lookup.was_asked())
        return openness::none;
    // One that chooses none whatever is offered, and then hangs up, may mean no.
    const bool may_deny = lookup.code || all.ignores_offers();
    if (may_deny && !has_served(all))
        return openness::none;
    const auto proxy = all.proxy();
    if (!proxy || is_loopback(proxy->host))
        return openness::here;
    return is_private(proxy->host) ? openness::near : openness::far;
}

} // namespace sockscat::probing
