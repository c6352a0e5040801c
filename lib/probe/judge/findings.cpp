// SPDX-License-Identifier: MIT
#include "findings.hpp"

#include "probe/answers/words.hpp"
#include "probe/read/readings.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>

namespace sockscat::probing {
namespace {

constexpr std::int64_t day = 24 * 60 * 60;
constexpr std::int64_t expires_soon = 21 * day;
constexpr double slow_ms = 1'000;

// Collects findings; each rule looks at one thing.
class rules {
  public:
    rules(const answers& all, const probe_report& report, std::int64_t now)
        : all_{all}, report_{report}, now_{now} {}

    std::vector<finding> run() {
        about_credentials();
        about_methods();
        about_openness();
        about_commands();
        about_silence();
        about_relay();
        about_listening();
        about_tls();
        about_network();
        if (const auto like = guess_product(all_))
            add("looks-like", severity::info, std::nullopt,
                "looks like " + like->product + ": " + like->evidence, "");
        return std::move(out_);
    }

  private:
    void add(
        std::string id,
        severity grave,
        std::optional<probe_check> about,
        std::string message,
        std::string advice) {
        out_.push_back({std::move(id), grave, about, std::move(message), std::move(advice)});
    }

    void about_credentials() {
        const bool sent = all_.password.auth_version.has_value() || all_.logged_in();
        if (sent && !all_.is_private())
            add("password-in-clear", severity::warn, probe_check::auth_password,
                "the password crosses the network unencrypted (RFC 1929, no TLS)",
                "tunnel it (ssh -L, stunnel) or use a proxy with TLS: -x socks5h+tls://...");
        if (all_.password.auth_version == 0x05)
            add("wrong-version-in-auth-reply", severity::info, probe_check::auth_password,
                "the login was answered in version 05 instead of 01 (RFC 1929)",
                "strict clients refuse that: an update of the proxy may help");
        const auto like = guess_product(all_);
        if (like && like->product == "Tor")
            add("accepts-any-credentials", severity::info, probe_check::auth_password,
                "Tor takes any user name and password: they only keep circuits apart",
                "--isolate makes some up");
        if (all_.logged_in() && all_.enters_freely())
            add("credentials-not-needed", severity::info, probe_check::auth_none,
                "it lets in without credentials, too", "");
    }

    void about_methods() {
        if (all_.ignores_offers())
            add("method-list-ignored", severity::warn, probe_check::auth_none,
                "a method that nobody has was answered with 05 " +
                    byte_text(*all_.unassigned.method) + ": the list of methods is not read",
                "what it says about methods means nothing; only a command shows who is let in");
        if (all_.none.method == 0x02)
            add("method-not-offered", severity::warn, probe_check::auth_none,
                "it chose user name and password though only none was offered",
                "strict clients refuse that: offer the method that it wants");
    }

    void about_openness() {
        if (!all_.enters_freely() || !all_.connect.was_asked())
            return;
        // Who chooses none whatever is offered, and then hangs up, may mean no.
        const bool may_deny = all_.connect.code.has_value() || all_.ignores_offers();
        const bool serves = served();
        if (!serves && may_deny)
            return;
        const auto proxy = all_.proxy();
        const bool is_here = !proxy || is_loopback(proxy->host);
        const bool is_near = is_here || is_private(proxy->host);
        add("open-proxy", is_near ? severity::info : severity::warn, probe_check::auth_none,
            std::string{serves ? "it serves" : "it lets in"} +
                " this client's address without credentials",
            is_here ? ""
                    : "others may be let in as well or not, which cannot be seen from here: look "
                      "at its rules");
    }

    // A reply that it gives to nobody whom it denies.
    [[nodiscard]] bool served() const {
        const auto is_reply = [](const answer& said) { return said.code && *said.code != 0x02; };
        return is_reply(all_.connect) || all_.bind.granted() || all_.udp.granted() ||
               std::any_of(
                   all_.targets.begin(), all_.targets.end(),
                   [&](const target_answer& each) { return is_reply(each.tcp); });
    }

