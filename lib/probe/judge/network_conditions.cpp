// SPDX-License-Identifier: MIT
#include "conditions.hpp"
#include "products.hpp"

namespace sockscat::probing {

bool is_ipv6_unavailable(const situation& known) {
    const check_result* const check = known.report.find(probe_check::address_ipv6);
    return check != nullptr && check->status == check_status::no;
}

std::optional<double> round_trip(const situation& known) {
    const auto& latency = known.report.latency;
    if (!known.all.facts.is_direct || !latency || !latency->connect)
        return std::nullopt;
    return latency->connect->median;
}

bool is_round_trip_known(const situation& known) {
    return round_trip(known) && !is_round_trip_long(known);
}

bool is_round_trip_long(const situation& known) {
    constexpr double slow_ms = 1'000;
    return round_trip(known) > slow_ms;
}

bool is_product_known(const situation& known) {
    return guess_product(known.all) != nullptr;
}

} // namespace sockscat::probing
