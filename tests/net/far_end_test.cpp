// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/io.hpp"

#include "net/far_end.hpp"

#include <array>

namespace sockscat::tests {
namespace {

using net::far_end;

std::array<std::uint8_t, 16> buffer;

bool would_block(const io_result& got) {
    return got.code.value() == EAGAIN && got.code.category() == std::system_category();
}

TEST_CASE("the far end is never waited for") {
    fd_pair pair = make_tcp_pair();
    const far_end end{pair.first.get()};
    CHECK(would_block(end.receive(buffer)));
    CHECK(end.send(text_bytes("hello")).size == 5);
    expect(pair.second.get(), text_bytes("hello"));
    const bytes block(100'000, 'x');
    io_result last;
    for (int i = 0; i < 1'000 && !last.code; ++i)
        last = end.send(block);
    CHECK(would_block(last));
}

TEST_CASE("our half-close is seen by the peer, and its answer still comes") {
    fd_pair pair = make_tcp_pair();
    const far_end end{pair.first.get()};
    end.shut_down_sending();
    expect_end(pair.second.get());
    write_all(pair.second.get(), text_bytes("answer"));
    REQUIRE(read_exactly(pair.first.get(), 1) == text_bytes("a"));
    CHECK(end.receive(buffer).size == 5);
    pair.second.close();
    expect_end(pair.first.get()); // waits for it
    CHECK(end.receive(buffer).size == 0);
    CHECK(end.send(text_bytes("x")).code == std::errc::broken_pipe);
}

TEST_CASE("the round trip is the kernel's, and 0 where there is none") {
    const fd_pair tcp = make_tcp_pair();
    CHECK(far_end{tcp.first.get()}.round_trip().count() > 0);
    const fd_pair local = make_socket_pair();
    CHECK(far_end{local.first.get()}.round_trip().count() == 0);
}

} // namespace
} // namespace sockscat::tests
