// SPDX-License-Identifier: MIT
/// \file
/// DNS through a proxy: the records of a name or an address, as the proxy's side of the network has
/// them.
///
///     sockscat::dns_client client{options, wanted}; // the proxies; wanted.ways, wanted.server
///     sockscat::dns_query query;
///     query.subject = sockscat::host_name{"example.com"};
///     const sockscat::dns_reply reply = co_await client.ask(query);
///     report(reply.why ? to_string(*reply.why) : reply.answers.front().records.front().data);
///
/// DNS messages (RFC 1035, RFC 6891) over UDP ASSOCIATE (RFC 1928), over TCP (RFC 7766) and inside
/// TLS (RFC 7858). RESOLVE and RESOLVE_PTR are in socks-extensions.txt of the Tor specifications.
#pragma once

#include <sockscat/address.hpp>
#include <sockscat/asio_version.hpp>
#include <sockscat/association.hpp>
#include <sockscat/client.hpp>
#include <sockscat/dns_message.hpp>
#include <sockscat/export.hpp>
#include <sockscat/result.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace sockscat {

/// How a query is carried, and who answers it.
enum class dns_way : std::uint8_t {
    tor, ///< RESOLVE and RESOLVE_PTR: the proxy answers
    udp, ///< a DNS server, through UDP ASSOCIATE
    tcp, ///< a DNS server, through CONNECT
    tls, ///< a DNS server, through CONNECT and inside TLS
};
/// How many values dns_way has.
inline constexpr std::size_t dns_ways = 4;

/// "tor", "udp", "tcp", "tls"
SOCKSCAT_EXPORT std::string_view to_string(dns_way value);

/// Why there is no record, if that is not the proxy's fault: in error::code, with dns_category().
enum class dns_errc : std::uint8_t {
    no_such_name = 1,  ///< the name does not exist (NXDOMAIN)
    no_record,         ///< the name has no record of this type (NODATA)
    other_record,      ///< Tor's one answer is of another type
    not_in_dns,        ///< has_no_dns(): no server was asked
    server_failed,     ///< SERVFAIL, REFUSED and the like: dns_answer::rcode
    malformed,         ///< the answer cannot be read
    truncated,         ///< the answer is truncated, even over TCP
    unasked,           ///< the server sends too much that was not asked for
    closed,            ///< the server closed the connection before it answered
    association_ended, ///< the association ended before the answer came
    no_answer,         ///< no answer came in time
    no_time,           ///< the time was up before the question was sent
    tor_lacks_root,    ///< failure::usage: Tor's commands cannot ask for "."
    tor_lacks_type,    ///< failure::usage: Tor's commands cannot ask for this type
    tor_lacks_name,    ///< failure::usage: nor for a name with bytes like these
};
/// The category of dns_errc.
SOCKSCAT_EXPORT const std::error_category& dns_category();
/// The value in dns_category().
SOCKSCAT_EXPORT std::error_code make_error_code(dns_errc value);

/// How a client works; many of them may share it.
struct dns_client_options {
    dns_client_options() = default;

    /// The ways to try, in this order; at least one. If the proxy turns out not to support one, or
    /// nothing comes back over it (udp), the next is used, also for later queries.
    std::vector<dns_way> ways{dns_way::tor};
    /// The DNS server; needed by every way but tor. If it is a name, the proxy resolves it; with a
    /// URL that leaves names to this machine (socks4, socks5) it must be an address.
    std::optional<address> server;
    /// How long to wait for an answer over UDP before the question is sent again, three times in
    /// all. Nothing: 5 s, or 2 s if another way follows, and less if the time limit is short.
    std::optional<std::chrono::milliseconds> udp_wait;
};

/// One name or address, and what is asked about it.
struct dns_query {
    dns_query() = default;

    /// A name in presentation form (parse_host(), parse_dns_name(); the root is "."), or an IP
    /// address.
    host subject;
    /// The types, all asked for at the same time. Empty: A and AAAA of a name, PTR of an address
    /// (its name under arpa). Tor supports A, AAAA, both together (its one answer is either of
    /// them), and PTR of an address.
    std::vector<record_type> types;
};

/// What arrived instead of an answer, in datagrams or messages.
struct dns_drops {
    dns_drops() = default;

    drop_counters datagrams;     ///< what the association dropped
    std::uint64_t strangers{0};  ///< not DNS, or about something else
    std::uint64_t other_case{0}; ///< an answer, except for the random case of its letters
};
/// "3 that did not come from the relay, 1 fragment"; empty if there was nothing.
SOCKSCAT_EXPORT std::string to_string(const dns_drops& value);

