// SPDX-License-Identifier: MIT
#include "hmac_md5.hpp"

#include "libraries/openssl.hpp"

namespace sockscat::net {

std::optional<proto::chap::digest> hmac_md5(std::string_view key, base::byte_view text) {
    proto::chap::digest out{};
    std::size_t size = 0;
    const char* const bytes =
        key.empty() ? "" : key.data(); // a null pointer would be no key at all
    const auto* const made = EVP_Q_mac(
        nullptr, "HMAC", nullptr, "MD5", nullptr, bytes, key.size(), text.data(), text.size(),
        out.data(), out.size(), &size);
    if (made == nullptr || size != out.size()) {
        ERR_clear_error();
        return std::nullopt;
    }
    return out;
}

} // namespace sockscat::net
