// SPDX-License-Identifier: MIT
#include "dispatch.hpp"
#include "output/console.hpp"
#include "output/exit_status.hpp"
#include "runtime/process.hpp"

#include <sockscat/text.hpp>

#include <exception>
#include <string>
#include <utility>
#include <vector>

int main(int argc, char** argv) {
    namespace cli = sockscat::cli;
    try {
        cli::prepare_process();
        std::vector<std::string> words{argv + (argc > 0 ? 1 : 0), argv + argc};
        cli::blank_passwords(argc, argv);
        return cli::dispatch(std::move(words));
    } catch (const std::exception& why) {
        cli::console{}.error(sockscat::escape(why.what()));
        return cli::exit_stream;
    }
}
