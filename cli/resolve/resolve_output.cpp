// SPDX-License-Identifier: MIT
#include "resolve_output.hpp"

#include "output/json_text.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::cli {
namespace {

void put_record(json_text& out, const dns_record& record) {
    out.begin_object();
    out.text("type", record.type);
    if (record.ttl_s)
        out.number("ttl_s", *record.ttl_s);
    else
        out.null("ttl_s");
    out.text("data", record.data);
    out.end_object();
}

} // namespace

// Escapes that were given are printed as they were.
std::string operand_text(const std::string& operand) {
    const bool is_printable =
        std::all_of(operand.begin(), operand.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    return is_printable ? operand : escape(operand);
}

std::string text_lines(const std::string& operand, const dns_answer& answer, bool with_name) {
    std::string lines;
    for (const dns_record& each : answer.records)
        lines += (with_name ? operand_text(operand) + "\t" : "") + each.data + "\n";
    return lines;
}

std::string json_line(const std::string& operand, const dns_answer& answer, double elapsed_ms) {
    json_text out;
    out.begin_object();
    out.text("schema", "sockscat.resolve/1");
    out.text("name", operand_text(operand));
    out.text_or_null("type", answer.type == 0 ? "" : to_mnemonic(answer.type));
    out.text("via", to_string(answer.via));
    out.text_or_null("rcode", answer.rcode ? rcode_name(*answer.rcode) : "");
    out.begin_array("answers");
    for (const dns_record& each : answer.records)
        put_record(out, each);
    out.end_array();
    out.milliseconds("elapsed_ms", elapsed_ms);
    out.text_or_null("error", answer.why ? to_string(*answer.why) : "");
    out.end_object();
    return std::move(out).line();
}

} // namespace sockscat::cli
