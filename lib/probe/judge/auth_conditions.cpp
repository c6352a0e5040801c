// SPDX-License-Identifier: MIT
#include "conditions.hpp"
#include "probe/answers/evidence.hpp"
#include "products.hpp"

namespace sockscat::probing {
bool is_password_in_clear(const situation& known) {
    const answer& said = known.all[question::password];
    const bool was_sent = said.auth_version || said.at == phase::auth; // answered or not
    return was_sent && !known.all.is_private();
}

bool is_login_answered_in_version_5(const situation& known) {
    return known.all[question::password].auth_version == 0x05;
}

bool is_tor(const situation& known) {
    return behaves_like_tor(known.all);
}

bool are_credentials_not_needed(const situation& known) {
    return serves_after_login(known.all) && serves_without_login(known.all);
}

bool is_method_list_ignored(const situation& known) {
    return known.all.ignores_offers();
}

bool is_password_chosen_unasked(const situation& known) {
    return known.all[question::none].method == 0x02;
}

bool is_socks4_open(const situation& known) {
    const answers& all = known.all;
    return serves_socks4(all) && all[question::password].method == 0x02 &&
           all[question::none].method != 0x00 && !serves_without_login(all);
}

openness openness_of(const answers& all) {
    if (!serves_without_login(all))
        return openness::none;
    const auto proxy = all.proxy();
    if (!proxy || is_loopback(proxy->host))
        return openness::here;
    return is_private(proxy->host) ? openness::near : openness::far;
}

} // namespace sockscat::probing
