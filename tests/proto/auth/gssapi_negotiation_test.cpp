// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/fake_context.hpp"
#include "support/transcript.hpp"

#include "proto/auth/gssapi_frame.hpp"
#include "proto/auth/gssapi_negotiation.hpp"

#include <algorithm>

namespace sockscat::tests {
namespace {

using proto::protection_level;
using proto::socks5::method;
using moves = std::deque<fake_context::move>;

const bytes zero_reply = "05 00 00 01 00 00 00 00 00 00"_hex;
const bytes request_to_ip = "05 01 00 01 c0 00 02 01 00 50"_hex;

// Kerberos with mutual authentication: a token each way.
const moves one_each{{{}, "a1 a2"_hex, false}, {"b1"_hex, {}, true}};

proto::handshake_request gssapi_request() {
    return socks5_request(to("192.0.2.1", 80), {method::gssapi});
}

transcript chosen(
    const moves& script,
    bool can_hide = true,
    proto::handshake_request request = gssapi_request()) {
    transcript out{std::move(request)};
    out.with_context(
        [script, can_hide] { return std::make_shared<fake_context>(script, can_hide); });
    out.send("05 01 01"_hex).reply("05 01"_hex);
    return out;
}

transcript established(bool can_hide = true, proto::handshake_request request = gssapi_request()) {
    return chosen(one_each, can_hide, std::move(request))
        .send("01 01 00 02 a1 a2"_hex)
        .reply("01 01 00 01 b1"_hex);
}

// A frame of MTYP 2 with this level inside.
// A client can tell that asking for less would help.
const std::error_code too_weak = std::make_error_code(std::errc::not_supported);

bytes protection(std::uint8_t level) {
    return join("01 02 00 03 d0 d1"_hex, bytes{level});
}

void succeeds(transcript script) {
    script.send(request_to_ip).reply(zero_reply).is_done(to("0.0.0.0", 0));
}

proto::handshake_request wanting(protection_level level) {
    auto request = gssapi_request();
    request.wanted_protection = request.least_protection = level;
    return request;
}

TEST_CASE("GSSAPI asks for the strongest protection that the context has") {
    succeeds(established().send(protection(2)).reply(protection(2)));
    succeeds(established(false).send(protection(1)).reply(protection(1)));
}

TEST_CASE("GSSAPI accepts what the proxy grants, as long as it is some protection") {
    succeeds(established().send(protection(2)).reply(protection(1)));
    established()
        .send(protection(2))
        .reply(protection(0))
        .decided_by(7)
        .fails(failure::protocol, phase::auth, too_weak);
}

TEST_CASE("GSSAPI protection that was asked for by name is the least that is accepted") {
    const struct {
        protection_level asked;
        std::uint8_t granted;
        bool is_enough;
    } rows[] = {
        {protection_level::none, 0, true},
        {protection_level::none, 1, true},
        {protection_level::none, 2, true},
        {protection_level::integrity, 0, false},
        {protection_level::integrity, 1, true},
        {protection_level::integrity, 2, true},
        {protection_level::confidentiality, 0, false},
        {protection_level::confidentiality, 1, false},
        {protection_level::confidentiality, 2, true},
    };
    for (const auto& row : rows) {
        CAPTURE(static_cast<int>(row.asked), static_cast<int>(row.granted));
        transcript script = established(true, wanting(row.asked))
                                .send(protection(static_cast<std::uint8_t>(row.asked)))
                                .reply(protection(row.granted));
        if (row.is_enough)
            succeeds(script);
        else
            script.decided_by(7).fails(failure::protocol, phase::auth, too_weak);
    }
}

TEST_CASE("GSSAPI protection that the context cannot give is neither asked for nor accepted") {
    established(false, wanting(protection_level::confidentiality))
        .decided_by(5)
        .fails(failure::protocol, phase::auth, too_weak);
    established(false)
        .send(protection(1))
        .reply(protection(2))
        .decided_by(7)
        .fails(failure::protocol, phase::auth);
}

TEST_CASE("GSSAPI refuses every other protection level") {
    for (unsigned level = 3; level < 256; ++level)
        established()
            .send(protection(2))
            .reply(protection(static_cast<std::uint8_t>(level)))
            .decided_by(7)
            .fails(failure::protocol, phase::auth);
}

TEST_CASE("GSSAPI refuses a protection level that is not one wrapped byte") {
    for (const bytes& frame :
         {"01 02 00 01 01"_hex, "01 02 00 00"_hex, "01 02 00 02 d0 d1"_hex,
          "01 02 00 04 d0 d1 01 01"_hex, "01 02 00 04 e0 e1 e2 01"_hex})
        established()
            .send(protection(2))
            .reply(frame)
            .decided_by(frame.size())
            .fails(failure::protocol, phase::auth);
}

TEST_CASE("GSSAPI waits for the last token, empty or not, as the context wants it") {
    const moves all_in_one{{{}, "a1"_hex, true}};
    succeeds(chosen(all_in_one)
                 .send("01 01 00 01 a1"_hex)
                 .reply("01 01 00 00"_hex)
                 .send(protection(2))
                 .reply(protection(2)));
    const moves three{
        {{}, "a1"_hex, false}, {"b1"_hex, "a2"_hex, false}, {"b2"_hex, "a3"_hex, true}};
    succeeds(chosen(three)
                 .send("01 01 00 01 a1"_hex)
                 .reply("01 01 00 01 b1"_hex)
                 .send("01 01 00 01 a2"_hex)
                 .reply("01 01 00 01 b2"_hex)
                 .send("01 01 00 01 a3"_hex)
                 .reply("01 01 00 00"_hex)
                 .send(protection(2))
                 .reply(protection(2)));
    chosen(all_in_one)
        .send("01 01 00 01 a1"_hex)
        .reply("01 01 00 01 b9"_hex)
        .decided_by(5)
        .fails(failure::protocol, phase::auth);
    chosen(one_each)
        .send("01 01 00 02 a1 a2"_hex)
        .reply("01 01 00 00"_hex)
        .decided_by(4)
        .fails(failure::protocol, phase::auth);
}

TEST_CASE("a GSSAPI abort is two bytes and rejects the credentials") {
    const bytes abort = "01 ff"_hex;
    chosen(one_each)
        .send("01 01 00 02 a1 a2"_hex)
        .reply(abort)
        .fails(failure::credentials, phase::auth);
    established().send(protection(2)).reply(abort).fails(failure::credentials, phase::auth);
}

TEST_CASE("a GSSAPI message of another version or type is a broken rule") {
    for (const bytes& frame :
         {"05 01"_hex, "00 01"_hex, "01 02"_hex, "01 03"_hex, "01 00"_hex, text_bytes("HTTP/1.1")})
        chosen(one_each)
            .send("01 01 00 02 a1 a2"_hex)
            .reply(frame)
            .fails(failure::protocol, phase::auth);
    established().send(protection(2)).reply("01 01"_hex).fails(failure::protocol, phase::auth);
}

TEST_CASE("GSSAPI fails with what the context says, and sends nothing more") {
    chosen(moves{}).fails(failure::credentials, phase::auth);
    chosen(one_each)
        .send("01 01 00 02 a1 a2"_hex)
        .reply("01 01 00 01 77"_hex)
        .decided_by(5)
        .fails(failure::credentials, phase::auth);
    chosen({{{}, {}, false}}).fails(failure::protocol, phase::auth);
    chosen({{{}, bytes(70'000, 1), false}}).fails(failure::credentials, phase::auth);
}

TEST_CASE("GSSAPI sends the largest token") {
    const moves largest{{{}, bytes(65'535, 7), false}};
    const auto outcome = chosen(largest).send(join("01 01 ff ff"_hex, bytes(65'535, 7))).run();
    CHECK(outcome.fault.kind == failure::closed);
}

TEST_CASE("GSSAPI ends after 16 tokens") {
    moves endless{{{}, "a1"_hex, false}};
    transcript script = [&] {
        for (int i = 0; i < 20; ++i)
            endless.push_back({"b1"_hex, "a1"_hex, false});
        return chosen(endless);
    }();
    for (int i = 0; i < 16; ++i)
        script.send("01 01 00 01 a1"_hex).reply("01 01 00 01 b1"_hex);
    script.decided_by(5).fails(failure::protocol, phase::auth);
}

TEST_CASE("GSSAPI ends at 256 KiB, before it has read more") {
    const bytes large(65'535, 3);
    moves endless{{{}, "a1"_hex, false}};
    for (int i = 0; i < 8; ++i)
        endless.push_back({large, "a1"_hex, false});
    transcript script = chosen(endless);
    for (int i = 0; i < 8; ++i)
        script.send("01 01 00 01 a1"_hex).reply(join("01 01 ff ff"_hex, large));
    const auto outcome = script.run();
    CHECK(outcome.fault.kind == failure::protocol);
    CHECK(outcome.consumed <= 256 * 1024);
}

TEST_CASE("GSSAPI closed without a verdict, or within a frame") {
    const auto waiting = [] { return chosen(one_each).send("01 01 00 02 a1 a2"_hex); };
    waiting().fails(failure::closed, phase::auth);
    waiting().reply("01"_hex).fails(failure::protocol, phase::auth);
    waiting().reply("01 01 ff ff b1"_hex).fails(failure::protocol, phase::auth);
}

TEST_CASE("GSSAPI needs a context, and cannot be pipelined") {
    auto request = gssapi_request();
    CHECK_FALSE(proto::make_handshake(request));
    request.security = std::make_shared<fake_context>(one_each);
    CHECK(proto::make_handshake(request));
    request.pipeline = true;
    CHECK_FALSE(proto::make_handshake(request));
}

TEST_CASE("a GSSAPI frame is announced as far as its bytes tell") {
    using proto::gssapi::verdict;
    const bytes frame = "01 03 00 02 aa bb"_hex;
    const std::size_t sure[] = {2, 2, 4, 4, 6, 6, 6};
    for (std::size_t size = 0; size <= frame.size(); ++size) {
        CAPTURE(size);
        const auto extent = proto::gssapi::measure(
            base::byte_view{frame}.first(size), proto::gssapi::message_type::message);
        CHECK(extent.bytes == sure[size]);
        CHECK(extent.is_sized == (size >= 4));
        CHECK((extent.what == verdict::whole) == (size == 6));
    }
}

// Stands at once, and wraps whatever it is given as `wrapped`.
class wrapping_context final : public proto::security_context {
  public:
    explicit wrapping_context(std::optional<bytes> wrapped) : wrapped_{std::move(wrapped)} {}

    proto::context_progress advance(base::byte_view) override {
        proto::context_progress progress;
        progress.complete = true;
        return progress;
    }
    [[nodiscard]] bool has_confidentiality() const override { return true; }
    std::optional<bytes> wrap(base::byte_view, bool) override { return wrapped_; }
    std::optional<bytes> unwrap(base::byte_view, bool) override { return std::nullopt; }
    std::size_t max_plain(std::size_t, bool) override { return 0; }

  private:
    std::optional<bytes> wrapped_;
};

transcript wrapping(const std::optional<bytes>& wrapped) {
    transcript out{gssapi_request()};
    out.with_context([wrapped] { return std::make_shared<wrapping_context>(wrapped); });
    out.send("05 01 01"_hex).reply("05 01"_hex);
    return out;
}

TEST_CASE("GSSAPI that cannot wrap the protection level, or not in one frame, sends nothing more") {
    wrapping(std::nullopt).fails(failure::protocol, phase::auth);
    wrapping(bytes(65'536, 1)).fails(failure::protocol, phase::auth);
    // The largest goes out; a context without a token asks at once.
    const auto outcome =
        wrapping(bytes(65'535, 1)).send(join("01 02 ff ff"_hex, bytes(65'535, 1))).run();
    CHECK(outcome.fault.kind == failure::closed);
}

TEST_CASE("protection levels have the words of the option") {
    CHECK(to_string(protection_level::none) == "none");
    CHECK(to_string(protection_level::integrity) == "integrity");
    CHECK(to_string(protection_level::confidentiality) == "confidentiality");
}

TEST_CASE("the protection that was agreed on can be asked for, and is none before that") {
    auto request = gssapi_request();
    request.security = std::make_shared<fake_context>(one_each);
    const auto machine = std::move(proto::make_handshake(request)).value();
    CHECK(machine->security() == request.security);
    CHECK(machine->protection() == protection_level::none);
    machine->sent();
    machine->received("05 01"_hex);
    machine->advanced(machine->security()->advance({}));
    machine->sent();
    for (const std::uint8_t byte : "01 01 00 01 b1"_hex)
        machine->received(bytes{byte});
    machine->advanced(machine->security()->advance(machine->next().bytes));
    machine->sent();
    CHECK(machine->protection() == protection_level::none);
    for (const std::uint8_t byte : protection(1))
        machine->received(bytes{byte});
    REQUIRE(machine->next().what == proto::step::action::protect);
    CHECK(machine->protection() == protection_level::integrity);
}

} // namespace
} // namespace sockscat::tests
