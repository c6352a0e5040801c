// SPDX-License-Identifier: MIT
#include "probe/wire_answers.hpp"
#include "support/catch.hpp"

#include "probe/ask/elimination.hpp"

#include <functional>
#include <set>
#include <string>

namespace sockscat::tests {
namespace {

using probing::elimination;
using outcome = elimination::outcome;
using offer = std::vector<proto::socks5::method>;
using server = std::function<answer(const offer&)>;

bool is_in(const offer& list, std::uint8_t method) {
    return std::find(list.begin(), list.end(), static_cast<proto::socks5::method>(method)) !=
           list.end();
}

// Chooses the first of its methods that is offered; otherwise it does as told.
server prefers(std::vector<std::uint8_t> methods, const answer& otherwise = chose(0xFF)) {
    return [=](const offer& list) {
        for (const std::uint8_t each : methods)
            if (is_in(list, each))
                return chose(each);
        return otherwise;
    };
}

server says(const answer& always) {
    return [=](const offer&) { return always; };
}

// A server whose list is worth reading, then one that has changed its mind.
server once(std::uint8_t method, const answer& later) {
    return [=](const offer& list) { return is_in(list, method) ? chose(method) : later; };
}

struct run {
    outcome ended{outcome::more};
    int connections{0};
    answers all;
    std::string offered; // of the last
};

std::string text_of(const offer& list) {
    std::string out;
    for (const auto each : list) {
        const char* const digits = "0123456789abcdef";
        out += digits[static_cast<unsigned>(each) >> 4U];
        out += digits[static_cast<unsigned>(each) & 0xFU];
    }
    return out;
}

run ask(const server& asked, bool with_gost) {
    run out;
    elimination methods{with_gost};
    while (out.ended == outcome::more) {
        REQUIRE(++out.connections < 9);
        out.offered = text_of(methods.left());
        out.ended = methods.hear(asked(methods.left()), out.all);
    }
    return out;
}

std::string byte_of(const answer& said) {
    return !said.was_asked()     ? "-"
           : !said.method        ? "."
           : said.method == 0xFF ? "n"
                                 : text_of({static_cast<proto::socks5::method>(*said.method)});
}

// none, password, gssapi, chap, the control, gost's
std::string answers_of(const answers& all) {
    std::string out;
    for (const question about :
         {question::none, question::password, question::gssapi, question::chap,
          question::control_method, question::gost_tls})
        out += (out.empty() ? "" : " ") + byte_of(all[about]);
    return out;
}

struct row {
    std::string name;
    server asked;
    bool with_gost;
    outcome ended;
    int connections;
    std::string kept;
};

TEST_CASE("methods are found by elimination", "[probe]") {
    const answer closed = hung_up(phase::method);
    const answer mute = silent(phase::method);
    const std::vector<row> rows{
        {"open", prefers({0x00}), false, outcome::settled, 2, "00 n n n n -"},
        {"password", prefers({0x02}), false, outcome::settled, 2, "n 02 n n n -"},
        {"both, none first", prefers({0x00, 0x02}), false, outcome::settled, 3, "00 02 n n n -"},
        {"both, as Tor", prefers({0x02, 0x00}), false, outcome::settled, 3, "00 02 n n n -"},
        {"GSSAPI before all", prefers({0x01, 0x02}), false, outcome::settled, 3, "n 02 01 n n -"},
        {"all that we know", prefers({0x03, 0x01, 0x02, 0x00}), false, outcome::settled, 5,
         "00 02 01 03 n -"},
        {"gost", prefers({0x80, 0x82, 0x00}), true, outcome::settled, 3, "00 n n n n 80"},
        {"gost with a password", prefers({0x82, 0x02}), true, outcome::settled, 3, "n 02 n n n 82"},
        {"gost's are not asked for", prefers({0x80, 0x00}), false, outcome::settled, 2,
         "00 n n n n -"},
        {"nothing of gost's", prefers({0x00}), true, outcome::settled, 2, "00 n n n n n"},
        // Refused at once: of the list, or of its methods?
        {"refuses all", prefers({}), false, outcome::doubtful, 1, "- - - - - -"},
        {"OpenSSH", prefers({0x00}, closed), false, outcome::doubtful, 2, "00 - - - - -"},
        {"closes after a password", prefers({0x02}, closed), false, outcome::doubtful, 2,
         "- 02 - - - -"},
        // Nothing follows from these.
        {"closes at once", says(closed), false, outcome::useless, 1, "- - - - - -"},
        {"is silent", says(mute), false, outcome::useless, 1, "- - - - - -"},
        {"is no SOCKS5", says(foreign("48 54 54 50"_hex)), false, outcome::useless, 1,
         "- - - - - -"},
        {"is silent then", once(0x00, mute), false, outcome::useless, 2, "00 - - - - -"},
        {"turns into something else", once(0x00, foreign("48 54"_hex)), false, outcome::useless, 2,
         "00 - - - - -"},
        {"3proxy and gost 2: none, whatever is offered", says(chose(0x00)), false, outcome::useless,
         2, "00 - - - - -"},
        {"a password, whatever is offered", says(chose(0x02)), false, outcome::useless, 2,
         "- 02 - - - -"},
        {"the control", prefers({0x7F, 0x00}), false, outcome::useless, 1, "- - - - - -"},
        {"the control at last", prefers({0x00, 0x7F}), false, outcome::useless, 2, "00 - - - - -"},
        {"what was never offered", says(chose(0x55)), false, outcome::useless, 1, "- - - - - -"},
    };
    for (const row& each : rows) {
        DYNAMIC_SECTION(each.name) {
            const run got = ask(each.asked, each.with_gost);
            CHECK(got.ended == each.ended);
            CHECK(got.connections == each.connections);
            CHECK(answers_of(got.all) == each.kept);
        }
    }
}

TEST_CASE("what is best known is offered first", "[probe]") {
    CHECK(ask(says(hung_up(phase::method)), false).offered == "000201037f");
    CHECK(ask(says(hung_up(phase::method)), true).offered == "000201037f8082");
    CHECK(ask(prefers({0x00}), false).offered == "0201037f");
    CHECK(ask(prefers({0x00, 0x02}), false).offered == "01037f");
}

TEST_CASE("who is refused in doubt keeps an answer of its own", "[probe]") {
    elimination methods{true};
    answers all;
    all[question::password] = chose(0xFF);
    methods.refuse_rest(hung_up(phase::method), all);
    CHECK(answers_of(all) == ". n . . . .");
}

TEST_CASE("what was answered before any login stays", "[probe]") {
    answers all;
    all[question::none] = replied("05 02 00 01 00 00 00 00 00 00"_hex);
    probing::elimination methods{false};
    CHECK(methods.hear(chose(0x00), all) == probing::elimination::outcome::more);
    CHECK(all[question::none].code == 0x02);
}

} // namespace
} // namespace sockscat::tests
