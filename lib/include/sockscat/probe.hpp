// SPDX-License-Identifier: MIT
/// What a proxy speaks, offers and does: checks with their evidence, findings, a verdict.
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
enum class probe_group : std::uint8_t { versions, auth, commands, addresses, tls, latency };
inline constexpr std::size_t probe_group_count = 6;

/// What is found out.
enum class probe_check : std::uint8_t {
    socks4,
    socks4a,
    socks5,
    auth_none,
    auth_password,
    auth_chap,
    auth_gssapi,
    command_connect,
    command_bind,
    command_udp_associate,
    command_resolve,
    command_resolve_ptr,
    address_ipv4,
    address_ipv6,
    address_domain,
    tls,
    pipelining,
    // Of HTTP proxies, which have no others.
    http_connect,
    auth_basic,
    auth_digest,
    auth_ntlm,
    auth_negotiate,
};
inline constexpr std::size_t probe_check_count = 22;

enum class check_status : std::uint8_t {
    yes,
    no,
    unclear, ///< what came, or never came, does not tell
    skipped, ///< not asked; the reason says why
    error,   ///< asked, and answered in a way that no rule allows, or not to be asked at all
};

enum class probe_verdict : std::uint8_t {
    usable,
    unusable,    ///< it is there, but of no use as it was asked
    unreachable, ///< no connection to it
    not_socks,   ///< something else answers there
};

enum class severity : std::uint8_t { info, warn, fail };

/// What came of the CONNECT to a target, by the version of the proxy's URL.
enum class target_status : std::uint8_t {
    reached,
    refused, ///< by the target itself: 05, where that is not what the proxy says to anything
    /// Refused by the proxy, or what was granted ended before anything came, or its name is unknown
    /// here and this machine has to look it up.
    failed,
    no_reply, ///< closed, or silent, or not asked
};

/// The words of reports: "socks4", "command.udp-associate", "yes", "not-socks", ...
SOCKSCAT_EXPORT std::string_view to_string(probe_group value);
SOCKSCAT_EXPORT std::string_view to_string(probe_check value);
SOCKSCAT_EXPORT std::string_view to_string(check_status value);
SOCKSCAT_EXPORT std::string_view to_string(probe_verdict value);
SOCKSCAT_EXPORT std::string_view to_string(severity value);
/// "reached", "refused", "failed", "no reply".
SOCKSCAT_EXPORT std::string_view to_string(target_status value);
/// "UDP ASSOCIATE", "host name", ...
SOCKSCAT_EXPORT std::string_view name_of(probe_check value);
SOCKSCAT_EXPORT probe_group group_of(probe_check value);
/// The check of that id, the group of that name; nothing if there is none.
SOCKSCAT_EXPORT std::optional<probe_check> find_check(std::string_view id);
SOCKSCAT_EXPORT std::optional<probe_group> find_group(std::string_view name);

/// A reply code as it was on the wire; of HTTP, the status.
struct reply_code {
    int code{0};
    std::string name; ///< "command-not-supported"; "unassigned" if nobody assigned it
};

/// What came of one check. Texts are escaped.
struct check_result {
    check_result() = default;
    check_result(probe_check what, check_status how, std::string why)
        : id{what}, status{how}, reason{std::move(why)} {}

    probe_check id{probe_check::socks5};
    check_status status{check_status::skipped};
    std::string reason; ///< quotes the evidence; may be empty for a plain yes
    std::optional<reply_code> reply;
    std::optional<address> bound; ///< BND.ADDR and BND.PORT
    std::optional<double> elapsed_ms;
};

/// What came of one target. Texts are escaped.
struct target_result {
    target_result() = default;

    address target;
    target_status status{target_status::no_reply};
    std::string reason; ///< quotes the evidence; may be empty for what was reached
    std::optional<reply_code> reply;
    std::optional<address> bound;     ///< BND.ADDR and BND.PORT of what was granted
    std::optional<double> elapsed_ms; ///< until the reply, or the end of waiting for it
};

