// SPDX-License-Identifier: MIT
/// What the protocols want of GSSAPI (RFC 2743), without knowing it.
#pragma once

#include "base/wire.hpp"

#include <sockscat/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace sockscat::proto {

/// Protection levels of RFC 1961 section 4, as they are on the wire; 0 is not in the RFC.
enum class protection_level : std::uint8_t { none = 0, integrity = 1, confidentiality = 2 };

/// What came of one step of establishing a context.
struct context_progress {
    context_progress() = default;

    std::vector<std::uint8_t> token; ///< for the peer; may be empty
    bool complete{false};            ///< nothing more is needed from the peer
    /// Why it cannot be established; the hop and the phase are not filled in.
    std::optional<error> failed;
};

/// One end of a security context. One call at a time, on any thread.
class security_context {
  public:
    virtual ~security_context() = default;
    security_context(const security_context&) = delete;
    security_context& operator=(const security_context&) = delete;

    /// Takes the peer's token (none the first time). May wait for the network.
    virtual context_progress advance(base::byte_view token) = 0;

    // Once it is complete; these never wait.

    /// Whether messages can be hidden from others.
    [[nodiscard]] virtual bool has_confidentiality() const = 0;
    /// A message that the peer can unwrap; nothing if that fails.
    virtual std::optional<std::vector<std::uint8_t>> wrap(base::byte_view plain, bool hidden) = 0;
    /// The content of the peer's message; nothing if it was tampered with, repeated, out of its
    /// order, or not hidden although it has to be.
    virtual std::optional<std::vector<std::uint8_t>> unwrap(
        base::byte_view message, bool hidden) = 0;
    /// The most bytes that wrap() turns into `most` or fewer.
    virtual std::size_t max_plain(std::size_t most, bool hidden) = 0;

  protected:
    security_context() = default;
};

} // namespace sockscat::proto
