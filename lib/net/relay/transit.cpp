// SPDX-License-Identifier: MIT
#include "transit.hpp"

#include <algorithm>
#include <utility>

namespace sockscat::net {

std::span<std::uint8_t> transit::space() {
    if (size_ - end_ < least_space && size_ < greatest_size)
        grow();
    else if (empty())
        begin_ = end_ = 0;
    return {bytes_.get() + end_, size_ - end_};
}

std::span<const std::uint8_t> transit::pending() const {
    return {bytes_.get() + begin_, end_ - begin_};
}

void transit::grow() {
    const std::size_t size = size_ == 0 ? first_size : std::min(4 * size_, greatest_size);
    auto bytes = std::make_unique_for_overwrite<std::uint8_t[]>(size);
    std::copy_n(bytes_.get() + begin_, end_ - begin_, bytes.get());
    end_ -= std::exchange(begin_, 0);
    bytes_ = std::move(bytes);
    size_ = size;
}

} // namespace sockscat::net
