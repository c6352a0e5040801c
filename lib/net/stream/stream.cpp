// SPDX-License-Identifier: MIT
#include <sockscat/stream.hpp>

#include <cerrno>

namespace sockscat {

bool would_block(const io_result& got) {
    return got.code.value() == EAGAIN && got.code.category() == std::system_category();
}

asio::awaitable<io_result> stream::read_some(std::span<std::uint8_t> buffer) {
    for (;;) {
        const io_result got = try_read(buffer);
        if (!would_block(got))
            co_return got;
        if (const std::error_code failed = co_await wait(read_events()))
            co_return io_result{failed, 0};
    }
}

asio::awaitable<io_result> stream::write(std::span<const std::uint8_t> bytes) {
    io_result all;
    while (all.size < bytes.size()) {
        const io_result gone = try_write(bytes.subspan(all.size));
        all.size += gone.size;
        if (!gone.code)
            continue;
        all.code = would_block(gone) ? co_await wait(write_events()) : gone.code;
        if (all.code)
            break;
    }
    co_return all;
}

} // namespace sockscat
