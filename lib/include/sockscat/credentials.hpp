// SPDX-License-Identifier: MIT
/// \file
/// User names and passwords. A password is never copied implicitly, never printed, and is zeroed
/// when it is no longer needed.
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

/// Bytes that are overwritten with zeros before their memory is freed. Owns them; movable, not
/// copyable. Their page is not swapped out, if the system allows that (RLIMIT_MEMLOCK). It has
/// neither a stream operator nor a conversion on purpose: reveal() is easy to search for.
class secret {
  public:
    /// No bytes.
    secret() = default;
    /// A copy of `bytes`; zeroing the original is up to the caller.
    SOCKSCAT_EXPORT explicit secret(std::string_view bytes);
    /// Takes the bytes of another secret, which is empty then.
    SOCKSCAT_EXPORT secret(secret&& other) noexcept;
    /// Zeroes its own bytes and takes those of another secret, which is empty then.
    SOCKSCAT_EXPORT secret& operator=(secret&& other) noexcept;
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    /// Zeroes the bytes.
    SOCKSCAT_EXPORT ~secret();

    /// The bytes, valid as long as this object is neither moved from nor destroyed.
    SOCKSCAT_EXPORT [[nodiscard]] std::string_view reveal() const;
    /// How many bytes it has.
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    /// True if it has none.
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    /// A copy of the bytes, with an owner of its own.
    SOCKSCAT_EXPORT [[nodiscard]] secret clone() const;

  private:
    std::vector<char> bytes_;
};

/// Overwrites memory with zeros in a way that the compiler does not optimize away.
SOCKSCAT_EXPORT void wipe(std::span<char> bytes);
/// Overwrites memory with zeros in a way that the compiler does not optimize away.
SOCKSCAT_EXPORT void wipe(std::span<std::uint8_t> bytes);

/// The most bytes of a user name, and of a password (RFC 1929); the same limit is applied to a
/// SOCKS4 USERID.
inline constexpr std::size_t max_credential_size = 255;

/// The login at one hop. Each hop has its own; there is no default.
struct credentials {
    credentials() = default;

    /// User name, or USERID in SOCKS4: 0 to 255 bytes, no NUL.
    std::string user;
    /// 0 to 255 bytes. Nothing: none was given, and an empty one is sent.
    std::optional<secret> password;

    /// A copy, with a copy of the password.
    SOCKSCAT_EXPORT [[nodiscard]] credentials clone() const;
};

} // namespace sockscat
