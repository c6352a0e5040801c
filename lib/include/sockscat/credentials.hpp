// SPDX-License-Identifier: MIT
/// User names and passwords. A password is never copied implicitly, never printed, and zeroed when
/// it is no longer needed.
#pragma once

#include <sockscat/export.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat {

/// Bytes that are overwritten with zeros before their memory is given back. Owns them; movable, not
/// copyable. Their page is not swapped out, where the system grants that (RLIMIT_MEMLOCK). It has
/// no stream operator and no conversion on purpose: reveal() is easy to search for.
class secret {
  public:
    secret() = default;
    /// Takes a copy of `bytes`; zeroing the original is the caller's business.
    SOCKSCAT_EXPORT explicit secret(std::string_view bytes);
    SOCKSCAT_EXPORT secret(secret&& other) noexcept;
    SOCKSCAT_EXPORT secret& operator=(secret&& other) noexcept;
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    SOCKSCAT_EXPORT ~secret();

    /// The bytes, valid as long as this object is neither moved from nor destroyed.
    SOCKSCAT_EXPORT [[nodiscard]] std::string_view reveal() const;
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    /// A second owner of the same bytes.
    SOCKSCAT_EXPORT [[nodiscard]] secret clone() const;

  private:
    std::vector<char> bytes_;
};

/// Overwrites memory with zeros in a way that the compiler does not remove.
SOCKSCAT_EXPORT void wipe(std::span<char> bytes);
SOCKSCAT_EXPORT void wipe(std::span<std::uint8_t> bytes);

/// The most bytes of a user name, and of a password (RFC 1929); a SOCKS4 USERID is kept to the
/// same.
inline constexpr std::size_t max_credential_size = 255;

/// What one hop is told about the user. Each hop owns its own; there is no default.
struct credentials {
    credentials() = default;

    /// User name, or USERID in SOCKS4: 0 to 255 bytes, no NUL.
    std::string user;
    /// 0 to 255 bytes; not there if none was given (an empty password is sent then).
    std::optional<secret> password;

    /// A second owner of the same.
    SOCKSCAT_EXPORT [[nodiscard]] credentials clone() const;
};

} // namespace sockscat
