// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/fake_context.hpp"
#include "support/run.hpp"
#include "support/streams.hpp"

#include "net/gssapi/gssapi_stream.hpp"
#include "net/session/run_handshake.hpp"
#include "proto/handshake.hpp"

#include <sockscat/client.hpp>

#include <cerrno>
#include <poll.h>

namespace sockscat::tests {
namespace {

using net::gssapi_stream;
using proto::protection_level;

constexpr std::size_t frame_overhead = 4 + 2; // header, mark of integrity

bytes frame(const bytes& token) {
    return join(
        "01 03"_hex,
        bytes{
            static_cast<std::uint8_t>(token.size() >> 8U), static_cast<std::uint8_t>(token.size())},
        token);
}

bytes wrapped(const bytes& plain, bool hidden = false) {
    return frame(join(fake_context::mark(hidden), plain));
}

// Gives and takes only so much as the test allows at the moment.
class narrow_stream final : public stream {
  public:
    io_result try_read(std::span<std::uint8_t> buffer) override {
        const std::size_t size = std::min({buffer.size(), readable, input.size()});
        if (size == 0)
            return ended && input.empty() ? io_result{}
                                          : io_result{{EAGAIN, std::system_category()}, 0};
        std::copy_n(input.begin(), size, buffer.begin());
        input.erase(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size));
        readable -= size;
        return {{}, size};
    }
    io_result try_write(std::span<const std::uint8_t> content) override {
        const std::size_t size = std::min(content.size(), writable);
        if (size == 0)
            return {{EAGAIN, std::system_category()}, 0};
        output.insert(
            output.end(), content.begin(), content.begin() + static_cast<std::ptrdiff_t>(size));
        writable -= size;
        return {{}, size};
    }
    io_result try_shut_down() override {
        is_shut = true;
        return {};
    }
    [[nodiscard]] short read_events() const override { return POLLIN; }
    [[nodiscard]] short write_events() const override { return POLLOUT; }
    [[nodiscard]] int descriptor() const override { return 77; }
    asio::awaitable<std::error_code> wait(short) override { co_return std::error_code{}; }
    [[nodiscard]] std::optional<address> remote() const override { return std::nullopt; }
    [[nodiscard]] bool is_private() const override { return is_on_loopback; }
    [[nodiscard]] int native_handle() const override { return 77; }

    bytes input;
    bytes output;
    std::size_t readable{SIZE_MAX};
    std::size_t writable{SIZE_MAX};
    bool ended{false};
    bool is_shut{false};
    bool is_on_loopback{false};
};

struct fixture {
    explicit fixture(protection_level level = protection_level::integrity) {
        auto owned = std::make_unique<narrow_stream>();
        under = owned.get();
        over.emplace(
            std::move(owned), std::make_shared<fake_context>(std::deque<fake_context::move>{}),
            level);
    }

    // Everything that can be read, in pieces of so many bytes; ends with would_block or an end.
    bytes read_all(std::size_t at_once = 65'536) {
        bytes all;
        bytes buffer(at_once);
        for (;;) {
            last = over->try_read(buffer);
            if (last.size == 0)
                return all;
            all.insert(
                all.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(last.size));
        }
    }

