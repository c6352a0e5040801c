// SPDX-License-Identifier: MIT
/// DNS through a proxy: what DNS knows of a name or an address, asked at the far side.
///
///     sockscat::dns_client client{options, wanted}; // the proxies; wanted.ways, wanted.server
///     sockscat::dns_query query;
///     query.subject = sockscat::host_name{"example.com"};
///     const sockscat::dns_reply reply = co_await client.ask(query);
///     report(reply.why ? to_string(*reply.why) : reply.answers.front().records.front().data);
///
/// RFC 1035 over UDP ASSOCIATE (RFC 1928) and over TCP (RFC 7766), RFC 7858 inside TLS, RFC 6891;
/// RESOLVE and RESOLVE_PTR are in socks-extensions.txt of the Tor specifications.
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

/// How a question gets to the one who answers it.
enum class dns_way : std::uint8_t {
    tor, ///< RESOLVE and RESOLVE_PTR: the proxy asks
    udp, ///< a DNS server through UDP ASSOCIATE
    tcp, ///< through CONNECT
    tls, ///< through CONNECT, inside TLS
};
inline constexpr std::size_t dns_ways = 4;

/// "tor", "udp", "tcp", "tls"
SOCKSCAT_EXPORT std::string_view to_string(dns_way value);

/// Why there is no record, where it is not the proxy's doing; error::code, category
/// dns_category().
enum class dns_errc : std::uint8_t {
    no_such_name = 1,  ///< NXDOMAIN
    no_record,         ///< the name has none of this type (NODATA)
    other_record,      ///< Tor's one answer is of another type
    not_in_dns,        ///< has_no_dns(): no server was asked
    server_failed,     ///< SERVFAIL, REFUSED and the like: dns_answer::rcode
    malformed,         ///< the answer cannot be read
    truncated,         ///< the answer is truncated over TCP, too
    unasked,           ///< the server pours out what was not asked
    closed,            ///< the server closed the connection before it answered
    association_ended, ///< before the answer came
    no_answer,         ///< none came in time
    no_time,           ///< the time was up before it was asked
    tor_lacks_root,    ///< failure::usage: Tor's commands cannot ask for "."
    tor_lacks_type,    ///< failure::usage: nor for this type
    tor_lacks_name,    ///< failure::usage: nor for a name with such bytes
};
SOCKSCAT_EXPORT const std::error_category& dns_category();
SOCKSCAT_EXPORT std::error_code make_error_code(dns_errc value);

/// What a client may do; may be shared by many of them.
struct dns_client_options {
    dns_client_options() = default;

    /// The ways to try, in this order; at least one. One that the proxy turns out not to have, or
    /// over which nothing comes back (udp), gives way to the next, also for later questions.
    std::vector<dns_way> ways{dns_way::tor};
    /// Needed by every way but tor. A name is resolved by the proxy; a proxy that leaves names to
    /// us (socks4, socks5) needs an address.
    std::optional<address> server;
    /// How long a question over UDP waits for its answer before it is sent again; it is sent three
    /// times at most. Without: 5 s, or 2 s if another way follows, and less if the time limit is
    /// short.
    std::optional<std::chrono::milliseconds> udp_wait;
};

/// What is asked about one name or one address.
struct dns_query {
    dns_query() = default;

    /// A name in presentation form (parse_host(), parse_dns_name(); the root is "."), or an IP
    /// address.
    host subject;
    /// The types, all asked at once. Empty: A and AAAA of a name, PTR of an address. Of an address,
    /// PTR asks for its name in arpa. Tor has A, AAAA, both (its one answer is either), and PTR of
    /// an address.
    std::vector<record_type> types;
};

/// What came while a question waited and was no answer to it, in datagrams or messages.
struct dns_drops {
    dns_drops() = default;

    drop_counters datagrams;     ///< by the association: not even from the relay, ...
    std::uint64_t strangers{0};  ///< not DNS, or about something else
    std::uint64_t other_case{0}; ///< an answer but for the random case of its letters
};
/// "3 that did not come from the relay, 1 fragment"; empty if there is nothing.
SOCKSCAT_EXPORT std::string to_string(const dns_drops& value);

/// What came of the question for one type.
struct dns_answer {
    dns_answer() = default;

