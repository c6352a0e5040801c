// SPDX-License-Identifier: MIT
#include "resolve_output.hpp"

#include <sockscat/text.hpp>

#include <cmath>
#include <nlohmann/json.hpp>

namespace sockscat::cli {
namespace {

using json = nlohmann::ordered_json;

json answer_json(const resolve_answer& answer) {
    json out;
    out["type"] = answer.type;
    out["ttl_s"] = answer.ttl_s ? json(*answer.ttl_s) : json(nullptr);
    out["data"] = answer.data;
    return out;
}

} // namespace

std::vector<std::string> text_lines(const resolve_answers& got, bool with_name) {
    std::vector<std::string> lines;
    for (const resolve_answer& each : got.answers)
        lines.push_back((with_name ? escape(got.name) + "\t" : "") + each.data);
    return lines;
}

std::string json_line(const resolve_answers& got) {
    json out;
    out["schema"] = "sockscat.resolve/1";
    out["name"] = escape(got.name);
    out["type"] = got.type.empty() ? json(nullptr) : json(got.type);
    out["via"] = got.via;
    out["rcode"] = got.rcode ? json(*got.rcode) : json(nullptr);
    out["answers"] = json::array();
    for (const resolve_answer& each : got.answers)
        out["answers"].push_back(answer_json(each));
    out["elapsed_ms"] = std::round(got.elapsed_ms * 1000) / 1000;
    out["error"] = got.why ? json(to_string(*got.why)) : json(nullptr);
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace sockscat::cli
