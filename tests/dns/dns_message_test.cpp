// SPDX-License-Identifier: MIT
#include "support/bytes.hpp"
#include "support/catch.hpp"

#include <sockscat/dns_message.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace sockscat::tests {
namespace {

using namespace std::string_literals;

constexpr record_type type_cname = 5;
constexpr record_type type_mx = 15;
constexpr record_type type_txt = 16;
constexpr record_type type_any = 255;

bytes operator+(bytes left, const bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

bytes u16(std::size_t value) {
    return {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value & 0xFFU)};
}

// Labels; a name is a text with dots, "" the root.
bytes name(const std::string& text) {
    bytes out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('.', begin), text.size());
        out.push_back(static_cast<std::uint8_t>(end - begin));
        out = out + text_bytes(text.substr(begin, end - begin));
        begin = end + 1;
    }
    out.push_back(0);
    return out;
}

const bytes to_question = "c0 0c"_hex; // a pointer to the name that was asked for
const bytes of_internet = "00 01"_hex;

bytes record(
    const bytes& owner, record_type type, const bytes& data, const bytes& cls = of_internet) {
    return owner + u16(type) + cls + "00 00 0e 10"_hex + u16(data.size()) + data;
}

dns_question ask(std::string_view text = "www.test", record_type type = type_a) {
    dns_question question;
    question.name = text;
    question.type = type;
    question.id = 0x1234;
    return question;
}

struct response {
    bytes id{"12 34"_hex};
    bytes flags{"81 80"_hex};
    std::size_t questions{1};
    bytes asked{name("www.test") + "00 01 00 01"_hex};
    std::vector<bytes> answers;
    std::size_t more_answers{0}; // that are only counted

    [[nodiscard]] bytes wire() const {
        bytes out = id + flags + u16(questions) + u16(answers.size() + more_answers) + u16(0) +
                    u16(0) + asked;
        for (const bytes& each : answers)
            out = out + each;
        return out;
    }
};

response answering(std::vector<bytes> records, record_type type = type_a) {
    response out;
    out.asked = name("www.test") + u16(type) + of_internet;
    out.answers = std::move(records);
    return out;
}

const bytes address_record = record(to_question, type_a, "c0 00 02 50"_hex);

std::vector<std::string> data_of(const dns_reading& got) {
    REQUIRE_FALSE(got.fault);
    std::vector<std::string> all;
    for (const dns_record& each : got.response.answers)
        all.push_back(each.type + " " + std::to_string(each.ttl_s.value()) + " " + each.data);
    return all;
}

using texts = std::vector<std::string>;

TEST_CASE("a query is one question, recursion desired, and an offer of EDNS") {
    const bytes head = "12 34 01 00 00 01 00 00 00 00 00"_hex;
    const bytes asked = name("www.test") + "00 01 00 01"_hex;
    CHECK(encode_query(ask()) == head + "01"_hex + asked + "00 00 29 04 d0 00 00 00 00 00 00"_hex);
    dns_question plain = ask();
    plain.edns = false;
    CHECK(encode_query(plain) == head + "00"_hex + asked);
    plain.name = ".";
    CHECK(encode_query(plain) == head + "00"_hex + "00 00 01 00 01"_hex);
}

TEST_CASE("types have mnemonics") {
    for (const char* word :
         {"A", "AAAA", "PTR", "CNAME", "MX", "TXT", "SRV", "NS", "SOA", "CAA", "HTTPS", "SVCB",
          "TLSA", "NAPTR", "DS", "DNSKEY", "ANY"}) {
        const auto type = parse_record_type(word);
        REQUIRE(type);
        CHECK(to_mnemonic(*type) == word);
    }
    CHECK(parse_record_type("mx") == type_mx);
    CHECK(parse_record_type("TYPE15") == type_mx);
    CHECK(parse_record_type("TYPE65535") == 65535);
    CHECK(to_mnemonic(64999) == "TYPE64999");
    for (const char* word :
         {"", "FOO", "TYPE", "TYPE0", "TYPE65536", "TYPE-1", "TYPE1x", "OPT", "AXFR", "IXFR",
          "TSIG", "A ", "15"})
        CHECK_FALSE(parse_record_type(word));
}