    narrow_stream* under;
    std::optional<gssapi_stream> over;
    io_result last;
};

std::string fault_of(const io_result& got) {
    return got.code ? got.code.message() : "";
}

TEST_CASE("messages are unwrapped into a stream, however they are cut and joined") {
    for (const bool hidden : {false, true}) {
        const bytes frames = join(
            wrapped(text_bytes("one"), hidden), wrapped({}, hidden),
            wrapped(text_bytes(" and two"), hidden));
        for (std::size_t piece = 1; piece <= frames.size(); ++piece) {
            fixture f{hidden ? protection_level::confidentiality : protection_level::integrity};
            f.under->input = frames;
            bytes all;
            while (!f.under->input.empty()) {
                f.under->readable = piece;
                all = join(all, f.read_all(piece));
                REQUIRE(would_block(f.last));
                CHECK_FALSE(f.over->has_buffered());
            }
            CHECK(all == text_bytes("one and two"));
        }
    }
}

TEST_CASE("what a small read leaves is told of") {
    fixture f;
    f.under->input = join(wrapped(text_bytes("abc")), wrapped(text_bytes("d")));
    bytes two(2);
    CHECK(f.over->try_read(two).size == 2);
    CHECK(f.over->has_buffered());
    CHECK(f.over->try_read(two).size == 1);
    CHECK(f.over->has_buffered()); // the second message, whole
    CHECK(f.over->try_read(two).size == 1);
    CHECK_FALSE(f.over->has_buffered());
    CHECK(would_block(f.over->try_read(two)));
}

TEST_CASE("the largest messages go through, one behind the other") {
    fixture f;
    bytes expected;
    for (int i = 0; i < 5; ++i) {
        const bytes plain(65'533, static_cast<std::uint8_t>(i));
        expected = join(expected, plain);
        f.under->input = join(f.under->input, wrapped(plain));
    }
    CHECK(f.read_all(1'000) == expected);
}

TEST_CASE("a stream ends between two messages, and is cut short within one") {
    fixture whole;
    whole.under->ended = true;
    whole.under->input = wrapped(text_bytes("x"));
    CHECK(whole.read_all() == text_bytes("x"));
    CHECK_FALSE(whole.last.code);
    for (std::size_t size = 1; size < frame_overhead + 1; ++size) {
        fixture cut;
        cut.under->ended = true;
        const bytes frame = wrapped(text_bytes("y"));
        cut.under->input = join(
            wrapped(text_bytes("x")),
            bytes{frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size)});
        CHECK(cut.read_all() == text_bytes("x"));
        CHECK(fault_of(cut.last).find("ended within") != std::string::npos);
        CHECK(cut.last.code.category() == gssapi_category());
    }
}

TEST_CASE("a broken message is fatal, for good, and what came before it is delivered") {
    const bytes broken[] = {"01 01 00 00"_hex,  "05 00"_hex, "01 ff"_hex,
                            frame("99 99"_hex), frame({}),   wrapped(text_bytes("y"), true)};
    for (const bytes& bad : broken) {
        fixture f;
        f.under->input = join(wrapped(text_bytes("x")), bad, wrapped(text_bytes("never")));
        CHECK(f.read_all() == text_bytes("x"));
        CHECK(f.last.code.category() == gssapi_category());
        CHECK(f.read_all().empty());
        CHECK(f.last.code.category() == gssapi_category());
        CHECK_FALSE(f.over->has_buffered());
    }
}

TEST_CASE("a message that has to be hidden and is not is fatal") {
    fixture f{protection_level::confidentiality};
    f.under->input = wrapped(text_bytes("open"), false);
    CHECK(f.read_all().empty());
    CHECK(f.last.code.category() == gssapi_category());
}

TEST_CASE("endless empty messages are no way to keep us") {
    fixture f;
    for (int i = 0; i < 2'000; ++i)
        f.under->input = join(f.under->input, wrapped({}));
    CHECK(f.read_all().empty());
    CHECK(fault_of(f.last).find("empty") != std::string::npos);
}

TEST_CASE("what is written goes out in messages that fit") {
    fixture f;
    bytes content(200'000);
    for (std::size_t i = 0; i < content.size(); ++i)
        content[i] = static_cast<std::uint8_t>(i * 7);
    std::size_t done = 0;
    while (done < content.size()) {
        const io_result gone = f.over->try_write(std::span{content}.subspan(done));
        REQUIRE_FALSE(gone.code);
        CHECK(gone.size <= 65'533);
        done += gone.size;
    }
    fixture back;
    back.under->input = f.under->output;
    CHECK(back.read_all() == content);
}

TEST_CASE("a message that did not go out whole is kept, and not wrapped twice") {
    fixture f;
    const bytes content = text_bytes("abcdef");
    for (std::size_t i = 0; i < frame_overhead + content.size() - 1; ++i) {
        f.under->writable = 1;
        CHECK(would_block(f.over->try_write(content)));
    }
    f.under->writable = 1;
    bytes longer = join(content, text_bytes("gh")); // more may stand behind it meanwhile
    CHECK(f.over->try_write(longer).size == content.size());
    CHECK(f.under->output == wrapped(content));
}

TEST_CASE("our direction ends behind what is still on its way") {
    fixture f;
    f.under->writable = 3;
    CHECK(would_block(f.over->try_write(text_bytes("abc"))));
    CHECK(would_block(f.over->try_shut_down()));
    CHECK_FALSE(f.under->is_shut);
    f.under->writable = SIZE_MAX;
    CHECK_FALSE(f.over->try_shut_down().code);
    CHECK(f.under->is_shut);
    CHECK(f.under->output == wrapped(text_bytes("abc")));
}

TEST_CASE("a protected stream has no descriptor to give away, and is private if it is hidden") {
    fixture open;
    CHECK(open.over->native_handle() == -1);
    CHECK(open.over->release() == -1);
    CHECK(open.over->descriptor() == 77);
    CHECK_FALSE(open.over->is_private());
    open.under->is_on_loopback = true;
    CHECK(open.over->is_private());
    const fixture hidden{protection_level::confidentiality};
    CHECK(hidden.over->is_private());
}

// A context that has no room for a single byte.
class crowded_context final : public proto::security_context {
  public:
    proto::context_progress advance(base::byte_view) override { return {}; }
    [[nodiscard]] bool has_confidentiality() const override { return false; }
    std::optional<bytes> wrap(base::byte_view, bool) override { return bytes{}; }
    std::optional<bytes> unwrap(base::byte_view, bool) override { return bytes{}; }
    std::size_t max_plain(std::size_t, bool) override { return 0; }
};

TEST_CASE("a context without room for a byte is an error, and no write without end") {
    gssapi_stream over{
        std::make_unique<narrow_stream>(), std::make_shared<crowded_context>(),
        protection_level::integrity};
    const bytes content = text_bytes("payload");
    const io_result gone = over.try_write(content);
    CHECK(gone.size == 0);
    CHECK(gone.code.category() == gssapi_category());
}

TEST_CASE("a write that goes on with fewer bytes than it began with is refused") {
    fixture f;
    f.under->writable = 3;
    const bytes content = text_bytes("payload");
    CHECK(would_block(f.over->try_write(content)));
    f.under->writable = SIZE_MAX;
    CHECK(f.over->try_write(text_bytes("pay")).code == std::errc::invalid_argument);
    CHECK(f.over->try_write(content).size == content.size());
    CHECK(f.under->output == wrapped(content));
}

// The proxy's side up to the protection of messages: integrity.
proto::handshake_request guarded_request() {
    using move = fake_context::move;
    proto::handshake_request request;
    request.destination = address{parse_host("192.0.2.1").value(), 80};
    request.methods = {proto::socks5::method::gssapi};
    request.security = std::make_shared<fake_context>(
        std::deque<move>{{{}, "aa"_hex, false}, {"bb"_hex, {}, true}}, false);
    return request;
}

TEST_CASE("what follows a refusal does not hide it, also if it is no message of GSSAPI") {
    auto machine = proto::make_handshake(guarded_request()).value();
    const bytes agreed = join("01 02 00 03"_hex, fake_context::mark(false), "01"_hex);
    std::unique_ptr<stream> over = std::make_unique<memory_stream>(
        join("05 01 01 01 00 01 bb"_hex, agreed, wrapped("05 05"_hex), "ff ff ff ff"_hex));
    net::setup where{nullptr};
    const auto ran =
        run(net::run_handshake(std::move(over), *machine, tls_settings{}, "", {}, where));
    REQUIRE_FALSE(ran);
    INFO(ran.error().cause);
    CHECK(ran.error().kind == failure::refused);
    CHECK(ran.error().code.value() == 5);
}

} // namespace
} // namespace sockscat::tests