    void about_commands() {
        const answer* const shortened = first_cut_short();
        if (shortened != nullptr)
            add("short-error-reply", severity::info, std::nullopt,
                "a refusal has " + counted(shortened->reply.size(), "byte") + " instead of 10 (" +
                    code_text(*shortened) + ")",
                "clients that wait for the rest show another error");
        if (all_.connect.code == 0x00)
            add("early-success", severity::warn, probe_check::command_connect,
                "it granted a connection to a name that does not exist: it grants before it "
                "connects, or its resolver makes up addresses",
                "its replies do not tell whether a target was reached");
        const bool is_fake =
            all_.resolve.code == 0x00 && all_.resolve.bound && !is_genuine_resolve(all_.resolve);
        if (is_fake)
            add("fake-resolve", severity::warn, probe_check::command_resolve,
                "RESOLVE of 192.0.2.1 was answered with " + to_string(all_.resolve.bound->host) +
                    ": it is taken for CONNECT",
                "its answers to RESOLVE are no addresses of names");
        const check_result* const pipelining = report_.find(probe_check::pipelining);
        if (pipelining != nullptr && pipelining->status == check_status::no)
            add("pipelining-loses-bytes", severity::info, probe_check::pipelining,
                "what is sent behind the greeting in one segment is lost",
                "do not use --pipeline with it");
    }

    // Where nothing at all is replied to, that is the verdict.
    void about_silence() {
        const answer& lookup = all_.socks4_connect.was_asked() ? all_.socks4_connect : all_.connect;
        if (!lookup.was_silent() || (all_.speaks_socks5() && all_.leaves_requests_open()))
            return;
        const std::string to_name =
            "no reply to CONNECT of a name that does not exist within " + all_.limit_of(lookup);
        const auto add_it = [&](severity grave, std::string text, std::string advice) {
            add("no-reply", grave, probe_check::command_connect, std::move(text),
                std::move(advice));
        };
        if (all_.leaves_connect_open())
            add_it(
                severity::warn, "no reply to any CONNECT within " + all_.limit_text,
                "does it have a network? --timeout SECONDS waits longer");
        else if (all_.targets.empty())
            add_it(
                severity::warn, to_name + ": it may have no network, or a silent resolver",
                "--target HOST:PORT tries something that exists");
        else
            add_it(severity::info, to_name + ": its resolver may be slow or silent", "");
    }

    [[nodiscard]] const answer* first_cut_short() const {
        for (const answer* each :
             {&all_.connect, &all_.control, &all_.bind, &all_.udp, &all_.resolve,
              &all_.resolve_ptr}) {
            const bool is_refusal = each->code && *each->code != 0x00;
            if (is_refusal && each->reply.size() < 7)
                return each;
        }
        return nullptr;
    }

    void about_relay() {
        const auto& bound = all_.udp.bound;
        if (all_.udp.code != 0x00 || !bound)
            return;
        constexpr auto about = probe_check::command_udp_associate;
        const auto proxy = all_.proxy();
        const std::string here = proxy ? to_string(proxy->host) : "the proxy's address";
        if (bound->port == 0)
            return add(
                "udp-relay-port-0", severity::fail, about,
                "the relay has port 0: no datagram can be sent there",
                "look at the proxy's settings for UDP");
        if (std::holds_alternative<host_name>(bound->host) && !is_unspecified(bound->host))
            return add(
                "udp-relay-name", severity::info, about,
                "the relay is a name, " + to_string(bound->host) + "; " + here + " is used instead",
                "");
        if (is_unspecified(bound->host))
            return add(
                "udp-relay-unspecified", severity::warn, about,
                "the relay address was " + to_string(bound->host) + "; " + here +
                    " is used instead",
                "set the server's external/advertised address");
        if (!proxy || bound->host == proxy->host)
            return;
        if (sockscat::is_private(bound->host) && !sockscat::is_private(proxy->host))
            return add(
                "udp-relay-private", severity::warn, about,
                "the relay address " + to_string(bound->host) + " is private, the proxy's is not",
                "set the server's advertised address, or use --relay=proxy");
        add("udp-relay-third-host", severity::warn, about,
            "the relay is another host, " + to_string(*bound),
            "if it is known: --relay=reply sends there, --relay=proxy to the proxy");
    }