/// Something that a person should know. `id` is stable.
struct finding {
    std::string id;
    sockscat::severity severity{severity::info};
    std::optional<probe_check> check; ///< what it is about, if it is about a check
    std::string message;
    std::string advice; ///< what to do; may be empty
};

/// One phase over several runs, in milliseconds.
struct timing {
    double min{0};
    double median{0};
    double max{0};
};

struct probe_latency {
    std::size_t runs{0}; ///< connections that were measured
    std::optional<timing> connect;
    std::optional<timing> method;
    std::optional<timing> auth;
    std::optional<timing> request;
    std::optional<timing> total;
};

struct probe_options {
    probe_options() = default;

    /// Groups to run, by probe_group; all of them.
    std::array<bool, probe_group_count> groups{true, true, true, true, true, true};
    /// What the proxy is to reach, in earnest. Without any, nothing but one lookup of a reserved
    /// name leaves the proxy.
    std::vector<address> targets;
    /// Between two connections to the same proxy, so that it is not bothered; with cheap questions
    /// to many proxies it may be 0.
    std::chrono::milliseconds pause{60};
    /// Connections that are measured.
    std::size_t runs{5};
    /// Told what each question is about, in a word or two ("CONNECT"), before it is asked; may be
    /// empty. Must not throw.
    std::function<void(std::string_view topic)> on_question;

    [[nodiscard]] bool wants(probe_group group) const {
        return groups[static_cast<std::size_t>(group)];
    }
};

/// All that was found out about one proxy. Holds no secret.
struct probe_report {
    probe_report() = default;

    std::string url; ///< without the password
    std::string host;
    std::uint16_t port{0};
    std::string unix_path;
    proxy_protocol protocol{proxy_protocol::socks5}; ///< as which it was examined
    std::optional<address> reached; ///< the proxy's address, if it was reached by one
    bool over_tls{false};
    probe_verdict verdict{probe_verdict::usable};
    /// Why it is not usable; nothing if it is.
    std::optional<error> why;
    /// In the order of probe_check, those of its protocol and of the groups that were run.
    std::vector<check_result> checks;
    /// Each of probe_options::targets, in that order, whatever the groups.
    std::vector<target_result> targets;
    std::optional<tls_summary> tls;
    std::optional<probe_latency> latency;
    std::vector<finding> findings; ///< gravest first

    SOCKSCAT_EXPORT [[nodiscard]] const check_result* find(probe_check id) const;
};

/// What probe() would refuse before its first packet: failure::usage. Every target must be one that
/// the protocol carries.
SOCKSCAT_EXPORT result<void> check(const connect_options& connection, const probe_options& options);

/// Examines the last proxy of the chain, one question a connection, one after the other; each
/// connection has connect_options::time_limit. What was left without a reply that long is not
/// waited for again: the checks that would are skipped, and what the proxy answers by itself, soon
/// or never, has 2 s at most from then on. A proxy that has answered no request in full gets two
/// limits in all; one that does not let us in any more, or leaves open what it answered before, is
/// asked nothing more.
/// The credentials are tried once, after a request without them: if they are rejected, nothing else
/// is logged in for; none are ever guessed. `methods` of the handshake limit
/// how it logs in, with none and password at most, `pipeline` has no effect. Both arguments are
/// borrowed. Never fails: what went wrong is the report. Cancelling ends it at once and closes what
/// is open.
SOCKSCAT_EXPORT asio::awaitable<probe_report> probe(
    const connect_options& connection, const probe_options& options);

/// Called with each report, in the order in which they are finished; false ends it all. While it
/// waits, its place among the jobs is taken. Must not throw.
using probe_sink = std::function<asio::awaitable<bool>(std::size_t index, probe_report report)>;
/// Makes the options for proxy number `index`. Must not throw.
using probe_source = std::function<connect_options(std::size_t index)>;

/// Examines `count` proxies, `jobs` of them at a time, begun in their order. All arguments are
/// borrowed. Cancelling ends all of them.
SOCKSCAT_EXPORT asio::awaitable<void> probe_all(
    std::size_t count,
    std::size_t jobs,
    const probe_source& source,
    const probe_options& options,
    const probe_sink& sink);

} // namespace sockscat
