// SPDX-License-Identifier: MIT
#include "probe_rules.hpp"

#include <array>
#include <cstdio>

namespace sockscat::fuzz {
namespace {

using namespace std::string_view_literals;
using c = probe_check;

struct claim {
    probe_check check;
    bool (*is_earned)(const evidence&);
};

constexpr std::array claims{
    claim{
        c::socks5,
        [](const evidence& all) { return all.any([](const wire& x) { return x.is_socks5; }); }},
    claim{
        c::socks4,
        [](const evidence& all) {
            return all.any([](const wire& x) { return x.is_socks4 && x.is_granted; });
        }},
    claim{
        c::socks4a,
        [](const evidence& all) {
            return all.any([](const wire& x) {
                return x.is_socks4 && x.is_granted &&
                       x.request->bytes.substr(4, 3) == std::string_view{"\0\0\0", 3};
            });
        }},
    claim{
        c::auth_none,
        [](const evidence& all) {
            for (const wire& x : all.wires) {
                if (x.method == 0U && x.code)
                    return true;
                if (x.login != nullptr && x.is_let_in) // it may be known by its address now
                    return false;
            }
            return false;
        }},
    claim{
        c::auth_password,
        [](const evidence& all) {
            return all.any([](const wire& x) { return x.method == 2U && x.is_let_in && x.code; });
        }},
    claim{
        c::auth_chap,
        [](const evidence& all) { return all.any([](const wire& x) { return x.method == 3U; }); }},
    claim{
        c::auth_gssapi,
        [](const evidence& all) { return all.any([](const wire& x) { return x.method == 1U; }); }},
    claim{
        c::command_connect,
        [](const evidence& all) {
            return all.any([](const wire& x) {
                const bool is_no = x.code == 2U || x.code == 7U;
                return x.asks(1) && x.code && (x.is_socks5 ? !is_no : x.is_granted);
            });
        }},
    claim{c::command_bind, [](const evidence& all) { return all.grants(2); }},
    claim{
        c::command_udp_associate,
        [](const evidence& all) { return all.grants(3) && !all.grants_control(); }},
    claim{c::command_resolve, [](const evidence& all) { return all.resolves(); }},
    claim{c::command_resolve_ptr, [](const evidence& all) { return all.resolves(); }},
    claim{c::address_ipv4, [](const evidence& all) { return all.meets<ipv4_address>(); }},
    claim{c::address_ipv6, [](const evidence& all) { return all.meets<ipv6_address>(); }},
    claim{c::address_domain, [](const evidence& all) { return all.meets<host_name>(); }},
    claim{c::tls, [](const evidence&) { return false; }},
    claim{
        c::pipelining,
        [](const evidence& all) {
            return all.any([](const wire& x) { return x.is_pipelined && x.code; });
        }},
    claim{
        c::http_connect,
        [](const evidence& all) {
            return all.any([](const wire& x) {
                return x.is_http && x.request->bytes.starts_with("CONNECT") && x.code &&
                       x.code != 407U && x.code != 405U && x.code != 501U;
            });
        }},
    claim{c::auth_basic, [](const evidence& all) { return all.offers("basic"); }},
    claim{c::auth_digest, [](const evidence& all) { return all.offers("digest"); }},
    claim{c::auth_ntlm, [](const evidence& all) { return all.offers("ntlm"); }},
    claim{c::auth_negotiate, [](const evidence& all) { return all.offers("negotiate"); }},
};
static_assert(claims.size() == probe_check_count);

} // namespace

void check_rows(const evidence& all) {
    std::vector<probe_check> due;
    for (std::size_t i = 0; i < probe_check_count; ++i) {
        const auto id = static_cast<probe_check>(i);
        const bool is_of_http = id >= c::http_connect;
        if (is_of_http == all.is_http() && all.options.wants(group_of(id)))
            due.push_back(id);
    }
    must(due.size() == all.report.checks.size(), "checks are missing, or too many");
    for (std::size_t i = 0; i < due.size(); ++i) {
        const check_result& row = all.report.checks[i];
        must(row.id == due[i], "the checks are in another order");
        must(row.status == check_status::yes || !row.reason.empty(), "a row without a reason");
        must(!row.elapsed_ms || *row.elapsed_ms <= all.limit_ms + 10, "a check took too long");
    }
    for (const claim& each : claims) {
        const bool holds = !all.is_yes(each.check) || each.is_earned(all);
        if (!holds)
            std::fprintf(stderr, "%s\n", std::string{to_string(each.check)}.c_str());
        must(holds, "a yes that nothing earned");
    }
}

void check_targets(const evidence& all) {
    const auto& wanted = all.options.targets;
    must(all.report.targets.size() == wanted.size(), "targets are missing, or too many");
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const target_result& row = all.report.targets[i];
        must(row.target == wanted[i], "the targets are in another order");
        const auto replied = [&](auto&& is) {
            return all.any([&](const wire& x) {
                return x.is_connect() && x.request->destination() == to_string(row.target) && is(x);
            });
        };
        if (row.status == target_status::reached)
            must(replied([](const wire& x) { return x.is_granted; }), "nobody reached it");
        else
            must(!row.reason.empty(), "a target without a reason");
        if (row.status == target_status::refused)
            must(replied([](const wire& x) { return x.is_socks5 && x.code == 5U; }), "not refused");
    }
}

} // namespace sockscat::fuzz
