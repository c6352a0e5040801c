// SPDX-License-Identifier: MIT
#include "print.hpp"

#include "console.hpp"
#include "exit_status.hpp"

#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace sockscat::cli {

int print(std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
        const std::error_code code{written == -1 ? errno : 0, std::generic_category()};
        if (code && code != std::errc::broken_pipe)
            console{}.error("cannot write standard output: " + code.message());
        if (written <= 0)
            return exit_stream;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return exit_done;
}

int print_usage_error(std::string_view cause, std::string_view advice) {
    console out;
    out.usage_error(cause);
    if (!advice.empty())
        out.hint(advice);
    return exit_usage;
}

} // namespace sockscat::cli
