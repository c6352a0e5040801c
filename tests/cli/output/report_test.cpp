// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include "cli/output/report.hpp"

#include <nlohmann/json.hpp>

namespace sockscat::tests {
namespace {

using namespace cli;

run_record finished_run() {
    run_record run;
    run.command = "connect";
    run.proxies = {"socks5h://alice@proxy.example:1080"};
    run.target = "example.com:443";
    run.bound = "0.0.0.0:0";
    run.bytes = {1536, 31'457'280};
    run.setup_ms = 61.25;
    run.duration_ms = 12'500;
    return run;
}

TEST_CASE("byte counts are exact below 1 KiB and have three digits above") {
    CHECK(byte_text(0) == "0 B");
    CHECK(byte_text(1) == "1 B");
    CHECK(byte_text(1023) == "1023 B");
    CHECK(byte_text(1024) == "1.00 KiB");
    CHECK(byte_text(1536) == "1.50 KiB");
    CHECK(byte_text(10 * 1024) == "10.0 KiB");
    CHECK(byte_text(100 * 1024) == "100 KiB");
    CHECK(byte_text(1023 * 1024) == "1023 KiB");
    CHECK(byte_text(1024.0 * 1024) == "1.00 MiB");
    CHECK(byte_text(5.5 * 1024 * 1024 * 1024) == "5.50 GiB");
    CHECK(byte_text(1024.0 * 1024 * 1024 * 1024 * 1024 * 1024 * 2) == "2048 PiB"); // the last unit
}

TEST_CASE("a report is one line of JSON with the keys of its schema, in their order") {
    phase_times times;
    times.begin(phase::connect);
    times.end();
    const std::string line = report_json(finished_run(), times);
    REQUIRE(line.ends_with("}\n"));
    CHECK(line.find('\n') == line.size() - 1);
    const auto json = nlohmann::ordered_json::parse(line);
    std::vector<std::string> keys;
    for (const auto& [key, value] : json.items())
        keys.push_back(key);
    CHECK(
        keys == std::vector<std::string>{
                    "schema", "command", "proxies", "target", "bound", "sent", "received",
                    "setup_ms", "duration_ms", "phases", "tls", "exit_status", "error"});
    CHECK(json["schema"] == "sockscat.report/1");
    CHECK(json["proxies"][0] == "socks5h://alice@proxy.example:1080");
    CHECK(json["bound"] == "0.0.0.0:0");
    CHECK(json["sent"] == 1536);
    CHECK(json["received"] == 31'457'280);
    CHECK(json["setup_ms"] == 61.25);
    CHECK(json["exit_status"] == 0);
    CHECK(json["error"].is_null());
}

TEST_CASE("the phases of a report are null if they were not reached") {
    phase_times times;
    times.begin(phase::connect);
    times.begin(phase::method); // ends the one before
    times.end();
    const auto phases = nlohmann::ordered_json::parse(report_json(finished_run(), times))["phases"];
    std::vector<std::string> keys;
    for (const auto& [key, value] : phases.items())
        keys.push_back(key);
    CHECK(
        keys == std::vector<std::string>{
                    "lookup_ms", "connect_ms", "tls_ms", "method_ms", "auth_ms", "request_ms"});
    CHECK(phases["lookup_ms"].is_null());
    CHECK(phases["connect_ms"].is_number());
    CHECK(phases["connect_ms"] >= 0.0);
    CHECK(phases["method_ms"].is_number());
    CHECK(phases["request_ms"].is_null());
}

TEST_CASE("the report of a failed run says so") {
    run_record run;
    run.command = "connect";
    run.exit_status = 25;
    run.error = "proxy: request: connection refused";
    const auto json = nlohmann::ordered_json::parse(report_json(run, {}));
    CHECK(json["bound"].is_null());
    CHECK(json["setup_ms"].is_null());
    CHECK(json["exit_status"] == 25);
    CHECK(json["error"] == "proxy: request: connection refused");
}

TEST_CASE("a report is valid JSON and valid UTF-8 whatever its texts hold") {
    run_record run = finished_run();
    run.target = "a\"b\\c\x1b\xff\xc3\n:1";
    run.error = std::string{"\0\x80", 2};
    const std::string line = report_json(run, {});
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('\xff') == std::string::npos);
    CHECK(nlohmann::ordered_json::accept(line));
}

TEST_CASE("the closing line has bytes each way, duration, rate and set-up time") {
    CHECK(
        stats_line(finished_run()) ==
        "sent 1.50 KiB, received 30.0 MiB in 12.5 s (2.40 MiB/s), set up in 61.2 ms");
    run_record nothing;
    CHECK(stats_line(nothing) == "sent 0 B, received 0 B in 0 s (0 B/s)");
}

TEST_CASE("the progress line has bytes each way, the time and the rate") {
    CHECK(
        progress_line({1024, 0}, std::chrono::seconds{3725}) ==
        "sent 1.00 KiB, received 0 B  1:02:05  [0 B/s]");
    CHECK(
        progress_line({0, 4096}, std::chrono::seconds{2}) ==
        "sent 0 B, received 4.00 KiB  0:00:02  [2.00 KiB/s]");
    CHECK(
        progress_line({0, 1}, std::chrono::seconds{0}) ==
        "sent 0 B, received 1 B  0:00:00  [0 B/s]");
}

} // namespace
} // namespace sockscat::tests
