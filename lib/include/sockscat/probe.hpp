// SPDX-License-Identifier: MIT
/// \file
/// What a proxy supports: checks with their evidence, findings, a verdict.
#pragma once

#include <sockscat/asio_version.hpp>
#include <sockscat/client.hpp>
#include <sockscat/export.hpp>
#include <sockscat/tls.hpp>

#include <asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat {

/// Groups of checks, each of which can be left out.
enum class probe_group : std::uint8_t {
    versions,  ///< the protocols that it speaks
    auth,      ///< the authentication methods that it offers
    commands,  ///< CONNECT, BIND, UDP ASSOCIATE, RESOLVE, RESOLVE_PTR
    addresses, ///< the types of address that it accepts
    tls,       ///< TLS on the same port
    latency,   ///< how long each phase takes
};
/// How many values probe_group has.
inline constexpr std::size_t probe_group_count = 6;

/// What is checked; to_string() has the words of reports, name_of() those for people.
enum class probe_check : std::uint8_t {
    socks4,                ///< SOCKS4
    socks4a,               ///< SOCKS4a
    socks5,                ///< SOCKS5
    auth_none,             ///< no login
    auth_password,         ///< user name and password
    auth_chap,             ///< CHAP
    auth_gssapi,           ///< GSSAPI
    command_connect,       ///< CONNECT
    command_bind,          ///< BIND
    command_udp_associate, ///< UDP ASSOCIATE
    command_resolve,       ///< Tor's RESOLVE
    command_resolve_ptr,   ///< Tor's RESOLVE_PTR
    address_ipv4,          ///< an IPv4 address as target
    address_ipv6,          ///< an IPv6 address as target
    address_domain,        ///< a host name as target
    tls,                   ///< TLS on this port
    pipelining,            ///< a handshake in one segment
    http_connect, ///< HTTP CONNECT; this and what follows is all that HTTP proxies are checked for
    auth_basic,   ///< HTTP: Basic
    auth_digest,  ///< HTTP: Digest
    auth_ntlm,    ///< HTTP: NTLM
    auth_negotiate, ///< HTTP: Negotiate
};
/// How many values probe_check has.
inline constexpr std::size_t probe_check_count = 22;

/// The result of a check.
enum class check_status : std::uint8_t {
    yes,     ///< supported
    no,      ///< not supported
    unclear, ///< the answer, or its absence, does not tell
    skipped, ///< not checked; the reason says why
    error,   ///< the answer breaks the protocol, or the question could not be asked
};

/// Whether a proxy can be used.
enum class probe_verdict : std::uint8_t {
    usable,      ///< as its URL says
    unusable,    ///< it answers, but cannot be used as its URL says
    unreachable, ///< no connection to it can be made
    not_socks,   ///< something else answers there
};

/// How grave a finding is.
enum class severity : std::uint8_t {
    info, ///< worth knowing
    warn, ///< a risk
    fail, ///< a fault
};

/// The result of the CONNECT to a target, in the protocol of the proxy's URL.
enum class target_status : std::uint8_t {
    reached, ///< connected
    refused, ///< by the target itself: REP 05, unless the proxy replies that to everything
    /// Refused by the proxy, or granted and closed before any data came, or this machine had to
    /// look the name up and did not find it.
    failed,
    no_reply, ///< closed, or silent, or not asked
};

/// The name of a group: "versions".
SOCKSCAT_EXPORT std::string_view to_string(probe_group value);
/// The id of a check, as in reports: "command.udp-associate".
SOCKSCAT_EXPORT std::string_view to_string(probe_check value);
/// The word of reports: "yes".
SOCKSCAT_EXPORT std::string_view to_string(check_status value);
/// The word of reports: "not-socks".
SOCKSCAT_EXPORT std::string_view to_string(probe_verdict value);
/// The word of reports: "warn".
SOCKSCAT_EXPORT std::string_view to_string(severity value);
/// "reached", "refused", "failed", "no reply".
SOCKSCAT_EXPORT std::string_view to_string(target_status value);
/// What a check is about, for people: "UDP ASSOCIATE", "host name".
SOCKSCAT_EXPORT std::string_view name_of(probe_check value);
/// The group that a check belongs to.
SOCKSCAT_EXPORT probe_group group_of(probe_check value);
/// The check with that id; nothing if there is none.
SOCKSCAT_EXPORT std::optional<probe_check> find_check(std::string_view id);
/// The group with that name; nothing if there is none.
SOCKSCAT_EXPORT std::optional<probe_group> find_group(std::string_view name);

/// A reply code as it was received; of HTTP, the status.
struct reply_code {
    int code{0};      ///< the number
    std::string name; ///< "command-not-supported", or "unassigned"
};

/// The result of one check. Texts are escaped.
struct check_result {
    check_result() = default;
    /// A result without a reply.
    check_result(probe_check what, check_status how, std::string why)
        : id{what}, status{how}, reason{std::move(why)} {}

    probe_check id{probe_check::socks5};        ///< what was checked
    check_status status{check_status::skipped}; ///< the result
    std::string reason;               ///< quotes the evidence; may be empty for a plain yes
    std::optional<reply_code> reply;  ///< the proxy's, if there was one
    std::optional<address> bound;     ///< BND.ADDR and BND.PORT
    std::optional<double> elapsed_ms; ///< until the reply, or the end of waiting for it
};

