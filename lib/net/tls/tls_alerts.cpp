// SPDX-License-Identifier: MIT
#include "tls_alerts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sockscat::net {
namespace {

struct alert {
    int number;
    std::string_view name;
};

constexpr std::array alerts{
    alert{0, "close notify"},
    alert{10, "unexpected message"},
    alert{20, "bad record mac"},
    alert{22, "record overflow"},
    alert{40, "handshake failure"},
    alert{42, "bad certificate"},
    alert{43, "unsupported certificate"},
    alert{44, "certificate revoked"},
    alert{45, "certificate expired"},
    alert{46, "certificate unknown"},
    alert{47, "illegal parameter"},
    alert{48, "unknown ca"},
    alert{49, "access denied"},
    alert{50, "decode error"},
    alert{51, "decrypt error"},
    alert{70, "protocol version"},
    alert{71, "insufficient security"},
    alert{80, "internal error"},
    alert{86, "inappropriate fallback"},
    alert{90, "user canceled"},
    alert{100, "no renegotiation"},
    alert{109, "missing extension"},
    alert{110, "unsupported extension"},
    alert{112, "unrecognized name"},
    alert{113, "bad certificate status response"},
    alert{115, "unknown psk identity"},
    alert{116, "certificate required"},
    alert{120, "no application protocol"},
};

} // namespace

std::string alert_name(int number) {
    const auto* const found = std::find_if(
        alerts.begin(), alerts.end(), [&](const alert& each) { return each.number == number; });
    return found == alerts.end() ? "number " + std::to_string(number) : std::string{found->name};
}

} // namespace sockscat::net
