// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/output/wrap.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sockscat::tests {
namespace {

using namespace cli;

TEST_CASE("text is broken at blanks, and hangs under itself") {
    CHECK(wrapped("", 5, 5, 20) == "");
    CHECK(wrapped("one two three", 0, 0, 13) == "one two three");
    CHECK(wrapped("one two three", 0, 0, 12) == "one two\nthree");
    CHECK(wrapped("one two three", 4, 4, 12) == "one two\n    three");
    CHECK(wrapped("one  two", 0, 0, 12) == "one two");
    CHECK(wrapped("three", 8, 2, 12) == "\n  three"); // no room behind what begins the line
}

TEST_CASE("a word that is longer than a line is broken, by whole characters") {
    CHECK(wrapped("abcdefghij", 0, 0, 4) == "abcd\nefgh\nij");
    CHECK(wrapped("a bcdefghij k", 2, 2, 6) == "a\n  bcde\n  fghi\n  j k");
    CHECK(wrapped("\xc3\xa4\xc3\xb6\xc3\xbc", 0, 0, 2) == "\xc3\xa4\xc3\xb6\n\xc3\xbc");
    CHECK(wrapped("abc", 9, 9, 8) == "abc"); // nowhere to put it
}

TEST_CASE("a command stays one command") {
    CHECK(wrapped_command("run -x one two", 0, 4, 16) == "run -x one two");
    CHECK(wrapped_command("run -x one two", 0, 2, 12) == "run -x one \\\n  two");
    CHECK(wrapped_command("run 'a b' c", 0, 2, 8) == "run \\\n  'a b' \\\n  c");
    CHECK(wrapped_command("run 'it'\\''s me' c", 0, 0, 10) == "run \\\n'it'\\''s me' \\\nc");
    CHECK(wrapped_command("http://averylongone", 0, 0, 8) == "http://averylongone");
}

TEST_CASE("the width is that of the terminal, 80 where there is none") {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    CHECK(columns_of(ends[1]) == 80);
    ::close(ends[0]);
    ::close(ends[1]);
    int master = -1;
    int slave = -1;
    REQUIRE(::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
    CHECK(columns_of(slave) == 80); // it does not say
    for (const auto& [columns, expected] :
         {std::pair{132, 132}, std::pair{40, 40}, std::pair{5, 40}}) {
        winsize size{};
        size.ws_col = static_cast<unsigned short>(columns);
        REQUIRE(::ioctl(master, TIOCSWINSZ, &size) == 0);
        CHECK(columns_of(slave) == static_cast<std::size_t>(expected));
    }
    ::close(master);
    ::close(slave);
}

} // namespace
} // namespace sockscat::tests
