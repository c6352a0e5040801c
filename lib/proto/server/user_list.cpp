// SPDX-License-Identifier: MIT
#include "user_list.hpp"

#include <sockscat/error.hpp>

#include <algorithm>
#include <string>

namespace sockscat::proto {
namespace {

// Of two texts of at most max_credential_size bytes: 0 if they are the same. No branch depends on
// what they hold.
unsigned difference(std::string_view one, std::string_view other) {
    const auto at = [](std::string_view text, std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    auto found = static_cast<unsigned>(one.size() ^ other.size());
    for (std::size_t i = 0; i < max_credential_size; ++i)
        found |= at(one, i) ^ at(other, i);
    return found;
}

error line_error(std::size_t number, const char* what) {
    return usage_error("line " + std::to_string(number) + ": " + what);
}

} // namespace

result<user_list> user_list::parse(std::string_view text) {
    user_list out;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty())
            continue;
        if (auto added = out.add(line, number); !added)
            return added.error();
    }
    if (out.logins_.empty())
        return usage_error("it contains no line USER:PASSWORD");
    return out;
}

result<void> user_list::add(std::string_view line, std::size_t number) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0)
        return line_error(number, "expected USER:PASSWORD");
    const std::string_view user = line.substr(0, colon);
    const std::string_view password = line.substr(colon + 1);
    if (user.size() > max_credential_size || password.size() > max_credential_size)
        return line_error(number, "the user name or the password is longer than 255 bytes");
    if (line.find('\0') != std::string_view::npos)
        return line_error(number, "it contains a NUL byte");
    const bool is_known = std::any_of(logins_.begin(), logins_.end(), [&](const login& each) {
        return each.user.reveal() == user;
    });
    if (is_known)
        return line_error(number, "this user name is given twice");
    logins_.emplace_back(user, password);
    return {};
}

bool user_list::has(std::string_view user, std::string_view password) const {
    if (user.size() > max_credential_size || password.size() > max_credential_size)
        return false;
    unsigned matches = 0;
    for (const login& each : logins_) {
        const unsigned differs =
            difference(each.user.reveal(), user) | difference(each.password.reveal(), password);
        matches |= static_cast<unsigned>(differs == 0);
    }
    return matches != 0;
}

} // namespace sockscat::proto
