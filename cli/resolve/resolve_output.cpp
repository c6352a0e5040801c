// SPDX-License-Identifier: MIT
#include "resolve_output.hpp"

#include <sockscat/text.hpp>

#include <cmath>
#include <nlohmann/json.hpp>

namespace sockscat::cli {
namespace {

using json = nlohmann::ordered_json;

template <class T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

json record_json(const dns_record& record) {
    json out;
    out["type"] = record.type;
    out["ttl_s"] = or_null(record.ttl_s);
    out["data"] = record.data;
    return out;
}

} // namespace

std::vector<std::string> text_lines(
    const std::string& operand, const dns_answer& answer, bool with_name) {
    std::vector<std::string> lines;
    for (const dns_record& each : answer.records)
        lines.push_back((with_name ? escape(operand) + "\t" : "") + each.data);
    return lines;
}

std::string json_line(const std::string& operand, const dns_answer& answer, double elapsed_ms) {
    json out;
    out["schema"] = "sockscat.resolve/1";
    out["name"] = escape(operand);
    out["type"] = answer.type == 0 ? json(nullptr) : json(to_mnemonic(answer.type));
    out["via"] = to_string(answer.via);
    out["rcode"] = answer.rcode ? json(rcode_name(*answer.rcode)) : json(nullptr);
    out["answers"] = json::array();
    for (const dns_record& each : answer.records)
        out["answers"].push_back(record_json(each));
    out["elapsed_ms"] = std::round(elapsed_ms * 1000) / 1000;
    out["error"] = answer.why ? json(to_string(*answer.why)) : json(nullptr);
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace sockscat::cli
