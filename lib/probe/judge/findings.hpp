// SPDX-License-Identifier: MIT
/// What a person should know about a proxy. Rules without any I/O.
#pragma once

#include "conditions.hpp"

#include <sockscat/probe.hpp>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sockscat::probing {

/// One finding, or one way in which a finding is said. Texts have words of findings.cpp.
struct finding_row {
    std::string_view id;
    sockscat::severity severity;
    std::optional<probe_check> check;
    std::string_view message;
    std::string_view advice;
    bool (*applies)(const situation&);
};
std::span<const finding_row> finding_rows();

/// http_findings.cpp: those of an HTTP proxy, and the words of their texts.
std::span<const finding_row> http_finding_rows();
std::string filled_in_for_http(std::string_view text, const situation& known);

/// All that apply, in the order of the rows.
std::vector<finding> findings_of(const situation& known);

} // namespace sockscat::probing
