// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/options/arguments.hpp"

namespace sockscat::tests {
namespace {

using namespace cli;

using words = std::vector<std::string>;

const std::vector<option_spec> specs{
    {'x', "proxy", takes::value},          {'w', "timeout", takes::value},
    {0, "isolate", takes::optional_value}, {'v', "verbose", takes::nothing},
    {'q', "quiet", takes::nothing},        {'4', "", takes::nothing},
    {0, "proxy-user", takes::value},       {'z', "zero", takes::nothing},
    {0, "trace", takes::nothing},          {0, "trace-file", takes::value},
};

arguments parsed(const words& given) {
    auto out = arguments::parse(specs, given);
    CAPTURE(given);
    REQUIRE(out);
    return std::move(out).value();
}

void refuses(const words& given, std::string_view part) {
    const auto out = arguments::parse(specs, given);
    CAPTURE(given, part);
    REQUIRE_FALSE(out);
    CHECK(out.error().kind == failure::usage);
    INFO(out.error().cause);
    CHECK(out.error().cause.find(part) != std::string::npos);
}

TEST_CASE("options are found in every spelling") {
    for (const words& given :
         {words{"-w", "5"}, words{"-w5"}, words{"--timeout", "5"}, words{"--timeout=5"},
          words{"-zw5"}, words{"-qzw", "5"}})
        CHECK(parsed(given).value("timeout") == "5");
    CHECK(parsed({"-w", "0.5"}).value("timeout") == "0.5");
    refuses({"-w=5"}, "-w takes its value without '=': write -w VALUE or --timeout=VALUE");
    refuses({"-zw=5"}, "without '='");
    refuses({"-x=u:secret@h"}, "write -x VALUE or --proxy=VALUE");
    CHECK(parsed({"-w", "-5"}).value("timeout") == "-5");
    CHECK(parsed({"-w", "-v"}).value("timeout") == "-v");
    CHECK(parsed({"--timeout", "--"}).value("timeout") == "--");
    CHECK(parsed({"--timeout=a=b"}).value("timeout") == "a=b");
}

TEST_CASE("an option that is not given has no value") {
    const arguments none = parsed({});
    CHECK_FALSE(none.has("timeout"));
    CHECK_FALSE(none.value("timeout"));
    CHECK(none.values("proxy").empty());
    CHECK(none.count("verbose") == 0);
    CHECK(none.operands().empty());
}

TEST_CASE("counted options add up") {
    CHECK(parsed({"-v"}).count("verbose") == 1);
    CHECK(parsed({"-vvv"}).count("verbose") == 3);
    CHECK(parsed({"-v", "-zv", "--verbose"}).count("verbose") == 3);
}

TEST_CASE("an option with only a letter is asked for by it") {
    CHECK(parsed({"-4"}).has("4"));
    CHECK(parsed({"-z4"}).has("4"));
    refuses({"--4"}, "unknown option \"--4\"");
}

TEST_CASE("an optional value comes only with an equals sign") {
    CHECK(parsed({"--isolate"}).value("isolate") == "");
    CHECK(parsed({"--isolate=abc"}).value("isolate") == "abc");
    const arguments split = parsed({"--isolate", "abc"});
    CHECK(split.value("isolate") == "");
    CHECK(split.operands() == words{"abc"});
}

TEST_CASE("a repeated option keeps all its values, in their order, commas and all") {
    CHECK(parsed({"-x", "a,b", "--proxy=c", "-xd"}).values("proxy") == words{"a,b", "c", "d"});
}

TEST_CASE("operands stand anywhere, and everything behind -- is one") {
    CHECK(parsed({"host", "-v", "80"}).operands() == words{"host", "80"});
    CHECK(parsed({"-v", "--", "-w", "--quiet", "--"}).operands() == words{"-w", "--quiet", "--"});
    CHECK(parsed({"-"}).operands() == words{"-"});
    CHECK(parsed({"22,80,8000-8010"}).operands() == words{"22,80,8000-8010"});
    CHECK(parsed({"host", ""}).operands() == words{"host", ""});
}

TEST_CASE("an unknown option is refused, with a guess what was meant") {
    refuses({"--tiemout", "5"}, "unknown option \"--tiemout\", did you mean --timeout?");
    refuses({"--proxy-usr=x"}, "did you mean --proxy-user?");
    refuses({"--nothing-like-it"}, "unknown option \"--nothing-like-it\"");
    refuses({"-k"}, "unknown option \"-k\"");
    refuses({"-zk"}, "unknown option \"-k\"");
    refuses(
        {"--"
         "=5"},
        "unknown option");
    refuses({"--time"}, "did you mean --timeout?"); // no abbreviations
    refuses({"--no-quiet"}, "unknown option");
    refuses({"--\x1b[m"}, "\\x1b");
}

TEST_CASE("values that are missing, surplus or empty are refused") {
    refuses({"--timeout"}, "option --timeout needs a value");
    refuses({"-w"}, "option -w needs a value");
    refuses({"-zw"}, "option -w needs a value");
    refuses({"--timeout="}, "the value is empty");
    refuses({"--timeout", ""}, "the value is empty");
    refuses({"-w", ""}, "option -w: the value is empty");
    refuses({"--proxy="}, "the value is empty");
    refuses({"--isolate="}, "the value is empty");
    refuses({"--quiet=1"}, "takes no value, but got \"1\"");
    refuses({"--verbose=2"}, "takes no value");
}

TEST_CASE("an option that is given twice counts as given last") {
    CHECK(parsed({"-w", "1", "-w", "2"}).value("timeout") == "2");
    CHECK(parsed({"--timeout=2", "-w1"}).value("timeout") == "1");
    CHECK(parsed({"--isolate=x", "--isolate"}).value("isolate") == "");
    CHECK(parsed({"--isolate", "--isolate=x"}).value("isolate") == "x");
    CHECK(parsed({"-q", "-q"}).has("quiet"));
}

} // namespace
} // namespace sockscat::tests
