// SPDX-License-Identifier: MIT
#include "setup.hpp"

#include <utility>

namespace sockscat::net {

void setup::at_hop(std::string label) {
    if (label != hop_)
        phase_ = phase::none; // so that the same phase of the next hop is told
    hop_ = std::move(label);
}

void setup::enter(phase begins) {
    if (begins == phase_)
        return;
    phase_ = begins;
    if (watch_ != nullptr)
        watch_->on_phase(hop_, begins);
}

void setup::note(std::string_view text) const {
    if (watch_ != nullptr)
        watch_->on_note(hop_, text);
}

error setup::complete(error why) const {
    if (why.hop.empty())
        why.hop = hop_;
    if (why.at == phase::none)
        why.at = phase_;
    return why;
}

error setup::fail(failure kind, std::string cause, std::error_code code) const {
    error why{kind, phase_, std::move(cause)};
    why.hop = hop_;
    why.code = code;
    return why;
}

} // namespace sockscat::net
