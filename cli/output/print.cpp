// SPDX-License-Identifier: MIT
#include "print.hpp"

#include "console.hpp"
#include "exit_status.hpp"
#include "output_writer.hpp"

#include <unistd.h>

namespace sockscat::cli {

int print(std::string_view text) {
    const local_end output{STDOUT_FILENO, local_end::use::output};
    output_writer out{output};
    out.add(text);
    out.write_blocking(std::chrono::milliseconds{-1});
    if (out.failed())
        console{}.error(out.failed()->cause);
    return out.is_broken() ? exit_stream : exit_done;
}

int print_usage_error(std::string_view cause, std::string_view advice) {
    console out;
    out.usage_error(cause, advice);
    return exit_usage;
}

} // namespace sockscat::cli
