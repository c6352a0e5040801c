// SPDX-License-Identifier: MIT
/// Who may use a listener: user names and passwords.
#pragma once

#include <sockscat/credentials.hpp>
#include <sockscat/result.hpp>

#include <string_view>
#include <vector>

namespace sockscat::proto {

/// Owns the logins and wipes them at its end; movable, not copyable.
class user_list {
  public:
    /// From lines USER:PASSWORD, each ended by LF, CR LF or the end of the text; the first ':' of a
    /// line ends the user name. Empty lines count for nothing. failure::usage, with the number of
    /// the line and nothing of its text: no ':', a part longer than 255 bytes, a NUL, no user name,
    /// a user name twice; or no line at all. Wiping `text` is the caller's business.
    static result<user_list> parse(std::string_view text);

    /// True if one of the logins is this one. Takes the same time for each user name and password:
    /// every login is compared to its end.
    [[nodiscard]] bool has(std::string_view user, std::string_view password) const;

    [[nodiscard]] std::size_t size() const { return logins_.size(); }

  private:
    struct login {
        login(std::string_view name, std::string_view word) : user{name}, password{word} {}

        secret user;
        secret password;
    };

    result<void> add(std::string_view line, std::size_t number);

    std::vector<login> logins_;
};

} // namespace sockscat::proto
