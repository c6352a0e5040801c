// SPDX-License-Identifier: MIT
#include <sockscat/credentials.hpp>

#include <cstring>
#include <sys/mman.h>
#include <utility>

namespace sockscat {

void wipe(std::span<char> bytes) {
    if (!bytes.empty()) // an empty span may have no address
        ::explicit_bzero(bytes.data(), bytes.size());
}

void wipe(std::span<std::uint8_t> bytes) {
    if (!bytes.empty())
        ::explicit_bzero(bytes.data(), bytes.size());
}

secret::secret(std::string_view bytes) : bytes_{bytes.begin(), bytes.end()} {
    // The page stays locked, for it may hold another secret as well.
    if (!bytes_.empty())
        ::mlock(bytes_.data(), bytes_.size());
}

secret::secret(secret&& other) noexcept : bytes_{std::exchange(other.bytes_, {})} {}

secret& secret::operator=(secret&& other) noexcept {
    if (this != &other) {
        wipe(std::span{bytes_});
        bytes_ = std::exchange(other.bytes_, {});
    }
    return *this;
}

secret::~secret() {
    wipe(std::span{bytes_});
}

std::string_view secret::reveal() const {
    return {bytes_.data(), bytes_.size()};
}

secret secret::clone() const {
    return secret{reveal()};
}

credentials credentials::clone() const {
    credentials copy;
    copy.user = user;
    if (password)
        copy.password = password->clone();
    return copy;
}

} // namespace sockscat
