// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include "cli/udp/framing.hpp"

#include <string>
#include <vector>

namespace sockscat::tests {
namespace {

const address target{ipv4_address{{127, 0, 0, 1}}, 7};

struct taken {
    std::size_t used{0};
    std::vector<std::string> data;
    std::vector<address> to;
    std::string fault;
};

taken take(
    std::string_view form,
    const bytes& input,
    bool is_end,
    std::size_t most = 64,
    bool names = true) {
    const auto frames = cli::make_framing(form, target, names);
    std::vector<outgoing_datagram> out;
    const auto used = frames->take(input, is_end, most, out);
    taken got;
    if (!used) {
        got.fault = used.error().cause;
        return got;
    }
    got.used = used.value();
    for (const outgoing_datagram& each : out) {
        got.data.emplace_back(each.data.begin(), each.data.end());
        got.to.push_back(each.to);
    }
    return got;
}

std::string put(std::string_view form, const bytes& data) {
    const auto frames = cli::make_framing(form, target, true);
    std::vector<std::uint8_t> out;
    frames->put({address{*parse_ip("::1"), 53}, data}, out);
    return {out.begin(), out.end()};
}

TEST_CASE("the words of --framing, and no others") {
    for (const char* word : {"chunk", "line", "length", "json"})
        CHECK(cli::make_framing(word, target, true));
    for (const char* word : {"", "Chunk", "lines"})
        CHECK_FALSE(cli::make_framing(word, target, true));
}

TEST_CASE("chunk: all that was read is one datagram") {
    CHECK(take("chunk", text_bytes("a\nb"), false).data == std::vector<std::string>{"a\nb"});
    CHECK(take("chunk", {}, true).data.empty());
    CHECK(put("chunk", text_bytes("ab")) == "ab");
}

TEST_CASE("line: each line is one, the last one also without LF") {
    const taken open = take("line", text_bytes("a\n\nbc"), false);
    CHECK(open.data == std::vector<std::string>{"a", ""});
    CHECK(open.used == 3);
    CHECK(
        take("line", text_bytes("a\n\nbc"), true).data == std::vector<std::string>{"a", "", "bc"});
    CHECK(take("line", text_bytes("a\r\n"), true).data == std::vector<std::string>{"a\r"});
    CHECK(put("line", {}) == "\n");
}

TEST_CASE("length: each is behind its length, and a cut frame is an error at the end only") {
    const bytes input = "00 02 61 62 00 00 00 03 63"_hex;
    const taken open = take("length", input, false);
    CHECK(open.data == std::vector<std::string>{"ab", ""});
    CHECK(open.used == 6);
    CHECK(take("length", input, true).fault.find("incomplete") != std::string::npos);
    CHECK(
        take("length", "00"_hex, true).fault.find("incomplete (1 of at least 2 bytes)") !=
        std::string::npos);
    CHECK(
        take("length", "00 05 61"_hex, true).fault.find("incomplete (3 of 7 bytes)") !=
        std::string::npos);
    CHECK(put("length", text_bytes("abc")) == std::string("\0\3abc", 5));
}

TEST_CASE("no more datagrams are taken than asked for") {
    const taken two = take("line", text_bytes("a\nb\nc\n"), true, 2);
    CHECK(two.data.size() == 2);
    CHECK(two.used == 4);
    CHECK(take("length", "00 00 00 00 00 00"_hex, true, 2).used == 4);
}

TEST_CASE("json: data and, if it is there, to") {
    const taken got = take(
        "json", text_bytes(R"({"data":"aGk="}
{"to":"[::1]:53","data":""}
{"to":"echo.test:7","more":[[{"data":1}]],"data":"eA=="})"),
        true);
    REQUIRE(got.fault.empty());
    CHECK(got.data == std::vector<std::string>{"hi", "", "x"});
    CHECK(
        got.to == std::vector<address>{
                      target, address{*parse_ip("::1"), 53}, address{host_name{"echo.test"}, 7}});
    CHECK(put("json", text_bytes("hi")) == "{\"from\":\"[::1]:53\",\"data\":\"aGk=\"}\n");
}

TEST_CASE("json that is no datagram is an error that names the line") {
    for (const char* line :
         {"", "[]", "{}", "{\"data\":1}", "{\"data\":\"a\"}", "{\"data\":\"\",\"to\":1}",
          "{\"data\":\"\",\"to\":[\"x.test:1\"]}", "{\"data\":[[[\"\"]]]}", "[{\"data\":\"\"}]",
          "{\"data\":\"\",\"to\":\"x\"}", "{\"data\":\"\",\"to\":\"x:0\"}", "{\"data\":\"\"} x"}) {
        CAPTURE(line);
        const taken got =
            take("json", text_bytes("{\"data\":\"\"}\n" + std::string{line} + "\n"), false);
        CHECK(got.fault.find("line 2 ") != std::string::npos);
    }
    const bytes named = text_bytes("{\"data\":\"\",\"to\":\"x.test:1\"}\n");
    CHECK(take("json", named, true, 64, true).fault.empty());
    CHECK(take("json", named, true, 64, false).fault.find("socks5h") != std::string::npos);
}

} // namespace
} // namespace sockscat::tests