/// The result of one target. Texts are escaped.
struct target_result {
    target_result() = default;

    address target;                                ///< as given
    target_status status{target_status::no_reply}; ///< the result
    std::string reason;               ///< quotes the evidence; may be empty if it was reached
    std::optional<reply_code> reply;  ///< the proxy's, if there was one
    std::optional<address> bound;     ///< BND.ADDR and BND.PORT, if it was granted
    std::optional<double> elapsed_ms; ///< until the reply, or the end of waiting for it
};

/// Something that a person should know.
struct finding {
    std::string id;                              ///< stable, for programs
    sockscat::severity severity{severity::info}; ///< how grave it is
    std::optional<probe_check> check;            ///< the check that it is about, if any
    std::string message;                         ///< a sentence
    std::string advice;                          ///< what to do; may be empty
};

/// One phase over several runs, in milliseconds.
struct timing {
    double min{0};    ///< the shortest
    double median{0}; ///< half of them took longer
    double max{0};    ///< the longest
};

/// How long the phases take.
struct probe_latency {
    std::size_t runs{0};           ///< connections that were measured
    std::optional<timing> connect; ///< the connection to the proxy
    std::optional<timing> method;  ///< method selection
    std::optional<timing> auth;    ///< the login
    std::optional<timing> request; ///< request and reply
    std::optional<timing> total;   ///< all of these
};

/// What is examined, and how.
struct probe_options {
    probe_options() = default;

    /// Groups to run, indexed by probe_group; by default all of them.
    std::array<bool, probe_group_count> groups{true, true, true, true, true, true};
    /// Servers for the proxy to really connect to. Without any, nothing leaves the proxy except one
    /// lookup of a reserved name.
    std::vector<address> targets;
    /// Between two connections to the same proxy, to spare it; 0 is reasonable when many proxies
    /// are asked little.
    std::chrono::milliseconds pause{60};
    /// How many connections are measured for probe_latency.
    std::size_t runs{5};
    /// Told what each question is about, in a word or two ("CONNECT"), before it is asked; may be
    /// empty. Must not throw.
    std::function<void(std::string_view topic)> on_question;

    /// True if the group is to be run.
    [[nodiscard]] bool wants(probe_group group) const {
        return groups[static_cast<std::size_t>(group)];
    }
};

/// Everything that was found out about one proxy. Contains no secret.
struct probe_report {
    probe_report() = default;

    std::string url;                                 ///< without the password
    std::string host;                                ///< as in the URL
    std::uint16_t port{0};                           ///< as in the URL
    std::string unix_path;                           ///< empty: TCP
    proxy_protocol protocol{proxy_protocol::socks5}; ///< the protocol of the URL
    std::optional<address>
        reached;          ///< the address at which the proxy was reached; none of a Unix socket
    bool over_tls{false}; ///< TLS with the proxy (+tls)
    probe_verdict verdict{probe_verdict::usable}; ///< whether it can be used
    /// Why it is not usable; nothing if it is.
    std::optional<error> why;
    /// In the order of probe_check: those of its protocol, in the groups that were run.
    std::vector<check_result> checks;
    /// Each of probe_options::targets, in that order, whatever the groups.
    std::vector<target_result> targets;
    std::optional<tls_summary> tls;       ///< the TLS connection to it, if there was one
    std::optional<probe_latency> latency; ///< if it was measured
    std::vector<finding> findings;        ///< the gravest first

    /// The result of a check; null if it is not in the report.
    SOCKSCAT_EXPORT [[nodiscard]] const check_result* find(probe_check id) const;
};

/// What probe() would refuse before its first packet: failure::usage. Every target must be one that
/// the protocol carries.
SOCKSCAT_EXPORT result<void> check(const connect_options& connection, const probe_options& options);

/// Examines the last proxy of the chain, with one connection per question, one after the other;
/// each connection has connect_options::time_limit. Once the proxy has left one question without a
/// reply for that long, it is not waited for like that again: checks that would wait are skipped,
/// and what the proxy answers by itself, soon or never, gets 2 s at most. A proxy that has not
/// answered any request in full gets two limits in all; one that stops accepting us, or stops
/// answering what it answered before, is not asked anything else.
///
/// The credentials are tried once, after a request without them. If they are rejected, nothing else
/// is logged in for; none are ever guessed. `methods` of the handshake limit how it logs in, with
/// none and password at most; `pipeline` has no effect. Both arguments are borrowed until the
/// awaitable is done. Never fails: what went wrong is in the report. Cancelling ends it immediately
/// and closes what is open.
SOCKSCAT_EXPORT asio::awaitable<probe_report> probe(
    const connect_options& connection, const probe_options& options);

/// Called with each report, in the order in which they are finished; returning false ends
/// everything. While it waits, it counts as one of the jobs. Must not throw.
using probe_sink = std::function<asio::awaitable<bool>(std::size_t index, probe_report report)>;
/// Makes the options for proxy number `index`. Must not throw.
using probe_source = std::function<connect_options(std::size_t index)>;

/// Examines `count` proxies, `jobs` of them at a time, started in their order. All arguments are
/// borrowed until the awaitable is done. Cancelling ends all of them.
SOCKSCAT_EXPORT asio::awaitable<void> probe_all(
    std::size_t count,
    std::size_t jobs,
    const probe_source& source,
    const probe_options& options,
    const probe_sink& sink);

} // namespace sockscat
