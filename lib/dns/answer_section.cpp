// SPDX-License-Identifier: MIT
#include "answer_section.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <span>
#include <utility>

namespace sockscat::dns {
namespace {

// What ldns leaves of other bytes would be the terminal's.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7F) {
            out += c;
            continue;
        }
        std::array<char, 8> code{};
        std::snprintf(code.data(), code.size(), "\\%03u", byte);
        out += code.data();
    }
    return out;
}

std::string_view without_dot(std::string_view name) {
    return name.substr(0, name.size() - (name.size() > 1 && name.ends_with('.') ? 1 : 0));
}

// A domain name for comparing: its wire form in lower case.
std::string key_of(const ldns_rdf* name) {
    const auto* const bytes = static_cast<const char*>(static_cast<void*>(ldns_rdf_data(name)));
    return lower({bytes, ldns_rdf_size(name)});
}

std::string key_of(std::string_view name) {
    std::vector<std::uint8_t> wire;
    put_name(wire, name);
    return lower({reinterpret_cast<const char*>(wire.data()), wire.size()});
}

// Gives the labels of a name the letters that the same labels have in the question: where a server
// made the name of those that it was sent, theirs are random.
void restore_case(ldns_rdf* name, const std::vector<std::string>& asked) {
    const std::span bytes{
        static_cast<char*>(static_cast<void*>(ldns_rdf_data(name))), ldns_rdf_size(name)};
    for (std::size_t at = 0; at < bytes.size() && bytes[at] != 0;) {
        const auto size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]));
        if (at + 1 + size > bytes.size())
            return;
        const auto label = bytes.subspan(at + 1, size);
        const std::string meant = lower({label.data(), label.size()});
        const auto same = std::find_if(asked.begin(), asked.end(), [&](const std::string& each) {
            return lower(each) == meant;
        });
        if (same != asked.end())
            std::copy(same->begin(), same->end(), label.begin());
        at += size + 1;
    }
}

void restore_case(ldns_rr& record, const std::vector<std::string>& asked) {
    for (std::size_t i = 0; i < ldns_rr_rd_count(&record); ++i) {
        ldns_rdf* const field = ldns_rr_rdf(&record, i);
        if (ldns_rdf_get_type(field) == LDNS_RDF_TYPE_DNAME)
            restore_case(field, asked);
    }
}

// The fields after owner, TTL, class and type, which are separated by tabs.
std::optional<std::string> data_of(const ldns_rr& record) {
    const text_pointer text{ldns_rr2str_fmt(*ldns_output_format_nocomments, &record)};
    if (!text)
        return std::nullopt;
    std::string_view rest{text.get()};
    for (int field = 0; field < 4; ++field) {
        const std::size_t tab = rest.find('\t');
        if (tab == std::string_view::npos)
            return "";
        rest.remove_prefix(tab + 1);
    }
    while (!rest.empty() && (rest.back() == '\n' || rest.back() == ' '))
        rest.remove_suffix(1);
    return printable(rest);
}

// Where the record at `at` ends by its own account: ldns does not insist on it.
std::optional<std::size_t> end_of_record(bytes_view message, std::size_t at) {
    constexpr unsigned pointer = 0xC0;
    while (at < message.size() && message[at] != 0 && (message[at] & pointer) == 0)
        at += std::size_t{1} + message[at];
    if (at >= message.size())
        return std::nullopt;
    at += message[at] == 0 ? 1U : 2U;
    constexpr std::size_t fixed_size = 10; // TYPE CLASS TTL RDLENGTH
    if (at + fixed_size > message.size())
        return std::nullopt;
    return at + fixed_size + u16_at(message, at + fixed_size - 2);
}

// Longer chains serve only to keep us busy.
constexpr int longest_chain = 16;

} // namespace

unsigned answer_section::owned_record::type() const {
    return static_cast<unsigned>(ldns_rr_get_type(record.get()));
}

bool answer_section::owned_record::is(unsigned wanted) const {
    return type() == wanted && ldns_rr_get_class(record.get()) == LDNS_RR_CLASS_IN;
}

bool answer_section::read(
    bytes_view message,
    std::size_t begin,
    std::size_t count,
    const std::vector<std::string>& asked) {
    std::size_t at = begin;
    for (std::size_t i = 0; i < count; ++i) {
        const auto end = end_of_record(message, at);
        ldns_rr* parsed = nullptr;
        const ldns_status status =
            ldns_wire2rr(&parsed, message.data(), message.size(), &at, LDNS_SECTION_ANSWER);
        rr_pointer record{status == LDNS_STATUS_OK ? parsed : nullptr};
        if (!record || at != end)
            return false;
        restore_case(*record, asked);
        std::string owner = key_of(ldns_rr_owner(record.get()));
        records_.push_back({std::move(record), std::move(owner)});
    }
    return true;
}

answer_section::chain_end answer_section::chain_from(std::string_view name) {
    return {key_of(name), ""};
}

answer_section::chain_end answer_section::follow(chain_end chain) const {
    for (int turn = 0; turn < longest_chain; ++turn) {
        const auto next = std::find_if(records_.begin(), records_.end(), [&](const auto& each) {
            return each.is(LDNS_RR_TYPE_CNAME) && each.owner == chain.owner;
        });
        if (next == records_.end() || ldns_rr_rd_count(next->record.get()) != 1)
            break;
        const ldns_rdf* const target = ldns_rr_rdf(next->record.get(), 0);
        const text_pointer text{ldns_rdf2str(target)};
        chain = {key_of(target), text ? printable(without_dot(text.get())) : "?"};
    }
    return chain;
}

bool answer_section::collect(
    const std::string& owner, record_type type, std::vector<dns_record>& out) const {
    for (const owned_record& each : records_) {
        if ((type != LDNS_RR_TYPE_ANY && !each.is(type)) || each.owner != owner)
            continue;
        auto data = data_of(*each.record);
        if (!data)
            return false;
        dns_record record;
        record.type = to_mnemonic(static_cast<record_type>(each.type()));
        record.ttl_s = ldns_rr_ttl(each.record.get());
        record.data = std::move(*data);
        out.push_back(std::move(record));
    }
    return true;
}

} // namespace sockscat::dns
