// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/transcript.hpp"

#include "proto/auth/chap.hpp"

#include <algorithm>
#include <stdexcept>

namespace sockscat::tests {
namespace {

using proto::socks5::method;

const bytes zero_reply = "05 00 00 01 00 00 00 00 00 00"_hex;
const bytes request_to_ip = "05 01 00 01 c0 00 02 01 00 50"_hex;
const bytes count_to_f = "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"_hex;

// The steps of lib/proto/README.md, CHAP: alice, secret, challenge 00..0F.
const bytes c1 = "01 02 11 01 85 02 05 61 6c 69 63 65"_hex;
const bytes s1 = join("01 02 11 01 85 03 10"_hex, count_to_f);
const bytes c2 = "01 01 04 10 e7 40 94 24 47 4a 33 01 bd c9 bb 88 46 c8 63 62"_hex;
const bytes s2 = "01 01 00 01 00"_hex;

// Knows the response above; others are all alike, but for the sizes.
std::optional<proto::chap::digest> known_hmac(std::string_view key, base::byte_view text) {
    proto::chap::digest out{};
    if (key == "secret" && to_bytes(text) == count_to_f)
        std::copy_n(c2.begin() + 4, out.size(), out.begin());
    else
        out.fill(static_cast<std::uint8_t>(key.size() + text.size()));
    return out;
}

std::optional<proto::chap::digest> no_hmac(std::string_view, base::byte_view) {
    return std::nullopt;
}

proto::handshake_request chap_request(std::string_view user = "alice") {
    auto request = socks5_request(to("192.0.2.1", 80), {method::chap});
    request.user = user;
    request.password = "secret";
    request.hmac = known_hmac;
    return request;
}

transcript chosen() {
    transcript script{chap_request()};
    script.send("05 01 03"_hex).reply("05 03"_hex).send(c1);
    return script;
}

void succeeds(transcript script) {
    script.send(request_to_ip).reply(zero_reply).is_done(to("0.0.0.0", 0));
}

bool has_note(const handshake_outcome& outcome, std::string_view part) {
    return std::any_of(outcome.notes.begin(), outcome.notes.end(), [part](const std::string& note) {
        return note.find(part) != std::string::npos;
    });
}

bytes response_to(std::size_t challenge_size) {
    return join("01 01 04 10"_hex, bytes(16, static_cast<std::uint8_t>(6 + challenge_size)));
}

TEST_CASE("CHAP logs in with the response to the proxy's challenge") {
    succeeds(chosen().reply(s1).send(c2).reply(s2));
}

TEST_CASE("CHAP attributes come in any order, with others between them") {
    succeeds(chosen()
                 .reply(join(
                     "01 06 05 02 61 62 10 01 07 03 10"_hex, count_to_f,
                     "7f 00 11 01 85 04 02 aa bb"_hex))
                 .send(c2)
                 .reply("01 03 04 03 01 02 03 01 02 6f 6b 00 01 00"_hex));
}

TEST_CASE("CHAP attributes are spread over several frames") {
    succeeds(chosen()
                 .reply("01 01 11 01 85"_hex)
                 .reply("01 01 10 01 00"_hex)
                 .reply(join("01 01 03 10"_hex, count_to_f))
                 .send(c2)
                 .reply("01 01 01 02 6f 6b"_hex)
                 .reply(s2));
}

TEST_CASE("CHAP does without the name of the algorithm, as only one was offered") {
    succeeds(chosen().reply(join("01 01 03 10"_hex, count_to_f)).send(c2).reply(s2));
}

TEST_CASE("CHAP answers challenges of 1 to 255 bytes") {
    for (const std::size_t size : {1U, 128U, 255U})
        succeeds(chosen()
                     .reply(join(
                         "01 02 11 01 85 03"_hex, bytes{static_cast<std::uint8_t>(size)},
                         bytes(size, 0xC5)))
                     .send(response_to(size))
                     .reply(s2));
}

TEST_CASE("CHAP carries the longest user name, and an empty one") {
    const std::string longest(255, 'u');
    for (const std::string& user : {longest, std::string{}}) {
        transcript script{chap_request(user)};
        script.send("05 01 03"_hex)
            .reply("05 03"_hex)
            .send(join(
                "01 02 11 01 85 02"_hex, bytes{static_cast<std::uint8_t>(user.size())},
                text_bytes(user)));
        succeeds(script.reply(s1).send(c2).reply(s2));
    }
}

TEST_CASE("CHAP answers up to four challenges") {
    transcript script = chosen();
    for (int i = 0; i < 4; ++i)
        script.reply(s1).send(c2);
    succeeds(transcript{script}.reply(s2));
    script.reply(s1).decided_by(s1.size()).fails(failure::protocol, phase::auth);
}

TEST_CASE("every CHAP status but 0 is a rejection of the credentials") {
    for (unsigned status = 1; status < 256; ++status) {
        CAPTURE(status);
        const bytes verdict = join("01 01 00 01"_hex, bytes{static_cast<std::uint8_t>(status)});
        chosen().reply(s1).send(c2).reply(verdict).decided_by(5).fails(
            failure::credentials, phase::auth);
    }
    // An unknown user, at once.
    chosen().reply("01 01 00 01 ff"_hex).decided_by(5).fails(failure::credentials, phase::auth);
    // No good status hides a bad one.
    chosen()
        .reply(s1)
        .send(c2)
        .reply("01 02 00 01 00 00 01 ff"_hex)
        .decided_by(8)
        .fails(failure::credentials, phase::auth);
    // Nor a good one that comes later, be the first bad or no status.
    chosen()
        .reply(s1)
        .send(c2)
        .reply("01 02 00 01 ff 00 01 00"_hex)
        .decided_by(8)
        .fails(failure::credentials, phase::auth);
    chosen()
        .reply(s1)
        .send(c2)
        .reply("01 02 00 02 00 00 00 01 00"_hex)
        .decided_by(9)
        .fails(failure::protocol, phase::auth);
}

TEST_CASE("a CHAP success counts only behind a challenge") {
    chosen().reply(s2).decided_by(5).fails(failure::protocol, phase::auth);
    chosen()
        .reply(join("01 03 00 01 00 11 01 85 03 10"_hex, count_to_f))
        .decided_by(26)
        .fails(failure::protocol, phase::auth);
}

TEST_CASE("a CHAP status has one byte") {
    for (const bytes& status : {"01 01 00 00"_hex, "01 01 00 02 00 00"_hex})
        chosen()
            .reply(s1)
            .send(c2)
            .reply(status)
            .decided_by(status.size())
            .fails(failure::protocol, phase::auth);
}

TEST_CASE("CHAP refuses an algorithm that it did not offer") {
    for (const bytes& list : {"11 01 05"_hex, "11 00"_hex, "11 02 05 85"_hex}) {
        const bytes frame = join("01 02"_hex, list, "03 10"_hex, count_to_f);
        chosen().reply(frame).decided_by(frame.size()).fails(failure::protocol, phase::auth);
    }
}

TEST_CASE("a CHAP frame without attributes, or of another version, is a broken rule") {
    chosen().reply("01 00"_hex).fails(failure::protocol, phase::auth);
    for (const bytes& foreign : {"05 01 00 01 00"_hex, "00 01"_hex, text_bytes("HTTP/1.1 400")})
        chosen().reply(foreign).fails(failure::protocol, phase::auth);
    chosen().reply(s1).send(c2).reply("01 00"_hex).fails(failure::protocol, phase::auth);
}

TEST_CASE("an empty CHAP challenge is a broken rule") {
    chosen().reply("01 01 03 00"_hex).decided_by(4).fails(failure::protocol, phase::auth);
}

TEST_CASE("CHAP that never comes to a challenge ends after 16 frames") {
    transcript script = chosen();
    for (int i = 0; i < 16; ++i)
        script.reply("01 01 10 01 00"_hex);
    script.decided_by(5).fails(failure::protocol, phase::auth);
}

TEST_CASE("CHAP ends at 256 KiB") {
    bytes largest = "01 ff"_hex;
    for (int i = 0; i < 255; ++i)
        largest = join(largest, "7f ff"_hex, bytes(255, 0));
    transcript script = chosen();
    for (int i = 0; i < 4; ++i)
        script.reply(largest);
    const auto outcome = script.run();
    CHECK(outcome.fault.kind == failure::protocol);
    CHECK(outcome.consumed <= 2 + 256 * 1024);
}

TEST_CASE("CHAP closed without a verdict, or within a frame") {
    chosen().fails(failure::closed, phase::auth);
    chosen().reply("01"_hex).fails(failure::protocol, phase::auth);
    chosen().reply(s1).send(c2).decided_by(s1.size()).fails(failure::closed, phase::auth);
}

TEST_CASE("what a proxy says in CHAP is a note, escaped") {
    const bytes verdict = "01 02 01 05 1b 5b 33 31 6d 00 01 ff"_hex;
    const auto outcome = chosen().reply(s1).send(c2).reply(verdict).run();
    CHECK(outcome.fault.kind == failure::credentials);
    CHECK(has_note(outcome, "\\x1b[31m"));
}

TEST_CASE("CHAP never falls back to a password in clear") {
    // Method 2 was not offered.
    transcript{chap_request()}
        .send("05 01 03"_hex)
        .reply("05 02"_hex)
        .fails(failure::protocol, phase::method, {2, socks5_method_category()});
}

TEST_CASE("CHAP needs HMAC-MD5, and cannot be pipelined") {
    auto request = chap_request();
    request.pipeline = true;
    CHECK_FALSE(proto::make_handshake(request));
    request = chap_request();
    request.hmac = nullptr;
    CHECK_FALSE(proto::make_handshake(request));
    request.hmac = no_hmac;
    transcript{request}
        .send("05 01 03"_hex)
        .reply("05 03"_hex)
        .send(c1)
        .reply(s1)
        .decided_by(s1.size())
        .fails(failure::usage, phase::auth);
}

TEST_CASE("a CHAP frame tells early how many bytes it has at least") {
    const bytes frame = "01 02 11 01 85 03 02 aa bb"_hex;
    const std::size_t sure[] = {2, 2, 6, 6, 7, 7, 7, 9, 9, 9};
    for (std::size_t size = 0; size <= frame.size(); ++size) {
        CAPTURE(size);
        const auto extent = proto::chap::measure(base::byte_view{frame}.first(size));
        CHECK(extent.bytes == sure[size]);
        CHECK(extent.is_whole == (size >= 7));
    }
}

TEST_CASE("of a CHAP frame cut short those attributes are read that are whole") {
    const auto types_of = [](const bytes& frame) {
        bytes types;
        for (const auto& each : proto::chap::decode(frame))
            types.push_back(each.type);
        return types;
    };
    CHECK(types_of({}).empty());
    CHECK(types_of("01"_hex).empty());
    CHECK(types_of("01 02"_hex).empty());
    CHECK(types_of("01 02 00"_hex).empty());
    CHECK(types_of("01 02 00 01"_hex).empty());
    CHECK(types_of("01 02 00 01 00"_hex) == "00"_hex);
    CHECK(types_of("01 02 00 01 00 03"_hex) == "00"_hex);
    CHECK(types_of("01 02 00 01 00 03 02 aa"_hex) == "00"_hex);
    CHECK(types_of("01 02 00 01 00 03 02 aa bb"_hex) == "00 03"_hex);
    // What NAVAS does not count is not read.
    CHECK(types_of("01 01 00 01 00 03 02 aa bb"_hex) == "00"_hex);
}

TEST_CASE("of a CHAP attribute that stands twice the first counts") {
    succeeds(chosen()
                 .reply(join("01 04 11 01 85 11 01 05 03 10"_hex, count_to_f, "03 01 77"_hex))
                 .send(c2)
                 .reply("01 04 01 02 6f 6b 01 01 78 00 01 00 00 01 00"_hex));
    const bytes other_first = join("01 02 11 01 05 11 01 85"_hex);
    chosen().reply(other_first).decided_by(8).fails(failure::protocol, phase::auth);
}

TEST_CASE("an empty text of CHAP is not worth a note") {
    const auto outcome = chosen().reply(s1).send(c2).reply("01 02 01 00 00 01 ff"_hex).run();
    CHECK(outcome.fault.kind == failure::credentials);
    CHECK_FALSE(has_note(outcome, "its CHAP message"));
}

TEST_CASE("CHAP has no security context to advance") {
    auto machine = std::move(proto::make_handshake(chap_request())).value();
    machine->sent();
    machine->received("05 03"_hex);
    CHECK(machine->protection() == proto::protection_level::none);
    CHECK_THROWS_AS(machine->advanced({}), std::logic_error);
}

} // namespace
} // namespace sockscat::tests
