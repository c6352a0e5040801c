// SPDX-License-Identifier: MIT
#include "output/json_text.hpp"
#include "probe_report.hpp"

#include <sockscat/tls.hpp>

namespace sockscat::cli {
namespace {

std::string_view type_of(const host& value) {
    if (std::holds_alternative<ipv4_address>(value))
        return "ipv4";
    return std::holds_alternative<ipv6_address>(value) ? "ipv6" : "domain";
}

void put_bound(json_text& out, std::string_view name, const std::optional<address>& bound) {
    if (!bound)
        return out.null(name);
    out.begin_object(name);
    out.text("type", type_of(bound->host));
    out.text("host", to_string(bound->host));
    out.number("port", bound->port);
    out.end_object();
}

void put_reply(json_text& out, const std::optional<reply_code>& reply) {
    if (!reply)
        return out.null("reply");
    out.begin_object("reply");
    out.number("code", reply->code);
    out.text("name", reply->name);
    out.end_object();
}

void put_check(json_text& out, const check_result& check) {
    out.begin_object();
    out.text("id", to_string(check.id));
    out.text("group", to_string(group_of(check.id)));
    out.text("name", name_of(check.id));
    out.text("status", to_string(check.status));
    out.text_or_null("reason", check.reason);
    put_reply(out, check.reply);
    put_bound(out, "bound", check.bound);
    out.milliseconds("elapsed_ms", check.elapsed_ms);
    out.end_object();
}

void put_target(json_text& out, const target_result& each) {
    out.begin_object();
    out.text("target", to_string(each.target));
    out.text("status", to_string(each.status));
    put_reply(out, each.reply);
    put_bound(out, "bound", each.bound);
    out.milliseconds("elapsed_ms", each.elapsed_ms);
    out.end_object();
}

void put_tls(json_text& out, const std::optional<tls_summary>& tls) {
    if (!tls)
        return out.null("tls");
    out.begin_object("tls");
    out.text("version", tls->version);
    out.text("cipher", tls->cipher);
    out.boolean("verified", tls->verified);
    out.text_or_null("verify_error", tls->verify_error);
    out.text("subject", tls->subject);
    out.text("issuer", tls->issuer);
    out.text_or_null("not_after", tls->not_after ? utc_text(*tls->not_after) : "");
    out.text_or_null("alpn", tls->alpn);
    out.text_or_null("sha256", tls->sha256);
    out.end_object();
}

void put_timing(json_text& out, std::string_view name, const std::optional<timing>& value) {
    if (!value)
        return out.null(name);
    out.begin_object(name);
    out.milliseconds("min", value->min);
    out.milliseconds("median", value->median);
    out.milliseconds("max", value->max);
    out.end_object();
}

void put_latency(json_text& out, const std::optional<probe_latency>& latency) {
    if (!latency)
        return out.null("latency_ms");
    out.begin_object("latency_ms");
    put_timing(out, "connect", latency->connect);
    put_timing(out, "method", latency->method);
    put_timing(out, "auth", latency->auth);
    put_timing(out, "request", latency->request);
    put_timing(out, "total", latency->total);
    out.end_object();
}

void put_proxy(json_text& out, const probe_report& report) {
    const bool is_unix = !report.unix_path.empty();
    out.begin_object("proxy");
    out.text("url", report.url);
    out.text("host", is_unix ? report.unix_path : report.host);
    if (is_unix)
        out.null("port");
    else
        out.number("port", report.port);
    out.text_or_null("address", report.reached ? to_string(report.reached->host) : "");
    out.text("transport", report.over_tls ? "tls" : is_unix ? "unix" : "tcp");
    out.end_object();
}

void put_finding(json_text& out, const finding& each) {
    out.begin_object();
    out.text("id", each.id);
    out.text("severity", to_string(each.severity));
    out.text_or_null("check", each.check ? to_string(*each.check) : "");
    out.text("message", each.message);
    out.text_or_null("advice", each.advice);
    out.end_object();
}

} // namespace

std::string probe_json(const probe_report& report, int exit_status) {
    json_text out;
    out.begin_object();
    out.text("schema", "sockscat.probe/1");
    put_proxy(out, report);
    out.text("verdict", to_string(report.verdict));
    out.number("exit_status", exit_status);
    out.text_or_null("error", report.why ? to_string(*report.why) : "");
    out.begin_array("checks");
    for (const check_result& each : report.checks)
        put_check(out, each);
    out.end_array();
    out.begin_array("targets");
    for (const target_result& each : report.targets)
        put_target(out, each);
    out.end_array();
    put_tls(out, report.tls);
    put_latency(out, report.latency);
    out.begin_array("findings");
    for (const finding& each : report.findings)
        put_finding(out, each);
    out.end_array();
    out.end_object();
    return std::move(out).line();
}

} // namespace sockscat::cli
