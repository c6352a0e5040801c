// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/udp/outbox.hpp"

#include <array>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace cli;

const address target{host_name{"echo.test"}, 7};

// An outbox that is fed by a pipe.
struct fed_outbox {
    explicit fed_outbox(std::string_view form) : frames{make_framing(form, target, true)} {
        REQUIRE(::pipe2(pipe.data(), O_NONBLOCK) == 0);
        input.emplace(pipe[0], local_end::use::input);
        box.emplace(*input, *frames, 65'497);
    }
    fed_outbox(const fed_outbox&) = delete;
    fed_outbox& operator=(const fed_outbox&) = delete;
    ~fed_outbox() {
        end();
        ::close(pipe[0]);
    }
    void feed(std::string_view text) {
        REQUIRE(::write(pipe[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        CHECK_FALSE(box->read());
        box->fill();
    }
    void end() {
        if (pipe[1] != -1)
            ::close(std::exchange(pipe[1], -1));
    }
    [[nodiscard]] std::vector<std::string> waiting() const {
        std::vector<std::string> texts;
        for (const outgoing_datagram& each : box->waiting())
            texts.emplace_back(each.data.begin(), each.data.end());
        return texts;
    }

    std::array<int, 2> pipe{};
    std::unique_ptr<framing> frames;
    std::optional<local_end> input;
    std::optional<outbox> box;
};

using texts = std::vector<std::string>;

TEST_CASE("datagrams wait in their order, and more input is read when all are sent") {
    fed_outbox from{"line"};
    CHECK(from.box->wants_input());
    from.feed("one\ntwo\nthr");
    CHECK(from.waiting() == texts{"one", "two"});
    CHECK_FALSE(from.box->wants_input());
    from.box->pop(1);
    CHECK(from.waiting() == texts{"two"});
    from.box->fill(); // not before all are sent
    CHECK(from.waiting() == texts{"two"});
    from.box->pop(1);
    CHECK(from.box->wants_input());
    from.feed("ee\n");
    CHECK(from.waiting() == texts{"three"});
    from.box->pop(1);
    CHECK_FALSE(from.box->is_finished());
    from.end();
    CHECK(from.box->read());
    CHECK(from.box->is_finished());
    CHECK(from.box->failure() == nullptr);
}

TEST_CASE("the last line needs no LF, and is read before the end counts") {
    fed_outbox from{"line"};
    from.feed("last");
    CHECK(from.box->is_empty());
    from.end();
    CHECK(from.box->read());
    CHECK_FALSE(from.box->is_finished());
    from.box->fill();
    CHECK(from.waiting() == texts{"last"});
    from.box->pop(1);
    CHECK(from.box->is_finished());
}

TEST_CASE("one read is one datagram, and nothing is read behind it") {
    fed_outbox from{"chunk"};
    from.feed("one");
    CHECK(from.waiting() == texts{"one"});
    CHECK_FALSE(from.box->wants_input());
    from.box->pop(1);
    CHECK(from.box->wants_input());
}

TEST_CASE("what stands before bad input is sent, then the error counts") {
    fed_outbox from{"json"};
    from.feed("{\"data\":\"YQ==\"}\nrubbish\n");
    CHECK(from.waiting() == texts{"a"});
    CHECK(from.box->failure() == nullptr);
    CHECK_FALSE(from.box->wants_input());
    from.box->pop(1);
    REQUIRE(from.box->failure() != nullptr);
    CHECK(from.box->failure()->kind == failure::stream);
    CHECK(from.box->failure()->cause.find("line 2") != std::string::npos);
    CHECK_FALSE(from.box->wants_input());
}

TEST_CASE("a failure drops what waits") {
    fed_outbox from{"line"};
    from.feed("one\ntwo\n");
    from.box->pop(1);
    from.box->fail({failure::stream, phase::relay, "no way"});
    CHECK(from.box->is_empty());
    REQUIRE(from.box->failure() != nullptr);
    CHECK(from.box->failure()->cause == "no way");
}

TEST_CASE("a frame without end is refused") {
    fed_outbox from{"line"};
    const std::string text(32'768, 'x');
    for (int i = 0; i < 4; ++i)
        from.feed(text);
    REQUIRE(from.box->failure() != nullptr);
    CHECK(
        from.box->failure()->cause == "standard input: a frame has 131072 bytes or more; the "
                                      "limit is 65497 (65507 minus the header)");
}

} // namespace
} // namespace sockscat::tests
