// SPDX-License-Identifier: MIT
#include "probe_report.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace sockscat::cli {
namespace {

using json = nlohmann::ordered_json;

json ms_or_null(const std::optional<double>& value) {
    return value ? json(std::round(*value * 1000) / 1000) : json(nullptr);
}

std::string_view type_of(const host& value) {
    if (std::holds_alternative<ipv4_address>(value))
        return "ipv4";
    return std::holds_alternative<ipv6_address>(value) ? "ipv6" : "domain";
}

json bound_json(const std::optional<address>& bound) {
    if (!bound)
        return nullptr;
    json out;
    out["type"] = type_of(bound->host);
    out["host"] = to_string(bound->host);
    out["port"] = bound->port;
    return out;
}

json reply_json(const std::optional<reply_code>& reply) {
    if (!reply)
        return nullptr;
    json out;
    out["code"] = reply->code;
    out["name"] = reply->name;
    return out;
}

json check_json(const check_result& check) {
    json out;
    out["id"] = to_string(check.id);
    out["group"] = to_string(group_of(check.id));
    out["name"] = name_of(check.id);
    out["status"] = to_string(check.status);
    out["reason"] = check.reason.empty() ? json(nullptr) : json(check.reason);
    out["reply"] = reply_json(check.reply);
    out["bound"] = bound_json(check.bound);
    out["elapsed_ms"] = ms_or_null(check.elapsed_ms);
    return out;
}

json text_or_null(const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
}

json tls_json(const std::optional<tls_summary>& tls) {
    if (!tls)
        return nullptr;
    json out;
    out["version"] = tls->version;
    out["cipher"] = tls->cipher;
    out["verified"] = tls->verified;
    out["verify_error"] = text_or_null(tls->verify_error);
    out["subject"] = tls->subject;
    out["issuer"] = tls->issuer;
    out["not_after"] = text_or_null(tls->not_after);
    out["alpn"] = text_or_null(tls->alpn);
    out["sha256"] = text_or_null(tls->sha256);
    return out;
}

json timing_json(const std::optional<timing>& value) {
    if (!value)
        return nullptr;
    json out;
    out["min"] = ms_or_null(value->min);
    out["median"] = ms_or_null(value->median);
    out["max"] = ms_or_null(value->max);
    return out;
}

json latency_json(const std::optional<probe_latency>& latency) {
    if (!latency)
        return nullptr;
    json out;
    out["connect"] = timing_json(latency->connect);
    out["method"] = timing_json(latency->method);
    out["auth"] = timing_json(latency->auth);
    out["request"] = timing_json(latency->request);
    out["total"] = timing_json(latency->total);
    return out;
}

json proxy_json(const probe_report& report) {
    const bool is_unix = !report.unix_path.empty();
    json out;
    out["url"] = report.url;
    out["host"] = is_unix ? report.unix_path : report.host;
    out["port"] = is_unix ? json(nullptr) : json(report.port);
    out["address"] = report.reached ? json(to_string(report.reached->host)) : json(nullptr);
    out["transport"] = report.over_tls ? "tls" : is_unix ? "unix" : "tcp";
    return out;
}

json finding_json(const finding& each) {
    json out;
    out["id"] = each.id;
    out["severity"] = to_string(each.severity);
    out["check"] = each.check ? json(to_string(*each.check)) : json(nullptr);
    out["message"] = each.message;
    out["advice"] = text_or_null(each.advice);
    return out;
}

} // namespace

std::string probe_json(const probe_report& report, int exit_status) {
    json out;
    out["schema"] = "sockscat.probe/1";
    out["proxy"] = proxy_json(report);
    out["verdict"] = to_string(report.verdict);
    out["exit_status"] = exit_status;
    out["error"] = report.why ? json(to_string(*report.why)) : json(nullptr);
    out["checks"] = json::array();
    for (const check_result& each : report.checks)
        out["checks"].push_back(check_json(each));
    out["tls"] = tls_json(report.tls);
    out["latency_ms"] = latency_json(report.latency);
    out["findings"] = json::array();
    for (const finding& each : report.findings)
        out["findings"].push_back(finding_json(each));
    return out.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace sockscat::cli
