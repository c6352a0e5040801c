// SPDX-License-Identifier: MIT
#include "dns_errors.hpp"

#include <algorithm>
#include <utility>

namespace sockscat {
namespace {

class dns_errors final : public std::error_category {
  public:
    const char* name() const noexcept override { return "dns"; }
    std::string message(int code) const override {
        switch (static_cast<dns_errc>(code)) {
        case dns_errc::no_such_name:
            return "no such name";
        case dns_errc::no_record:
            return "no such record";
        case dns_errc::other_record:
            return "a record of another type";
        case dns_errc::not_in_dns:
            return "the name is not in DNS";
        case dns_errc::server_failed:
            return "it did not answer";
        case dns_errc::malformed:
            return "its answer is malformed";
        case dns_errc::truncated:
            return "its answer over TCP is truncated";
        case dns_errc::unasked:
            return "its answer does not match the question";
        case dns_errc::closed:
            return "it closed the connection before answering";
        case dns_errc::association_ended:
            return "the association ended before it answered";
        case dns_errc::no_answer:
            return "no answer";
        case dns_errc::no_time:
            return "timed out before it was asked";
        case dns_errc::tor_lacks_root:
            return "Tor cannot look up the root";
        case dns_errc::tor_lacks_type:
            return "Tor cannot look up this type";
        case dns_errc::tor_lacks_name:
            return "Tor cannot look up this name";
        }
        return "DNS error " + std::to_string(code);
    }
};

} // namespace

const std::error_category& dns_category() {
    static const dns_errors category;
    return category;
}

std::error_code make_error_code(dns_errc value) {
    return {static_cast<int>(value), dns_category()};
}

namespace {

// "1 fragment", "3 fragments"; appended to the list if there are any.
void list_drops(
    std::string& list, std::uint64_t count, std::string_view one, std::string_view many) {
    if (count == 0)
        return;
    list += (list.empty() ? "" : ", ") + std::to_string(count) + " ";
    list += count == 1 ? one : many;
}

} // namespace

std::string to_string(const dns_drops& value) {
    std::string list;
    const drop_counters& datagrams = value.datagrams;
    list_drops(list, datagrams.wrong_source, "not from the relay", "not from the relay");
    list_drops(list, datagrams.fragment, "fragment", "fragments");
    list_drops(
        list, datagrams.malformed, "with a malformed SOCKS header", "with malformed SOCKS headers");
    list_drops(
        list, datagrams.overflow, "that arrived faster than it was read",
        "that arrived faster than they were read");
    list_drops(
        list, value.strangers, "that does not answer the question",
        "that do not answer the question");
    list_drops(
        list, value.other_case, "with the case of its letters changed",
        "with the case of their letters changed");
    return list;
}

namespace dns {
namespace {

constexpr int no_error = 0;
constexpr int name_error = 3; // NXDOMAIN

std::string alias_text(const std::string& alias) {
    return alias.empty() ? "" : ", an alias of " + alias;
}

// "no A record", "neither A nor AAAA records"
std::string missing(const std::vector<record_type>& types) {
    if (types.size() == 1)
        return "no " + to_mnemonic(types.front()) + " record";
    if (types.size() == 2)
        return "neither " + to_mnemonic(types[0]) + " nor " + to_mnemonic(types[1]) + " records";
    std::string text = "no records of";
    for (const record_type each : types)
        text += (each == types.front() ? " " : ", ") + to_mnemonic(each);
    return text;
}

} // namespace

// A name in presentation form has its backslashes already.
std::string subject_text(const dns_query& query) {
    const auto* const name = std::get_if<host_name>(&query.subject);
    const auto is_printable = [](char c) { return c > 0x20 && c < 0x7F; };
    return name != nullptr && std::all_of(name->text.begin(), name->text.end(), is_printable)
               ? name->text
               : to_string(query.subject);
}

asked_server::asked_server(std::string proxy, const address& server)
    : proxy_{std::move(proxy)}, name_{"DNS server " + to_string(server) + ": "} {}

error asked_server::fail(failure kind, std::string_view what, std::error_code code) const {
    error why{kind, phase::relay, name_ + std::string{what}};
    why.hop = proxy_;
    why.code = code;
    return why;
}

error asked_server::fail(failure kind, dns_errc code) const {
    const std::error_code made = code;
    return fail(kind, made.message(), made);
}

error asked_server::no_record(
    const dns_query& query, record_type type, const dns_response& response) const {
    const std::string subject = subject_text(query);
    const std::string rcode = rcode_name(response.rcode);
    if (response.rcode == no_error)
        return no_records(query, {type}, response.alias);
    if (response.rcode == name_error)
        return fail(
            failure::negative_answer,
            "no such name: " + subject + alias_text(response.alias) + " (" + rcode + ")",
            dns_errc::no_such_name);
    // The server could not say, which is no answer about the name.
    return fail(
        failure::stream, "it did not answer for " + subject + ": " + rcode,
        dns_errc::server_failed);
}

error asked_server::no_records(
    const dns_query& query, const std::vector<record_type>& types, const std::string& alias) const {
    const std::string whose = subject_text(query) + alias_text(alias) + (alias.empty() ? "" : ",");
    return fail(
        failure::negative_answer, whose + " has " + missing(types) + " (NODATA)",
        dns_errc::no_record);
}

error not_in_dns(const dns_query& query) {
    error why{
        failure::negative_answer, phase::none,
        subject_text(query) +
            ": .onion and .i2p names are not in DNS, so the DNS server was not asked"};
    why.code = dns_errc::not_in_dns;
    return why;
}

} // namespace dns
} // namespace sockscat
