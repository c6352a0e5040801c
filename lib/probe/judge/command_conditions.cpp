// SPDX-License-Identifier: MIT
#include "conditions.hpp"
#include "probe/answers/evidence.hpp"
#include "proto/socks5.hpp"
#include "reason.hpp"

namespace sockscat::probing {
namespace {

bool is_served_nothing(const answers& all) {
    return reason_of(all) == reason::none && all.targets.empty() && !serves(all);
}

} // namespace

const answer* first_short_refusal(const answers& all) {
    for (const question about :
         {question::connect, question::control_command, question::bind, question::udp_associate,
          question::resolve, question::resolve_ptr}) {
        const answer& said = all[about];
        const bool is_refusal = said.code && *said.code != socks5_reply::succeeded;
        if (is_refusal && said.reply.size() < proto::socks5::shortest_reply)
            return &said;
    }
    return nullptr;
}

bool is_refusal_short(const situation& known) {
    return first_short_refusal(known.all) != nullptr;
}

bool is_success_early(const situation& known) {
    return grants_early(known.all) && !is_any_target_reached(known.all);
}

bool is_success_early_but_real(const situation& known) {
    return grants_early(known.all) && is_any_target_reached(known.all);
}

bool is_nothing_served(const situation& known) {
    return is_served_nothing(known.all) && lookup_of(known.all).was_asked();
}

bool is_nothing_served_of_control(const situation& known) {
    return is_served_nothing(known.all) && !lookup_of(known.all).was_asked();
}

bool has_stopped_serving(const situation& known) {
    return known.all.stopped && reason_of(known.all) == reason::none;
}

bool is_resolve_fake(const situation& known) {
    const answer& said = known.all[question::resolve];
    return said.code == socks5_reply::succeeded && said.bound && !known.all.resolves();
}

bool does_pipelining_lose_bytes(const situation& known) {
    const check_result* const check = known.report.find(probe_check::pipelining);
    return check != nullptr && check->status == check_status::no;
}

silence silence_of(const answers& all) {
    if (!lookup_of(all).was_silent() || reason_of(all) != reason::none)
        return silence::none;
    if (all.targets.empty() && !serves(all)) // is said by itself
        return silence::none;
    return all.targets.empty() ? silence::lookup : silence::lookup_alone;
}

} // namespace sockscat::probing