TEST_CASE("an answer is read in presentation form") {
    CHECK(
        data_of(decode_response(answering({address_record}).wire(), ask())) ==
        texts{"A 3600 192.0.2.80"});
    const bytes mx = record(to_question, type_mx, "00 0a"_hex + name("mail.test"));
    CHECK(
        data_of(decode_response(answering({mx}, type_mx).wire(), ask("www.test", type_mx))) ==
        texts{"MX 3600 10 mail.test."});
    const bytes txt = record(
        to_question, type_txt,
        "06"_hex + text_bytes("a\"b\x1b\xff\n") + "01"_hex + text_bytes("c"));
    CHECK(
        data_of(decode_response(answering({txt}, type_txt).wire(), ask("www.test", type_txt))) ==
        texts{R"(TXT 3600 "a\"b\027\255\010" "c")"});
    const bytes unknown = record(to_question, 65280, "01 02 03"_hex);
    CHECK(
        data_of(decode_response(answering({unknown}, 65280).wire(), ask("www.test", 65280))) ==
        texts{R"(TYPE65280 3600 \# 3 010203)"});
}

TEST_CASE("names in answers cannot move a cursor") {
    const bytes target =
        "05"_hex + text_bytes("a\x1b[1m") + "04"_hex + text_bytes("\xc2\x9b.\t") + "00"_hex;
    const bytes cname = record(to_question, type_cname, target);
    const auto got =
        decode_response(answering({cname}, type_cname).wire(), ask("www.test", type_cname));
    for (const std::string& text : data_of(got))
        for (const char c : text)
            CHECK((c >= 0x20 && c < 0x7F));
}

TEST_CASE("the cases of a mixed question do not show in answers that are compressed onto it") {
    const bytes mx = record(to_question, type_mx, "00 0a 04 6d 61 69 6c c0 10"_hex);
    response with = answering({mx}, type_mx);
    with.asked = name("wWw.tEsT") + u16(type_mx) + of_internet;
    dns_question question = ask("www.test", type_mx);
    question.sent_name = "wWw.tEsT";
    CHECK(data_of(decode_response(with.wire(), question)) == texts{"MX 3600 10 mail.test."});
}

TEST_CASE("labels of the question have its case in every name of an answer") {
    const auto line = [](record_type type, const bytes& data, const std::string& asked) {
        response with = answering({record(to_question, type, data)}, type);
        with.asked = name("wWw.tEsT") + u16(type) + of_internet;
        dns_question question = ask(asked, type);
        question.sent_name = "wWw.tEsT";
        const auto got = decode_response(with.wire(), question);
        REQUIRE_FALSE(got.fault);
        return got.response.answers.front().data;
    };
    CHECK(line(type_cname, name("wWw.new.example"), "www.test") == "www.new.example.");
    CHECK(line(type_cname, name("wWw.new.example"), "WWW.test") == "WWW.new.example.");
    CHECK(line(type_cname, name("a.wWw.b.tEsT"), "www.test") == "a.www.b.test.");
    CHECK(line(type_cname, name("wWw2.xtEsT"), "www.test") == "wWw2.xtEsT.");
    CHECK(line(type_mx, "00 0a"_hex + name("Mail.tEsT"), "www.test") == "10 Mail.test.");
    CHECK(line(16, "04 74 45 73 54"_hex, "www.test") == "\"tEsT\""); // a text is no name
}

TEST_CASE("CNAME chains are followed, and only records of the type at their end count") {
    const bytes first = record(to_question, type_cname, name("one.test"));
    const bytes second = record(name("ONE.test"), type_cname, name("two.test"));
    const bytes at_end = record(name("two.test"), type_a, "c0 00 02 02"_hex);
    const bytes stranger = record(name("evil.test"), type_a, "c0 00 02 66"_hex);
    const bytes other_type = record(name("two.test"), type_txt, "01 78"_hex);
    const bytes other_class = record(name("two.test"), type_a, "c0 00 02 67"_hex, "00 03"_hex);
    const auto got = decode_response(
        answering({stranger, at_end, second, other_type, other_class, first}).wire(), ask());
    CHECK(data_of(got) == texts{"A 3600 192.0.2.2"});
    CHECK(got.response.alias == "two.test");
    const auto cname =
        decode_response(answering({first, second}, type_cname).wire(), ask("www.test", type_cname));
    CHECK(data_of(cname) == texts{"CNAME 3600 one.test."});
    const auto any = decode_response(
        answering({address_record, first, stranger}, type_any).wire(), ask("www.test", type_any));
    CHECK(data_of(any).size() == 2);
}

TEST_CASE("a CNAME loop ends") {
    const bytes first = record(to_question, type_cname, name("one.test"));
    const bytes back = record(name("one.test"), type_cname, name("www.test"));
    CHECK(data_of(decode_response(answering({first, back}).wire(), ask())).empty());
    const bytes itself = record(to_question, type_cname, to_question);
    CHECK(data_of(decode_response(answering({itself}).wire(), ask())).empty());
}

TEST_CASE("no answer: the code says why") {
    response none = answering({});
    CHECK(data_of(decode_response(none.wire(), ask())).empty());
    none.flags = "81 83"_hex;
    const auto got = decode_response(none.wire(), ask());
    CHECK(data_of(got).empty());
    CHECK(rcode_name(got.response.rcode) == "NXDOMAIN");
    CHECK(rcode_name(2) == "SERVFAIL");
    CHECK(rcode_name(14) == "RCODE14");
}

TEST_CASE("a truncated answer is not used") {
    response cut = answering({address_record});
    cut.flags = "83 80"_hex;
    cut.more_answers = 7;
    const auto got = decode_response(cut.wire(), ask());
    CHECK(got.response.truncated);
    CHECK(data_of(got).empty());
}

TEST_CASE("what is no response to the question is a stranger") {
    const auto is_stranger = [](const response& with, const dns_question& question = ask()) {
        return decode_response(with.wire(), question).fault == dns_fault::stranger;
    };
    const response good = answering({address_record});
    REQUIRE_FALSE(is_stranger(good));
    response bad = good;
    bad.id = "12 35"_hex;
    CHECK(is_stranger(bad));
    for (const bytes& flags : {"01 80"_hex, "a1 80"_hex, "89 80"_hex}) { // a query, other opcodes
        bad = good;
        bad.flags = flags;
        CHECK(is_stranger(bad));
    }
    for (const std::size_t count : {0U, 2U, 65535U}) {
        bad = good;
        bad.questions = count;
        CHECK(is_stranger(bad));
    }
    for (const bytes& asked :
         {name("www.tesu") + "00 01 00 01"_hex, name("[ww.test") + "00 01 00 01"_hex,
          name("www.test") + "00 1c 00 01"_hex, name("www.test") + "00 01 00 03"_hex,
          "c0 0c 00 01 00 01"_hex, bytes{}}) {
        bad = good;
        bad.asked = asked;
        CHECK(is_stranger(bad));
    }
    const bytes whole = answering({}).wire();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const bytes cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
        CHECK(decode_response(cut, ask()).fault == dns_fault::stranger);
    }
}

