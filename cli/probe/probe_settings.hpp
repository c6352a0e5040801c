// SPDX-License-Identifier: MIT
/// The options of `probe` that are not about the proxy.
#pragma once

#include "options/arguments.hpp"
#include "output/console.hpp"

#include <sockscat/probe.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

struct probe_settings {
    probe_settings() = default;

    probe_options probe;
    enum class format : std::uint8_t { readable, brief, json };
    format output{format::readable};
    std::vector<probe_check> required; ///< --require
    std::size_t jobs{1'024};
    std::string list_file; ///< --from; "-": stdin
    bool trace{false};
    std::string trace_file;
};

result<probe_settings> probe_settings_from(const arguments& given);

/// The words that --require takes, and what they mean: the ids of checks, their last parts, and
/// "remote-dns".
std::optional<probe_check> find_requirement(std::string_view word);

} // namespace sockscat::cli