/// The result for one type.
struct dns_answer {
    dns_answer() = default;

    /// As asked for. With Tor, which chooses between A and AAAA, there is one dns_answer for both:
    /// the type that came, or 0 if no answer came.
    record_type type{0};
    dns_way via{dns_way::tor};       ///< how the answer came, or the last way tried
    std::optional<int> rcode;        ///< RCODE of the DNS server's response
    std::string alias;               ///< where the CNAME chain ends; empty: there is none
    std::vector<dns_record> records; ///< the answer; empty: see `why`
    std::optional<error> why;        ///< if there are no records; also says what was dropped
    dns_drops dropped;               ///< if no answer came
    /// From sending the question, the last time, to the response of the DNS server; milliseconds.
    std::optional<double> elapsed_ms;
};

/// The result of a query.
struct dns_reply {
    dns_reply() = default;

    std::vector<dns_answer> answers; ///< never empty; in the order of the types
    /// If there are no records at all: the one error to report. failure::negative_answer if the
    /// name does not exist or has no such records, else the first that is something else.
    std::optional<error> why;
    /// With `why`: any other name would have failed as well, as far as can be told.
    bool fails_for_all{false};
};

/// Told how a query proceeds, on the thread that runs it. Every function has a default that does
/// nothing. None may throw.
class SOCKSCAT_EXPORT dns_observer {
  public:
    virtual ~dns_observer() = default;

    /// An answer came, whatever its content.
    virtual void on_answer(dns_way way);
    /// This way does not work, and the next is tried.
    virtual void on_way_closed(dns_way way, const error& why);
    /// An answer over UDP was truncated, and is asked for again over TCP.
    virtual void on_truncated();
};

/// What dns_client::ask() would refuse before its first packet: failure::usage, when none of the
/// ways can carry the query. All but dns_way::tor need library::ldns.
SOCKSCAT_EXPORT result<void> check(
    const connect_options& options, const dns_client_options& wanted, const dns_query& query);

/// Sends queries, one at a time. Keeps one association, and one connection for each way, opened
/// when it is needed and again when it has ended. Movable; a moved-from client can only be
/// destroyed or assigned to.
///
/// Nothing is looked up on this machine except the first proxy's own name. No server is asked about
/// a name without DNS (has_no_dns()); with dns_way::tor it goes to the proxy like any other name.
///
/// An answer is accepted only if it repeats the question and its id, and over UDP also the random
/// case of its letters; a server that changes the case is asked once more without it. A response
/// with an error code may leave the question out. CNAME chains are followed as far as the answer
/// contains them. Nothing is validated (DNSSEC).
class dns_client {
  public:
    /// Copies the options; their observer, if any, must outlive the client. connect_options::tls is
    /// used with dns_way::tls (the certificate must match the server's host);
    /// connect_options::time_limit applies to each query, with all its ways.
    SOCKSCAT_EXPORT dns_client(const connect_options& options, dns_client_options wanted);
    /// Takes over the connections of another client.
    SOCKSCAT_EXPORT dns_client(dns_client&&) noexcept;
    /// Closes its own connections and takes over those of another client.
    SOCKSCAT_EXPORT dns_client& operator=(dns_client&&) noexcept;
    /// Closes the connections.
    SOCKSCAT_EXPORT ~dns_client();

    /// Another client, with connections of its own, for simultaneous queries on the same thread.
    /// They share what is known about ways that do not work.
    SOCKSCAT_EXPORT [[nodiscard]] dns_client sibling() const;

    /// Zeroes the passwords that it and its siblings have. Only when no further query follows and
    /// none is running: a running query may need another handshake at any time, for what was
    /// truncated, for another way, or for a server that closes after an answer.
    SOCKSCAT_EXPORT void forget_passwords();

    /// Never fails: what went wrong is in the reply. Its errors are those of connect(), associate()
    /// and resolve(), and once the server can be reached failure::negative_answer,
    /// failure::timeout and failure::stream with a dns_errc or the system's code.
    ///
    /// Both arguments are borrowed until the awaitable is done. Cancelling closes the connection
    /// that the question was sent on and leaves the client usable; the reply then has no meaning.
    SOCKSCAT_EXPORT asio::awaitable<dns_reply> ask(
        const dns_query& query, dns_observer* watch = nullptr);

  private:
    struct state;
    explicit dns_client(std::unique_ptr<state> owned);

    std::unique_ptr<state> state_;
};

} // namespace sockscat

/// \cond
template <>
struct std::is_error_code_enum<sockscat::dns_errc> : std::true_type {};
/// \endcond
