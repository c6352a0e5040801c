// SPDX-License-Identifier: MIT
#include "relay_ends.hpp"

namespace sockscat::net {
namespace {

using up = upstream::state;
using down = downstream::state;

std::optional<relay_end> none() {
    return std::nullopt;
}

// Of the other end there is more to come, or more to deliver.
std::optional<relay_end> while_open(const standing& at) {
    if (at.is_cut && at.down == down::receiving)
        return relay_end::far_side_failed;
    if (at.is_over(alarm::linger))
        return relay_end::linger_over;
    if (at.is_over(alarm::leave))
        return relay_end::input_finished;
    if (at.is_over(alarm::idle))
        return relay_end::idle;
    return none();
}

// All that came was delivered, and the output was ended. No byte of the input may be lost.
std::optional<relay_end> after_far_side(const standing& at) {
    if (at.is_cut)
        return relay_end::far_side_failed;
    if (at.is_over(alarm::linger))
        return relay_end::linger_over;
    if (at.is_over(alarm::idle))
        return relay_end::idle;
    if (at.has_unsent)
        return none();
    const bool has_no_more =
        at.is_all_sent() || at.is_input_optional || at.is_hung_up || at.is_over(alarm::silence);
    return has_no_more ? std::optional{relay_end::far_side_finished} : none();
}

// No one reads the output any more. What the input holds is sent, and its end is not a failure.
std::optional<relay_end> without_reader(const standing& at) {
    const bool has_ended = at.is_over(alarm::leave) || at.down == down::abandoned;
    if (at.is_all_sent() && !at.is_cut && !at.has_lost)
        return has_ended ? std::optional{relay_end::input_finished} : none();
    const bool goes_on = at.up == up::open || at.up == up::draining;
    if (goes_on && !at.is_cut && !at.is_over(alarm::hurry) && !at.is_over(alarm::grace))
        return none();
    return relay_end::output_closed;
}

} // namespace

std::optional<relay_end> end_of(const standing& at) {
    if (at.up == up::failed)
        return relay_end::input_failed;
    switch (at.down) {
    case down::receiving:
    case down::delivering:
        return while_open(at);
    case down::ended:
        return after_far_side(at);
    case down::reader_gone:
    case down::abandoned:
        return without_reader(at);
    case down::failed:
        return relay_end::output_failed;
    }
    return none();
}

bool is_time_to_shut_down(const standing& at, end_of_input policy) {
    if (at.up != up::sent)
        return false;
    if (at.down == down::reader_gone)
        return true;
    const bool is_wanted = policy == end_of_input::half_close || policy == end_of_input::close ||
                           at.is_over(alarm::quiet);
    return is_wanted && (at.down == down::receiving || at.down == down::delivering);
}

} // namespace sockscat::net