TEST_CASE("letters that were sent at random must come back, others may have any case") {
    const auto fault = [](const std::string& came, const std::string& sent) {
        response with = answering({address_record});
        with.asked = name(came) + "00 01 00 01"_hex;
        dns_question question = ask();
        question.sent_name = sent;
        return decode_response(with.wire(), question).fault;
    };
    CHECK_FALSE(fault("wWw.tEst", "wWw.tEst"));
    CHECK(fault("www.test", "wWw.tEst") == dns_fault::other_case);
    CHECK(fault("WwW.TeST", "wWw.tEst") == dns_fault::other_case);
    CHECK(fault("www.tesu", "wWw.tEst") == dns_fault::stranger);
    CHECK_FALSE(fault("WWW.Test", ""));
    CHECK_FALSE(fault("www.test", ""));
}

TEST_CASE("without its question an error is one, but it denies no name") {
    const auto head = [](const bytes& flags, const bytes& counts) {
        return "12 34"_hex + flags + "00 00"_hex + counts;
    };
    const bytes none = "00 00 00 00 00 00"_hex;
    const bytes opt = "00 00 00 00 00 01 00 00 29 04 d0 00 00 00 00 00 00"_hex;
    for (const bytes& counts : {none, opt, none + "ff"_hex}) {
        CHECK(decode_response(head("81 81"_hex, counts), ask()).response.rcode == 1);
        CHECK(decode_response(head("81 82"_hex, counts), ask()).response.rcode == 2);
        CHECK(decode_response(head("81 85"_hex, counts), ask()).response.rcode == 5);
        CHECK(decode_response(head("81 80"_hex, counts), ask()).fault == dns_fault::stranger);
        CHECK(decode_response(head("81 83"_hex, counts), ask()).fault == dns_fault::stranger);
        CHECK(decode_response(head("01 82"_hex, counts), ask()).fault == dns_fault::stranger);
    }
}

