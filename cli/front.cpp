// SPDX-License-Identifier: MIT
// The small executable: runs that need nothing but sockets, without a dynamic linker, OpenSSL and
// name services. All others are the full executable's.
#include "arguments.hpp"
#include "connect_run.hpp"
#include "connect_settings.hpp"
#include "console.hpp"
#include "exit_status.hpp"
#include "hand_over.hpp"
#include "plain_run.hpp"
#include "process.hpp"
#include "proxy_options.hpp"

#include <sockscat/text.hpp>

#include <exception>
#include <string_view>
#include <vector>

namespace {

namespace cli = sockscat::cli;

int run(int argc, char** argv) {
    if (argc < 2 || std::string_view{argv[1]} != "connect")
        return cli::hand_over(argv);
    const auto given = cli::arguments::parse(cli::connect_specs(), {argv + 2, argv + argc});
    if (!given || !cli::is_plain(given.value()))
        return cli::hand_over(argv);
    auto out = cli::console_from(given.value());
    if (!out)
        return cli::hand_over(argv);
    cli::prepare_process();
    cli::blank_passwords(argc, argv);
    return cli::run_connect(given.value(), out.value());
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& why) {
        cli::console{}.error(sockscat::escape(why.what()));
        return cli::exit_stream;
    }
}
