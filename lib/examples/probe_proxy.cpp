// SPDX-License-Identifier: MIT
// usage: probe_proxy PROXY
// Finds out what a proxy supports: prints one line per check. Exits with 0 if the proxy is usable.
#include <sockscat/probe.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <cstdio>
#include <exception>
#include <string>

namespace {

std::string line_of(const sockscat::check_result& check) {
    std::string line{to_string(check.id)};
    line.append(": ").append(to_string(check.status));
    return check.reason.empty() ? line : line + " (" + check.reason + ")";
}

int print(const sockscat::probe_report& report) {
    for (const sockscat::check_result& each : report.checks)
        std::puts(line_of(each).c_str());
    for (const sockscat::finding& each : report.findings)
        std::printf("%s: %s\n", each.id.c_str(), each.message.c_str());
    if (report.why)
        std::fprintf(stderr, "probe_proxy: %s\n", to_string(*report.why).c_str());
    return report.verdict == sockscat::probe_verdict::usable ? 0 : 1;
}

asio::awaitable<int> examine(
    const sockscat::connect_options& connection, const sockscat::probe_options& options) {
    co_return print(co_await sockscat::probe(connection, options));
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: probe_proxy PROXY\n", stderr);
        return 2;
    }
    auto proxy = sockscat::parse_proxy_url(argv[1]);
    if (!proxy) {
        std::fprintf(stderr, "probe_proxy: %s\n", to_string(proxy.error()).c_str());
        return 1;
    }
    sockscat::connect_options connection;
    connection.chain.push_back(std::move(proxy).value());
    connection.time_limit = std::chrono::seconds{10}; // of each connection
    sockscat::probe_options options;
    options.runs = 1;

    int status = 1;
    asio::io_context context;
    asio::co_spawn(
        context, examine(connection, options), [&](std::exception_ptr thrown, int returned) {
            if (thrown)
                std::rethrow_exception(thrown);
            status = returned;
        });
    context.run();
    return status;
}
