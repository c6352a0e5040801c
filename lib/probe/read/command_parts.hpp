// SPDX-License-Identifier: MIT
/// What the readers of commands have in common.
#pragma once

#include "parts.hpp"

#include <string_view>

namespace sockscat::probing {

/// 07 is a no whatever else is answered like that; another answer that a control got as well is no
/// evidence of anything. `bound_word` is what its address is.
check_result read_command(const answer& got, std::string_view bound_word, const answers& all);

/// SOCKS4 has one code for every refusal: what an unknown command gets as well says nothing.
check_result read_socks4_command(const answer& got, bool is_yes, const answers& all);
/// A command that SOCKS4 does not have, of a proxy that does not speak SOCKS5.
check_result no_such_command(const answers& all);

} // namespace sockscat::probing
