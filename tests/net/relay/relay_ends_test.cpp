// SPDX-License-Identifier: MIT
// The rules of the ends as a table; relay_test.cpp has them with descriptors and time.
#include "support/catch.hpp"

#include "net/relay/relay_ends.hpp"

#include <initializer_list>
#include <vector>

namespace sockscat::tests {
namespace {

using net::alarm;
using net::standing;
using up = net::upstream::state;
using down = net::downstream::state;

standing at(up of_input, down of_far, std::initializer_list<alarm> over = {}) {
    standing out;
    out.up = of_input;
    out.down = of_far;
    for (const alarm each : over)
        out.over[static_cast<std::size_t>(each)] = true;
    return out;
}

standing unsent(standing now) {
    now.has_unsent = true;
    return now;
}

standing cut(standing now) {
    now.is_cut = true;
    return now;
}

standing optional_input(standing now) {
    now.is_input_optional = true;
    return now;
}

struct row {
    const char* what;
    standing now;
    std::optional<relay_end> end;
};

TEST_CASE("each end of a relay has its rule") {
    const std::vector<row> rows{
        {"both go on", at(up::open, down::receiving), {}},
        {"all was sent, an answer may come", at(up::sent, down::receiving), {}},
        {"linger", at(up::sent, down::receiving, {alarm::linger}), relay_end::linger_over},
        {"linger, and not all was sent", unsent(at(up::draining, down::receiving, {alarm::linger})),
         relay_end::linger_over},
        {"idle", at(up::open, down::receiving, {alarm::idle}), relay_end::idle},
        {"close, and the far side does not end", at(up::ended, down::receiving, {alarm::leave}),
         relay_end::input_finished},
        {"it refuses more, and still says something", unsent(at(up::refused, down::receiving)), {}},
        {"the input cannot be read", at(up::failed, down::receiving), relay_end::input_failed},
        {"the output cannot be written", at(up::open, down::failed), relay_end::output_failed},

        {"cut off, not all is delivered", cut(at(up::open, down::delivering)), {}},
        {"cut off", cut(at(up::open, down::ended)), relay_end::far_side_failed},
        {"refused", cut(unsent(at(up::refused, down::ended))), relay_end::far_side_failed},
        {"both have ended", at(up::sent, down::ended), relay_end::far_side_finished},
        {"both have ended, ours was told", at(up::ended, down::ended),
         relay_end::far_side_finished},
        {"the input goes on", at(up::open, down::ended), {}},
        {"the input has ended, not all was sent", unsent(at(up::draining, down::ended)), {}},
        {"the same, and nothing moves", unsent(at(up::draining, down::ended, {alarm::idle})),
         relay_end::idle},
        {"the input gives nothing", at(up::open, down::ended, {alarm::silence}),
         relay_end::far_side_finished},
        {"nobody waits for more input", optional_input(at(up::open, down::ended)),
         relay_end::far_side_finished},
        {"the same, with some on its way", unsent(optional_input(at(up::open, down::ended))), {}},
        {"the input is not read", optional_input(at(up::unread, down::ended)),
         relay_end::far_side_finished},

        {"no reader, the input holds more", unsent(at(up::open, down::reader_gone)), {}},
        {"no reader, for a moment", at(up::open, down::reader_gone), {}},
        {"no reader, and no input", at(up::open, down::reader_gone, {alarm::grace}),
         relay_end::output_closed},
        {"no reader, and input without end",
         unsent(at(up::open, down::reader_gone, {alarm::hurry})), relay_end::output_closed},
        {"no reader, the input is not read", at(up::unread, down::reader_gone),
         relay_end::output_closed},
        {"no reader, all was sent and told", at(up::ended, down::reader_gone), {}},
        {"the same, for long", at(up::ended, down::reader_gone, {alarm::leave}),
         relay_end::input_finished},
        {"no reader, both have ended", at(up::ended, down::abandoned), relay_end::input_finished},
        {"no reader, refused", unsent(at(up::refused, down::abandoned)), relay_end::output_closed},
    };
    for (const row& each : rows) {
        INFO(each.what);
        CHECK((end_of(each.now) == each.end));
    }
    standing lost = at(up::ended, down::abandoned);
    lost.has_lost = true;
    CHECK((end_of(lost) == relay_end::output_closed));
    standing hung_up = at(up::open, down::ended);
    hung_up.is_hung_up = true;
    CHECK((end_of(hung_up) == relay_end::far_side_finished));
}

TEST_CASE("the far side is told of the end when the policy says so, and not before") {
    const auto told = [](up of_input, down of_far, end_of_input policy, bool quiet = false) {
        const standing now = quiet ? at(of_input, of_far, {alarm::quiet}) : at(of_input, of_far);
        return is_time_to_shut_down(now, policy);
    };
    using policy = end_of_input;
    for (const policy each :
         {policy::automatic, policy::half_close, policy::close, policy::ignore}) {
        CHECK_FALSE(told(up::open, down::receiving, each));
        CHECK_FALSE(told(up::draining, down::receiving, each));
        CHECK_FALSE(told(up::refused, down::receiving, each));
        CHECK_FALSE(told(up::ended, down::receiving, each));
        CHECK_FALSE(told(up::sent, down::ended, each));
        CHECK(told(up::sent, down::reader_gone, each));
    }
    CHECK(told(up::sent, down::receiving, policy::half_close));
    CHECK(told(up::sent, down::receiving, policy::close));
    CHECK_FALSE(told(up::sent, down::receiving, policy::automatic));
    CHECK(told(up::sent, down::receiving, policy::automatic, true));
    CHECK_FALSE(told(up::sent, down::receiving, policy::ignore));
}

} // namespace
} // namespace sockscat::tests
