// SPDX-License-Identifier: MIT
/// Products that can be told by how they answer.
#pragma once

#include "probe/answers/answers.hpp"

#include <string_view>

namespace sockscat::probing {

struct product {
    std::string_view name;
    std::string_view evidence;
    bool (*behaves)(const answers&);
};

/// The product that it behaves like; null if there is none.
const product* guess_product(const answers& all);

bool behaves_like_tor(const answers& all);

} // namespace sockscat::probing
