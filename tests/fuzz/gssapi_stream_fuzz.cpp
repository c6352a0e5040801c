// SPDX-License-Identifier: MIT
// Messages protected by GSSAPI as they come over a stream, whole and in pieces: what is read is
// what the whole messages in front hold, the first that is none ends it for good, and what is
// written can be read.
#include "fuzz.hpp"

#include "net/gssapi/gssapi_errors.hpp"
#include "net/gssapi/gssapi_stream.hpp"
#include "proto/auth/gssapi_frame.hpp"
#include "support/fake_context.hpp"
#include "support/streams.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace sockscat::fuzz {
namespace {

using bytes = std::vector<std::uint8_t>;
using net::gssapi_errc;
using proto::protection_level;

constexpr std::size_t most_reads = 100'000;

struct heard {
    bytes plain;
    std::error_code ended_by;
    bool operator==(const heard&) const = default;
};

heard end_with(heard so_far, gssapi_errc why) {
    so_far.ended_by = {static_cast<int>(why), gssapi_category()};
    return so_far;
}

// By hand, from RFC 1961 section 5: 01 03 LEN LEN TOKEN, or 01 FF.
heard due_of(std::span<const std::uint8_t> said, const bytes& mark) {
    heard out;
    while (!said.empty()) {
        if (said[0] != 1)
            return end_with(out, gssapi_errc::no_message);
        if (said.size() >= 2 && said[1] == 0xFF)
            return end_with(out, gssapi_errc::aborted);
        if (said.size() >= 2 && said[1] != 3)
            return end_with(out, gssapi_errc::no_message);
        const std::size_t size = said.size() < 4 ? 0 : 4U + said[2] * 256U + said[3];
        if (size == 0 || said.size() < size)
            return end_with(out, gssapi_errc::truncated);
        const auto token = said.subspan(4, size - 4);
        if (token.size() < mark.size() || !std::equal(mark.begin(), mark.end(), token.begin()))
            return end_with(out, gssapi_errc::bad_message);
        out.plain.insert(
            out.plain.end(), token.begin() + static_cast<std::ptrdiff_t>(mark.size()), token.end());
        said = said.subspan(size);
    }
    return out;
}

std::unique_ptr<net::gssapi_stream> make(std::unique_ptr<stream> under, bool is_hidden) {
    return std::make_unique<net::gssapi_stream>(
        std::move(under),
        std::make_shared<tests::fake_context>(std::deque<tests::fake_context::move>{}),
        is_hidden ? protection_level::confidentiality : protection_level::integrity);
}

heard hear(
    std::span<const std::uint8_t> said, bool is_hidden, std::size_t at_once, std::size_t space) {
    auto from = make(
        std::make_unique<tests::memory_stream>(bytes{said.begin(), said.end()}, at_once),
        is_hidden);
    heard out;
    bytes buffer(space);
    for (std::size_t turn = 0;; ++turn) {
        must(turn < most_reads, "it reads and reads");
        const io_result got = from->try_read(buffer);
        must(got.size <= space, "more than there is space");
        out.plain.insert(
            out.plain.end(), buffer.begin(),
            buffer.begin() + static_cast<std::ptrdiff_t>(got.size));
        if (got.code || got.size == 0) {
            out.ended_by = got.code;
            const io_result again = from->try_read(buffer);
            must(again.size == 0 && again.code == got.code, "after its end it goes on");
            return out;
        }
    }
}

void check_hearing(source& input) {
    const bool is_hidden = (input.byte() & 1U) != 0;
    const std::size_t at_once = 1U + input.byte();
    const std::size_t space = 1U + input.byte() * 4U;
    const auto said = input.rest();
    const heard whole = hear(said, is_hidden, SIZE_MAX, 100'000);
    must(whole == hear(said, is_hidden, at_once, space), "split it is another");
    must(whole == due_of(said, tests::fake_context::mark(is_hidden)), "it hears something else");
}

// Lends its stream, whose writes are to be seen afterwards.
class lent final : public tests::lent_stream {
  public:
    using lent_stream::lent_stream;
};

void check_saying(source& input) {
    const bool is_hidden = (input.byte() & 1U) != 0;
    tests::memory_stream wire{{}};
    auto to = make(std::make_unique<lent>(wire), is_hidden);
    bytes said;
    while (!input.is_empty()) {
        bytes piece(input.byte() * 300U, input.byte()); // more than a message holds, perhaps
        std::span<const std::uint8_t> rest{piece};
        while (!rest.empty()) {
            const io_result gone = to->try_write(rest);
            must(!gone.code && gone.size != 0, "it does not write");
            rest = rest.subspan(gone.size);
        }
        said.insert(said.end(), piece.begin(), piece.end());
        if (said.size() > 400'000)
            break;
    }
    bytes all;
    for (const bytes& each : wire.writes)
        all.insert(all.end(), each.begin(), each.end());
    const heard again = due_of(all, tests::fake_context::mark(is_hidden));
    must(!again.ended_by && again.plain == said, "what was said reads otherwise");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sockscat::fuzz;
    source input{data, size};
    if ((input.byte() & 1U) != 0)
        check_saying(input);
    else
        check_hearing(input);
    return 0;
}
