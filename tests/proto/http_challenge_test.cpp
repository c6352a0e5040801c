// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "proto/http_challenge.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sockscat::tests {
namespace {

using words = std::vector<std::string_view>;

const std::string status_line = "HTTP/1.1 407 No\r\n";

// The text must outlive the words.
words schemes_of(const std::string& header) {
    return proto::offered_schemes(header);
}

TEST_CASE("a header without fields offers no scheme") {
    CHECK(proto::offered_schemes("").empty());
    CHECK(proto::offered_schemes("HTTP/1.1 407 No").empty());
    CHECK(proto::offered_schemes("HTTP/1.1 407 No\r\n").empty());
    CHECK(proto::offered_schemes("HTTP/1.1 407 No\r\n\r\n").empty());
    CHECK(proto::offered_schemes("HTTP/1.1 407 No\r\nProxy-Authenticate\r\n\r\n").empty());
    CHECK(proto::offered_schemes("HTTP/1.1 407 No\r\nProxy-Authenticate:\r\n\r\n").empty());
    CHECK(proto::offered_schemes("HTTP/1.1 407 No\r\nProxy-Authenticate: , ,\r\n\r\n").empty());
}

TEST_CASE("a field that is cut off does not count") {
    CHECK(proto::offered_schemes("HTTP/1.1 407 No\r\nProxy-Authenticate: Bas").empty());
    const std::string header = status_line + "Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Bas";
    CHECK(schemes_of(header) == words{"NTLM"});
}

TEST_CASE("a field goes on in lines that begin with a blank") { // RFC 9112 section 5.2
    for (const std::string blank : {" ", "\t", " \t"})
        for (const std::string end : {"\r\n", "\n"}) {
            CAPTURE(blank, end);
            const std::string header = status_line + "Proxy-Authenticate: NTLM," + end + blank +
                                       "Digest realm=\"x\"," + end + blank + "Basic" + end;
            CHECK(schemes_of(header) == words{"NTLM", "Digest", "Basic"});
        }
    // The status line does, too, but offers nothing.
    const std::string folded = status_line + " Proxy-Authenticate: NTLM\r\n\r\n";
    CHECK(schemes_of(folded).empty());
}

TEST_CASE("commas separate schemes, but for those inside quotes") { // RFC 9110 section 11.6.1
    const auto offered = [](const std::string& value) {
        const std::string header = status_line + "Proxy-Authenticate: " + value + "\r\n\r\n";
        std::vector<std::string> out;
        for (const std::string_view each : schemes_of(header))
            out.emplace_back(each);
        return out;
    };
    using list = std::vector<std::string>;
    CHECK(offered("Digest realm=\"a, NTLM\", Basic") == list{"Digest", "Basic"});
    CHECK(offered("Digest realm=\"a\\\", NTLM\", Basic") == list{"Digest", "Basic"});
    CHECK(offered("Digest realm=\"never ends, Basic") == list{"Digest"});
    CHECK(offered("Digest realm=\"ends in a backslash\\") == list{"Digest"});
    CHECK(offered("Negotiate a\\, Basic") == list{"Negotiate", "Basic"}); // no quotes, no escape
    CHECK(offered("NTLM, ntlm, NTLM") == list{"NTLM"});
}

TEST_CASE("schemes are compared without case") {
    CHECK(proto::has_scheme({"NTLM", "basic"}, "Basic"));
    CHECK_FALSE(proto::has_scheme({"NTLM", "Basic2"}, "Basic"));
    CHECK_FALSE(proto::has_scheme({}, "Basic"));
}

TEST_CASE("a list of schemes is of moderate length and has no control characters") {
    CHECK(proto::list_of({}) == "");
    CHECK(proto::list_of({"Digest", "NTLM"}) == "Digest, NTLM");
    CHECK(proto::list_of({"\x1b[31m"}) == "\\x1b[31m");
    CHECK(proto::list_of({std::string(33, 'a')}) == std::string(32, 'a'));
    CHECK(proto::list_of(words(8, "a")) == "a, a, a, a, a, a, a, a");
    CHECK(proto::list_of(words(9, "a")) == "a, a, a, a, a, a, a, a, ...");
}

} // namespace
} // namespace sockscat::tests
