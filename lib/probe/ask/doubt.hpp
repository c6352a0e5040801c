// SPDX-License-Identifier: MIT
/// Whether a proxy that has answered is still there, once it leaves something open that may be
/// about what it was asked for. Without any I/O.
#pragma once

#include "exchange_plan.hpp"

#include <optional>

namespace sockscat::probing {

class doubt {
  public:
    /// The version of its URL, which it must answer in.
    explicit doubt(proxy_protocol own) : own_{own} {}

    void hear(const exchange_plan& asked, const answer& got);
    /// It answered before, and left open what it was asked for last. A SOCKS5 proxy may refuse any
    /// list of methods by a close, so that only silence counts there.
    [[nodiscard]] bool stands() const { return stands_; }
    /// What it answered before, if that still holds: nothing that depends on a target.
    [[nodiscard]] const exchange_plan& question() const { return *answered_; }

  private:
    void keep(const exchange_plan& asked, const answer& got);

    proxy_protocol own_;
    std::optional<exchange_plan> answered_;
    bool stands_{false};
};

} // namespace sockscat::probing
