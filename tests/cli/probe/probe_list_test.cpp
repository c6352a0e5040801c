// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "probe/probe_list.hpp"

#include <string>

namespace sockscat::tests {
namespace {

std::string refusal_of(const std::string& line) {
    cli::probe_list list;
    cli::list_reader reader{list};
    auto taken = reader.take(line);
    REQUIRE_FALSE(taken);
    return taken.error().cause;
}

std::string with_much_behind(std::string begin) {
    return begin.append(cli::max_list_line, 'x');
}

TEST_CASE("of a line that is too long the scheme is shown, and no password") {
    CHECK(
        refusal_of(with_much_behind("socks5+tls://alice:S3cret"))
            .find("\"socks5+tls://alice\"...") != std::string::npos);
    for (const std::string begin :
         {"alice:S3cret", "alice:S3cret://", "alice:S3cret@", "socks5h://alice:S3cret://"})
        CHECK(refusal_of(with_much_behind(begin)).find("S3cret") == std::string::npos);
}

} // namespace
} // namespace sockscat::tests
