// SPDX-License-Identifier: MIT
// The ids of the tables are those of the manual and of the JSON Schema.
#include "support/catch.hpp"

#include "probe/judge/findings.hpp"
#include "probe/judge/verdict.hpp"
#include "probe/read/checks.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

namespace sockscat::tests {
namespace {

using ids = std::set<std::string>;

std::string text_of(const std::string& name) {
    std::ifstream file{std::string{SOCKSCAT_MAN} + "/" + name};
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

ids of_tables() {
    ids out;
    for (const auto& each : probing::finding_rows())
        out.emplace(each.id);
    for (const auto& each : probing::http_finding_rows())
        out.emplace(each.id);
    for (const auto& each : probing::verdict_rows())
        out.emplace(each.finding);
    return out;
}

// The items of the list below ".Ss Findings".
ids of_manual() {
    const std::string page = text_of("sockscat-probe.1");
    const std::size_t begin = page.find("\n.Ss Findings\n");
    REQUIRE(begin != std::string::npos);
    std::istringstream lines{page.substr(begin, page.find("\n.El\n", begin) - begin)};
    const std::string item = ".It Cm ";
    ids out;
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(item))
            CHECK(out.insert(line.substr(item.size())).second);
    return out;
}

ids of_schema(const std::string& kind) {
    const auto schema = nlohmann::json::parse(text_of("sockscat.probe-1.schema.json"));
    const auto& list = schema["$defs"][kind]["properties"]["id"]["enum"];
    REQUIRE(list.is_array());
    return list.get<ids>();
}

TEST_CASE("the manual and the schema list every finding, and no other", "[probe]") {
    CHECK(of_manual() == of_tables());
    CHECK(of_schema("finding") == of_tables());
}

TEST_CASE("the manual and the schema list every check", "[probe]") {
    const std::string page = text_of("sockscat-probe.1");
    ids known;
    for (const auto& each : probing::check_rows()) {
        INFO(each.id);
        CHECK(page.find(each.id) != std::string::npos);
        known.emplace(each.id);
    }
    CHECK(of_schema("check") == known);
}

} // namespace
} // namespace sockscat::tests