    /// As asked. Of A and AAAA, Tor chooses one, and there is one dns_answer for both: its type, or
    /// 0 if no answer came.
    record_type type{0};
    dns_way via{dns_way::tor}; ///< where the answer came from, or the last that was tried
    std::optional<int> rcode;  ///< RCODE of the DNS server's response
    std::string alias;         ///< where its CNAME chain ends; empty: there is none
    std::vector<dns_record> records;
    std::optional<error> why; ///< if there are no records; says what was dropped, too
    dns_drops dropped;        ///< if no answer came
    /// From sending the question, for the last time, to the response of the DNS server.
    std::optional<double> elapsed_ms;
};

/// What came of a query.
struct dns_reply {
    dns_reply() = default;

    std::vector<dns_answer> answers; ///< never empty; in the order of the types
    /// If there are no records at all: the one error to report. failure::negative_answer if the
    /// name does not exist or has no such records, else the first that is something else.
    std::optional<error> why;
    /// With `why`: it would have failed for any other name, too, as far as one can tell.
    bool fails_for_all{false};
};

/// Told how a query goes, on the thread that runs it. Every call has a default that does nothing.
/// Calls must not throw.
class SOCKSCAT_EXPORT dns_observer {
  public:
    virtual ~dns_observer() = default;

    /// An answer came, whatever it says.
    virtual void on_answer(dns_way way);
    /// A way does not work, and the next is tried.
    virtual void on_way_closed(dns_way way, const error& why);
    /// An answer over UDP is truncated, and asked for again over TCP.
    virtual void on_truncated();
};

/// What dns_client::ask() would refuse before its first packet: failure::usage, when none of the
/// ways can carry the query. All but dns_way::tor need library::ldns.
SOCKSCAT_EXPORT result<void> check(
    const connect_options& options, const dns_client_options& wanted, const dns_query& query);

/// Asks about one name after the other: one query at a time. Keeps one association and one
/// connection for each way, opened when it is needed and again when it has ended. Movable.
///
/// Nothing is looked up on this machine but the first proxy's own name. No server is asked for a
/// name without DNS (has_no_dns()); by dns_way::tor it goes to the proxy like any name.
///
/// An answer is believed only if it repeats the question and its id, and over UDP also the random
/// case of its letters; a server that changes that is asked once more without it. An error may
/// leave the question out. CNAME chains are followed as far as the
/// answer has them. Nothing is validated (DNSSEC).
class dns_client {
  public:
    /// Copies the options; their observer, if any, must outlive the client. connect_options::tls is
    /// for dns_way::tls (the server's host is what its certificate must be for);
    /// connect_options::time_limit is for each query, with all its ways.
    SOCKSCAT_EXPORT dns_client(const connect_options& options, dns_client_options wanted);
    SOCKSCAT_EXPORT dns_client(dns_client&&) noexcept;
    SOCKSCAT_EXPORT dns_client& operator=(dns_client&&) noexcept;
    SOCKSCAT_EXPORT ~dns_client();

    /// Another client, with connections of its own, for queries at the same time on the same
    /// thread. Both know which ways turned out not to work.
    SOCKSCAT_EXPORT [[nodiscard]] dns_client sibling() const;

    /// Overwrites the passwords that it and its siblings know, for when no query follows, nor is
    /// under way. (A query that is may need another handshake at any time: for what was truncated,
    /// for another way, or for a server that closes after an answer.)
    SOCKSCAT_EXPORT void forget_passwords();

    /// Never fails: what went wrong is in the reply. Its errors are those of connect(), associate()
    /// and resolve(), and once the server can be reached failure::negative_answer,
    /// failure::timeout and failure::stream with a dns_errc or the system's code.
    ///
    /// Both arguments are borrowed until the awaitable is done. Cancelling closes the connection
    /// that the question is on and leaves the client usable; the reply then says nothing in
    /// particular.
    SOCKSCAT_EXPORT asio::awaitable<dns_reply> ask(
        const dns_query& query, dns_observer* watch = nullptr);

  private:
    struct state;
    explicit dns_client(std::unique_ptr<state> owned);

    std::unique_ptr<state> state_;
};

} // namespace sockscat

template <>
struct std::is_error_code_enum<sockscat::dns_errc> : std::true_type {};
