// SPDX-License-Identifier: MIT
#include "client_request.hpp"

#include <algorithm>

namespace sockscat::proto {

bool is_name_to_ask(std::string_view name) {
    return !name.empty() && name.size() <= 255 &&
           std::none_of(name.begin(), name.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == ':';
           });
}

} // namespace sockscat::proto
