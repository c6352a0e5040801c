// SPDX-License-Identifier: MIT
#include "resolve_output.hpp"

#include "output/json_text.hpp"

#include <sockscat/text.hpp>

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

std::string text_lines(const std::string& operand, const dns_answer& answer, bool with_name) {
    std::string lines;
    for (const dns_record& each : answer.records)
        lines += (with_name ? escape(operand) + "\t" : "") + each.data + "\n";
    return lines;
}

std::string json_line(const std::string& operand, const dns_answer& answer, double elapsed_ms) {
    json_text out;
    out.begin_object();
    out.text("schema", "sockscat.resolve/1");
    out.text("name", escape(operand));
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
