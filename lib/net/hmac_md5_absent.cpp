// SPDX-License-Identifier: MIT
#include "hmac_md5.hpp"

namespace sockscat::net {

std::optional<proto::chap::digest> hmac_md5(std::string_view, proto::byte_view) {
    return std::nullopt;
}

} // namespace sockscat::net