    void about_listening() {
        const answer& said = all_.bind.was_asked() ? all_.bind : all_.socks4_bind;
        const bool granted = said.code == 0x00 || said.code == 0x5A;
        if (!granted || !said.bound)
            return;
        constexpr auto about = probe_check::command_bind;
        const auto proxy = all_.proxy();
        if (said.bound->port == 0)
            return add(
                "bind-port-0", severity::fail, about, "it listens on port 0: nobody can call there",
                "look at the proxy's settings");
        if (is_listener(*said.bound, all_))
            return add(
                "bound-is-listener", severity::warn, about,
                "BIND was answered with the proxy's own listener, " + to_string(*said.bound) +
                    ": who calls there reaches SOCKS",
                "see whether the proxy can announce the address it listens on");
        if (is_unspecified(said.bound->host))
            return add(
                "bind-address-unspecified", severity::info, about,
                "it listens on " + to_string(said.bound->host) +
                    ": callers use the address of the "
                    "proxy",
                "");
        if (proxy && sockscat::is_private(said.bound->host) && !sockscat::is_private(proxy->host))
            add("bind-address-private", severity::warn, about,
                "it listens on " + to_string(said.bound->host) +
                    ", which is private, though the "
                    "proxy is not",
                "set the server's external/advertised address");
    }

    void about_tls() {
        if (!report_.tls)
            return;
        const tls_summary& tls = *report_.tls;
        if (report_.over_tls && !tls.verified)
            add("tls-unverified", severity::warn, probe_check::tls,
                "the certificate is not verified: " + tls.verify_error,
                "anybody in between can read along: --proxy-cacert FILE instead of "
                "--proxy-insecure");
        const auto end = seconds_of(tls.not_after);
        if (end && *end < now_)
            add("certificate-expired", severity::fail, probe_check::tls,
                "the certificate expired on " + tls.not_after, "renew it");
        else if (end && *end - now_ < expires_soon)
            add("certificate-expires-soon", severity::warn, probe_check::tls,
                "the certificate expires in " +
                    counted(static_cast<std::size_t>((*end - now_) / day), "day") + ", on " +
                    tls.not_after,
                "renew it");
    }

    // "2027-01-31T12:00:00Z"
    static std::optional<std::int64_t> seconds_of(const std::string& text) {
        std::tm parts{};
        if (std::sscanf(
                text.c_str(), "%d-%d-%dT%d:%d:%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                &parts.tm_hour, &parts.tm_min, &parts.tm_sec) != 6)
            return std::nullopt;
        parts.tm_year -= 1900;
        parts.tm_mon -= 1;
        return static_cast<std::int64_t>(::timegm(&parts));
    }

    void about_network() {
        const check_result* const ipv6 = report_.find(probe_check::address_ipv6);
        if (ipv6 != nullptr && ipv6->status == check_status::no)
            add("ipv6-unavailable", severity::info, probe_check::address_ipv6,
                "the proxy did not reach the target over IPv6: " + ipv6->reason, "");
        if (!all_.is_direct || !report_.latency || !report_.latency->connect)
            return;
        const double trip = report_.latency->connect->median;
        std::array<char, 96> text{};
        std::snprintf(
            text.data(), text.size(),
            trip < 100 ? "a round trip to the proxy takes about %.3g ms"
                       : "a round trip to the proxy takes about %.0f ms",
            trip);
        add("rtt", trip > slow_ms ? severity::warn : severity::info, std::nullopt, text.data(),
            trip > slow_ms ? "is there a proxy nearer to you?" : "");
    }

    const answers& all_;
    const probe_report& report_;
    std::int64_t now_;
    std::vector<finding> out_;
};

} // namespace

std::vector<finding> find_out(const answers& all, const probe_report& report, std::int64_t now) {
    return rules{all, report, now}.run();
}

} // namespace sockscat::probing
