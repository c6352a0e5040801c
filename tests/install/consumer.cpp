// SPDX-License-Identifier: MIT
// PROXY HOST PORT: connects to HOST PORT through PROXY and prints the first bytes that come.
// PROXY NAME: prints an address that PROXY finds for NAME.
#include <sockscat/client.hpp>
#include <sockscat/dns_client.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

namespace {

asio::awaitable<void> talk(
    const sockscat::connect_options& options, const sockscat::address& destination) {
    auto made = co_await sockscat::connect(options, destination);
    if (!made) {
        std::puts(to_string(made.error()).c_str());
        co_return;
    }
    std::array<std::uint8_t, 64> buffer{};
    const auto got = co_await made.value().io().read_some(buffer);
    std::printf("%.*s", static_cast<int>(got.size), reinterpret_cast<const char*>(buffer.data()));
}

asio::awaitable<void> look_up(const sockscat::connect_options& options, const char* name) {
    sockscat::dns_client client{options, {}}; // by Tor's RESOLVE
    sockscat::dns_query query;
    query.subject = sockscat::host_name{name};
    const sockscat::dns_reply reply = co_await client.ask(query);
    std::puts(
        (reply.why ? to_string(*reply.why) : reply.answers.front().records.front().data).c_str());
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3 && argc != 4)
        return 2;
    auto proxy = sockscat::parse_proxy_url(argv[1]);
    auto host = sockscat::parse_host(argv[2]);
    if (!proxy || !host)
        return 2;
    sockscat::connect_options options;
    options.chain.push_back(std::move(proxy).value());
    const sockscat::address destination{
        host.value(), static_cast<std::uint16_t>(argc == 4 ? std::atoi(argv[3]) : 0)};
    asio::io_context context;
    auto job = argc == 4 ? talk(options, destination) : look_up(options, argv[2]);
    asio::co_spawn(context, std::move(job), [](std::exception_ptr failed) {
        if (failed)
            std::rethrow_exception(failed);
    });
    context.run();
    return 0;
}
