// SPDX-License-Identifier: MIT
#include "findings.hpp"

#include "fill_in.hpp"
#include "probe/answers/evidence.hpp"
#include "probe/answers/reserved.hpp"
#include "probe/answers/words.hpp"
#include "products.hpp"

#include <sockscat/text.hpp>
#include <sockscat/tls.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace sockscat::probing {
namespace {

using s = sockscat::severity;

std::string host_text(const std::optional<address>& bound) {
    return to_string(bound->host);
}

std::string proxy_text(const situation& known) {
    const auto proxy = known.all.proxy();
    return proxy ? to_string(proxy->host) : "the proxy's address";
}

std::string outcome_text(const answer& said, const answers& all) {
    if (!said.was_asked())
        return "not asked";
    return is_answered_in_full(said) ? code_text(said) : silence_text(said, all.limit_of(said));
}

// Where another version is served, the version has to be named.
std::string request_text(const situation& known) {
    return known.all.facts.wanted == proxy_protocol::socks4 ? "SOCKS4 request" : "request";
}

std::string days_text(const situation& known) {
    constexpr std::int64_t day = 24 * 60 * 60;
    return counted(static_cast<std::size_t>(*seconds_left(known) / day), "day");
}

std::string round_trip_text(const situation& known) {
    std::array<char, 32> text{};
    const double trip = *round_trip(known);
    std::snprintf(text.data(), text.size(), trip < 100 ? "%.3g ms" : "%.0f ms", trip);
    return text.data();
}

using w = word<situation>;

constexpr std::array words{
    w{"{control-method}",
      [](const situation& known) {
          return byte_text(*known.all[question::control_method].method);
      }},
    w{"{reserved-name}", [](const situation&) { return std::string{reserved_name}; }},
    w{"{lookup}",
      [](const situation& known) { return outcome_text(lookup_of(known.all), known.all); }},
    w{"{control}",
      [](const situation& known) { return outcome_text(control_of(known.all), known.all); }},
    w{"{request}", request_text},
    w{"{served}",
      [](const situation& known) { return counted(known.all.stopped->served, "connection"); }},
    w{"{refusal-size}",
      [](const situation& known) {
          return counted(first_short_refusal(known.all)->reply.size(), "byte");
      }},
    w{"{refusal}",
      [](const situation& known) { return code_text(*first_short_refusal(known.all)); }},
    w{"{resolved}",
      [](const situation& known) { return host_text(known.all[question::resolve].bound); }},
    w{"{lookup-limit}",
      [](const situation& known) { return known.all.limit_of(lookup_of(known.all)); }},
    w{"{proxy}", proxy_text},
    w{"{relay}",
      [](const situation& known) { return to_string(*known.all[question::udp_associate].bound); }},
    w{"{relay-host}",
      [](const situation& known) { return host_text(known.all[question::udp_associate].bound); }},
    w{"{listener}", [](const situation& known) { return to_string(*bound_by_bind(known.all)); }},
    w{"{listener-host}",
      [](const situation& known) { return to_string(bound_by_bind(known.all)->host); }},
    w{"{verify-error}", [](const situation& known) { return known.report.tls->verify_error; }},
    w{"{not-after}", [](const situation& known) { return utc_text(*known.report.tls->not_after); }},
    w{"{days-left}", days_text},
    w{"{ipv6-reason}",
      [](const situation& known) { return known.report.find(probe_check::address_ipv6)->reason; }},
    w{"{round-trip}", round_trip_text},
    w{"{product}",
      [](const situation& known) { return std::string{guess_product(known.all)->name}; }},
    w{"{product-evidence}",
      [](const situation& known) { return std::string{guess_product(known.all)->evidence}; }},
};

template <openness Which>
bool is_open(const situation& known) {
    return openness_of(known.all) == Which;
}

template <silence Which>
bool is_silent(const situation& known) {
    return silence_of(known.all) == Which;
}

template <bound_place Where>
bool is_relay(const situation& known) {
    return relay_of(known.all) == Where;
}

template <bound_place Where>
bool is_bound(const situation& known) {
    return listener_of(known.all) == Where;
}

constexpr auto anything = std::nullopt;

constexpr std::array rows{
    finding_row{
        "password-in-clear", s::warn, probe_check::auth_password,
        "the password is sent unencrypted (no TLS)",
        "use TLS (-x socks5h+tls://...) or a tunnel (ssh -L, stunnel)", is_password_in_clear},
    finding_row{
        "wrong-version-in-auth-reply", s::info, probe_check::auth_password,
        "the login was answered in version 05 instead of 01 (RFC 1929)",
        "strict clients reject this; updating the proxy may help", is_login_answered_in_version_5},
    finding_row{
        "accepts-any-credentials", s::info, probe_check::auth_password,
        "Tor accepts any user name and password and uses them only to separate circuits",
        "--isolate generates them", is_tor},
    finding_row{
        "credentials-not-needed", s::info, probe_check::auth_none,
        "it also serves without credentials", "", are_credentials_not_needed},
    finding_row{
        "socks4-open", s::warn, probe_check::socks4,
        "it serves SOCKS4 without credentials, although SOCKS5 requires a user name and password",
        "anyone who can reach the port needs no password: disable SOCKS4, or restrict it with "
        "rules",
        is_socks4_open},
    finding_row{
        "method-list-ignored", s::warn, probe_check::auth_none,
        "it accepted a made-up method (05 {control-method}), so it ignores the list of methods",
        "its answers about methods mean nothing; only a request shows whether you have access",
        is_method_list_ignored},
    finding_row{
        "method-not-offered", s::warn, probe_check::auth_none,
        "it chose user name and password although only \"none\" was offered",
        "strict clients reject this; offer the method it requires", is_password_chosen_unasked},
    finding_row{
        "open-proxy", s::info, probe_check::auth_none,
        "it accepts connections from this machine without credentials", "",
        is_open<openness::here>},
    finding_row{
        "open-proxy", s::info, probe_check::auth_none,
        "it accepts connections from this machine without credentials",
        "whether it accepts others cannot be seen from here; check its rules",
        is_open<openness::near>},
    finding_row{
        "open-proxy", s::warn, probe_check::auth_none,
        "it accepts connections from this machine without credentials",
        "whether it accepts others cannot be seen from here; check its rules",
        is_open<openness::far>},

    finding_row{
        "stops-serving", s::warn, anything,
        "it stopped serving after {served}, so the later questions have no answer",
        "it may limit connections or their rate: try again later", has_stopped_serving},
    finding_row{
        "nothing-served", s::warn, anything,
        "no {request} was served: CONNECT to {reserved-name}, which does not exist: {lookup}; a "
        "made-up command: {control}",
        "--target HOST:PORT tries something that exists", is_nothing_served},
    finding_row{
        "nothing-served", s::warn, anything,
        "no {request} was served; the answer to a made-up command: {control}",
        "--target HOST:PORT tries something that exists", is_nothing_served_of_control},
    finding_row{
        "short-error-reply", s::info, anything,
        "a refusal has {refusal-size} instead of 10 ({refusal})",
        "clients that wait for the rest show another error", is_refusal_short},
    finding_row{
        "early-success", s::warn, probe_check::command_connect,
        "it reported success for what cannot work, a name that does not exist or a made-up "
        "command: it answers before connecting, or its resolver invents addresses",
        "its replies do not show whether a target was reached", is_success_early},
    finding_row{
        "early-success", s::warn, probe_check::command_connect,
        "it also reported success for what cannot work, a name that does not exist or a made-up "
        "command: it answers before connecting, or its resolver invents addresses",
        "a target counts as reached here if it sent data, or the connection stayed open",
        is_success_early_but_real},
    finding_row{
        "fake-resolve", s::warn, probe_check::command_resolve,
        "RESOLVE of 192.0.2.1 returned {resolved}: the proxy treats it as CONNECT",
        "its answers to RESOLVE are meaningless", is_resolve_fake},
    finding_row{
        "pipelining-loses-bytes", s::info, probe_check::pipelining,
        "data sent together with the greeting is lost", "do not use --pipeline with it",
        does_pipelining_lose_bytes},
    finding_row{
        "no-reply", s::warn, probe_check::command_connect,
        "no reply within {lookup-limit} to CONNECT to a name that does not exist: it has no "
        "network, or its resolver does not answer",
        "--target HOST:PORT tries something that exists", is_silent<silence::lookup>},
    finding_row{
        "no-reply", s::info, probe_check::command_connect,
        "no reply within {lookup-limit} to CONNECT to a name that does not exist: its resolver may "
        "be slow, or not answer",
        "", is_silent<silence::lookup_alone>},

    finding_row{
        "udp-relay-port-0", s::fail, probe_check::command_udp_associate,
        "the relay has port 0, to which no datagram can be sent", "check the proxy's UDP settings",
        is_relay<bound_place::port_0>},
    finding_row{
        "udp-relay-name", s::info, probe_check::command_udp_associate,
        "the relay is a name, {relay-host}; {proxy} is used instead", "",
        is_relay<bound_place::name>},
    finding_row{
        "udp-relay-unspecified", s::warn, probe_check::command_udp_associate,
        "the relay address was {relay-host}; {proxy} is used instead",
        "set the server's external/advertised address", is_relay<bound_place::unspecified>},
    finding_row{
        "udp-relay-private", s::warn, probe_check::command_udp_associate,
        "the relay address {relay-host} is private, although the proxy's is not",
        "set the server's advertised address, or use --relay=proxy",
        is_relay<bound_place::private_address>},
    finding_row{
        "udp-relay-third-host", s::warn, probe_check::command_udp_associate,
        "the relay is a different host, {relay}",
        "if you trust it, use --relay=reply; --relay=proxy uses the proxy instead",
        is_relay<bound_place::third_host>},

    finding_row{
        "bind-port-0", s::fail, probe_check::command_bind,
        "it listens on port 0, to which no one can connect", "check the proxy's settings",
        is_bound<bound_place::port_0>},
    finding_row{
        "bound-is-listener", s::warn, probe_check::command_bind,
        "BIND returned the proxy's own SOCKS port, {listener}: connections there reach the proxy "
        "itself",
        "check whether the proxy can report the port it really opened",
        is_bound<bound_place::own_listener>},
    finding_row{
        "bind-address-unspecified", s::info, probe_check::command_bind,
        "it listens on {listener-host}: connect to the proxy's address", "",
        is_bound<bound_place::unspecified>},
    finding_row{
        "bind-address-private", s::warn, probe_check::command_bind,
        "it listens on {listener-host}, which is private, although the proxy's address is not",
        "set the server's external/advertised address", is_bound<bound_place::private_address>},

    finding_row{
        "tls-unverified", s::warn, probe_check::tls,
        "the certificate is not verified: {verify-error}",
        "the connection could be intercepted; use --proxy-cacert FILE instead of --proxy-insecure",
        is_tls_unverified},
    finding_row{
        "certificate-expired", s::fail, probe_check::tls, "the certificate expired on {not-after}",
        "renew it", is_certificate_expired},
    finding_row{
        "certificate-expires-soon", s::warn, probe_check::tls,
        "the certificate expires in {days-left}, on {not-after}", "renew it",
        does_certificate_expire_soon},

    finding_row{
        "ipv6-unavailable", s::info, probe_check::address_ipv6,
        "the proxy did not reach the target over IPv6: {ipv6-reason}", "", is_ipv6_unavailable},
    finding_row{
        "rtt", s::info, anything, "a round trip to the proxy takes about {round-trip}", "",
        is_round_trip_known},
    finding_row{
        "rtt", s::warn, anything, "a round trip to the proxy takes about {round-trip}",
        "a nearer proxy would be faster", is_round_trip_long},
    finding_row{
        "looks-like", s::info, anything, "looks like {product}: {product-evidence}", "",
        is_product_known},
};

constexpr bool has_known_words() {
    const std::span<const w> known{words};
    return std::all_of(rows.begin(), rows.end(), [&](const finding_row& each) {
        return is_known(each.message, known) && is_known(each.advice, known);
    });
}
static_assert(has_known_words());

finding made_of(const finding_row& row, const situation& known) {
    const std::span<const w> all{words};
    return {
        std::string{row.id}, row.severity, row.check, fill_in(row.message, all, known),
        fill_in(row.advice, all, known)};
}

// Of the others those that are not about SOCKS.
void add_those_of_http(std::vector<finding>& out, const situation& known) {
    for (const finding_row& each : http_finding_rows())
        if (each.applies(known))
            out.push_back(
                {std::string{each.id}, each.severity, each.check,
                 filled_in_for_http(each.message, known), filled_in_for_http(each.advice, known)});
    for (const finding_row& each : rows) {
        const bool is_of_any =
            each.check == probe_check::tls || each.id == "rtt" || each.id == "stops-serving";
        if (!is_of_any || !each.applies(known))
            continue;
        out.push_back(made_of(each, known));
        out.back().check.reset(); // there is no check of that name
    }
}

} // namespace

std::span<const finding_row> finding_rows() {
    return rows;
}

std::vector<finding> findings_of(const situation& known) {
    std::vector<finding> out;
    if (known.all.facts.wanted == proxy_protocol::http) {
        add_those_of_http(out, known);
        return out;
    }
    for (const finding_row& each : rows)
        if (each.applies(known))
            out.push_back(made_of(each, known));
    return out;
}

} // namespace sockscat::probing
