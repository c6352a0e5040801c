// SPDX-License-Identifier: MIT
/// What users of nc, curl and the like type by habit, and what it is called here.
#pragma once

#include <sockscat/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

/// What to write instead of an option that another program has ("-u", "--socks5"); empty if it is
/// not known.
std::string advice_for_habit(std::string_view option);

/// What is meant by operands in another form: a URL in place of HOST PORT, the number of nc's
/// `-q N`. `is_quiet`: -q was given. Empty if nothing is known.
std::string advice_for_operands(const std::vector<std::string>& operands, bool is_quiet);

/// nc's `-q N HOST:PORT`, which would be the host N.
bool is_linger_of_nc(const std::vector<std::string>& operands);

/// What is meant by a command line without a command: "example.com 80". Empty if nothing is known.
std::string advice_for_no_command(const std::vector<std::string>& words);

/// A user name with a ':' and no password: curl's NAME:PASSWORD.
error login_in_user_name();

} // namespace sockscat::cli