TEST_CASE("an answer section that cannot be read is malformed") {
    const auto is_malformed = [](const response& with) {
        return decode_response(with.wire(), ask()).fault == dns_fault::malformed;
    };
    response bad = answering({address_record});
    bad.more_answers = 1;
    CHECK(is_malformed(bad));
    for (std::size_t size = 1; size < address_record.size(); ++size)
        CHECK(is_malformed(answering(
            {{address_record.begin(),
              address_record.begin() + static_cast<std::ptrdiff_t>(size)}})));
    const std::size_t first = answering({}).wire().size();
    const bytes to_itself = {
        static_cast<std::uint8_t>(0xC0U | first >> 8U), static_cast<std::uint8_t>(first & 0xFFU)};
    CHECK(is_malformed(answering({record(to_itself, type_a, "c0 00 02 50"_hex)})));
    CHECK(is_malformed(answering({record("ff ff"_hex, type_a, "c0 00 02 50"_hex)})));
    CHECK(is_malformed(answering({record(to_question, type_a, "c0 00 02"_hex)})));
    CHECK(is_malformed(answering({record(to_question, type_a, "c0 00 02 50 00"_hex)})));
    const bytes to_own_target = {
        static_cast<std::uint8_t>(0xC0U | (first + 12) >> 8U),
        static_cast<std::uint8_t>((first + 12) & 0xFFU)};
    CHECK(is_malformed(answering({record(to_question, type_cname, to_own_target)})));
    CHECK(is_malformed(answering({record(to_question, type_cname, "01 78"_hex)})));
}

TEST_CASE("64 KiB of records or of pointers keep nobody busy") {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<bytes> chain;
    for (std::size_t size = 0; size < 65'000; size += chain.back().size())
        chain.push_back(record(to_question, type_cname, to_question));
    CHECK(data_of(decode_response(answering(chain).wire(), ask())).empty());
    std::vector<bytes> many;
    for (std::size_t size = 0; size < 65'000; size += many.back().size())
        many.push_back(address_record);
    CHECK(data_of(decode_response(answering(many).wire(), ask())).size() == many.size());
    // A chain of pointers, each to the one before it, and records that begin at its end.
    bytes pointers = "00 00"_hex;
    const std::size_t start = answering({}).wire().size() + 12;
    for (std::size_t at = start; at < 0x3FF0; at += 2)
        pointers = pointers + bytes{
                                  static_cast<std::uint8_t>(0xC0U | at >> 8U),
                                  static_cast<std::uint8_t>(at & 0xFFU)};
    std::vector<bytes> slow{record(to_question, 65280, pointers)};
    for (std::size_t size = pointers.size(); size < 65'000; size += slow.back().size())
        slow.push_back(record("ff ee"_hex, type_cname, "ff ee"_hex));
    decode_response(answering(slow).wire(), ask());
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{30});
}

} // namespace
} // namespace sockscat::tests
