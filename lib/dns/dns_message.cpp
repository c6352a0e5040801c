// SPDX-License-Identifier: MIT
#include "libraries/ldns.hpp"

#include <sockscat/dns_message.hpp>
#include <sockscat/dns_name.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

namespace sockscat {
namespace {

using bytes_view = std::span<const std::uint8_t>;

constexpr std::size_t header_size = 12;
constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t recursion_desired = 0x0100;
constexpr std::uint16_t udp_size = 1232; // fits into every path with a SOCKS header before it

struct deleter {
    void operator()(ldns_rr* record) const { ldns_rr_free(record); }
    void operator()(char* text) const { std::free(text); } // NOLINT(cppcoreguidelines-no-malloc)
};
using rr_pointer = std::unique_ptr<ldns_rr, deleter>;
using text_pointer = std::unique_ptr<char, deleter>;

void put_u16(std::vector<std::uint8_t>& out, std::uint16_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U));
    out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

std::uint16_t u16_at(bytes_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}

// A name that cannot be one is the root.
std::vector<std::string> labels_of(std::string_view name) {
    auto labels = dns_labels(name);
    return labels ? std::move(labels).value() : std::vector<std::string>{};
}

void put_name(std::vector<std::uint8_t>& out, std::string_view name) {
    for (const std::string& label : labels_of(name)) {
        out.push_back(static_cast<std::uint8_t>(label.size()));
        out.insert(out.end(), label.begin(), label.end());
    }
    out.push_back(0);
}

// QNAME QTYPE QCLASS.
std::vector<std::uint8_t> encode_question(std::string_view name, record_type type) {
    std::vector<std::uint8_t> out;
    put_name(out, name);
    put_u16(out, type);
    put_u16(out, class_in);
    return out;
}

std::vector<std::uint8_t> as_sent(const dns_question& question) {
    const bool is_mixed = !question.sent_name.empty();
    return encode_question(is_mixed ? question.sent_name : question.name, question.type);
}

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

// The fields behind owner, TTL, class and type, which are separated by tabs.
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

// Longer chains are no use to anybody but who wants us to be busy.
constexpr int longest_chain = 16;

class answer_section {
  public:
    // False if it is malformed. `asked`: the labels of the question.
    bool read(
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

    // What stands at the end of the chain that begins at `owner`.
    struct chain_end {
        std::string owner; // its key
        std::string alias; // its text; empty if there is no chain
    };
    [[nodiscard]] chain_end follow(std::string owner) const {
        chain_end end{std::move(owner), ""};
        for (int turn = 0; turn < longest_chain; ++turn) {
            const auto next = std::find_if(records_.begin(), records_.end(), [&](const auto& each) {
                return each.is(LDNS_RR_TYPE_CNAME) && each.owner == end.owner;
            });
            if (next == records_.end() || ldns_rr_rd_count(next->record.get()) != 1)
                break;
            const ldns_rdf* const target = ldns_rr_rdf(next->record.get(), 0);
            const text_pointer text{ldns_rdf2str(target)};
            end = {key_of(target), text ? printable(without_dot(text.get())) : "?"};
        }
        return end;
    }

    // The records of an owner and a type; false if one has no text.
    bool collect(const std::string& owner, record_type type, std::vector<dns_record>& out) const {
        for (const entry& each : records_) {
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

  private:
    struct entry {
        [[nodiscard]] unsigned type() const {
            return static_cast<unsigned>(ldns_rr_get_type(record.get()));
        }
        [[nodiscard]] bool is(unsigned wanted) const {
            return type() == wanted && ldns_rr_get_class(record.get()) == LDNS_RR_CLASS_IN;
        }

        rr_pointer record;
        std::string owner; // its key
    };

    std::vector<entry> records_;
};

dns_reading faulty(dns_fault fault) {
    dns_reading out;
    out.fault = fault;
    return out;
}

enum class relation : std::uint8_t { none, other_case, answer, complaint };

// QNAME QTYPE QCLASS of a message as it was asked.
relation compare_question(bytes_view message, const dns_question& question) {
    const auto asked = as_sent(question);
    const bytes_view rest = message.subspan(header_size);
    if (u16_at(message, 4) != 1 || rest.size() < asked.size())
        return relation::none;
    if (std::equal(asked.begin(), asked.end(), rest.begin()))
        return relation::answer;
    const bytes_view got = rest.first(asked.size());
    const auto name_size = static_cast<std::ptrdiff_t>(asked.size() - 4);
    const auto is_same = [](std::uint8_t a, std::uint8_t b) {
        return lower(static_cast<char>(a)) == lower(static_cast<char>(b));
    };
    const bool differs_in_case =
        std::equal(asked.begin(), asked.begin() + name_size, got.begin(), is_same) &&
        std::equal(asked.begin() + name_size, asked.end(), got.begin() + name_size);
    if (!differs_in_case)
        return relation::none;
    return question.sent_name.empty() ? relation::answer : relation::other_case;
}

relation relation_of(bytes_view message, const dns_question& question) {
    if (message.size() < header_size || u16_at(message, 0) != question.id)
        return relation::none;
    const unsigned flags = u16_at(message, 2);
    const bool is_response = (flags & 0x8000U) != 0;
    const bool is_query_opcode = (flags & 0x7800U) == 0;
    if (!is_response || !is_query_opcode)
        return relation::none;
    // A server that fails, or does not understand the query, may leave the question out.
    const bool is_complaint = u16_at(message, 4) == 0 && (flags & 0x000FU) != 0 &&
                              (flags & 0x000FU) != LDNS_RCODE_NXDOMAIN;
    return is_complaint ? relation::complaint : compare_question(message, question);
}

// The types that Tor's commands have: no DNS server is asked for them, and no ldns.
struct well_known_type {
    record_type type;
    const char* name;
};
constexpr std::array<well_known_type, 4> well_known{
    {{type_a, "A"}, {type_aaaa, "AAAA"}, {type_cname, "CNAME"}, {type_ptr, "PTR"}}};

const well_known_type* find_well_known(std::string_view word) {
    const auto* const found =
        std::find_if(well_known.begin(), well_known.end(), [name = lower(word)](const auto& each) {
            return lower(each.name) == name;
        });
    return found == well_known.end() ? nullptr : found;
}

} // namespace

std::optional<record_type> parse_record_type(std::string_view text) {
    const std::string word{text};
    if (word.empty() || word.find('\0') != std::string::npos)
        return std::nullopt;
    if (const auto* const known = find_well_known(word))
        return known->type;
    if (!need(library::ldns))
        return std::nullopt;
    const auto type = static_cast<unsigned>(ldns_get_rr_type_by_name(word.c_str()));
    const bool is_number = lower(word).starts_with("type");
    if (is_number && (word.size() < 5 || word.size() > 9 ||
                      word.find_first_not_of("0123456789", 4) != std::string::npos))
        return std::nullopt;
    // 0 is no type, 41 is OPT, 249 to 254 are about whole zones and keys.
    if (type == 0 || type > 0xFFFF || type == 41 || (type >= 249 && type <= 254))
        return std::nullopt;
    return static_cast<record_type>(type);
}

std::string to_mnemonic(record_type type) {
    for (const auto& each : well_known)
        if (each.type == type)
            return each.name;
    if (!need(library::ldns))
        return "TYPE" + std::to_string(type);
    const text_pointer text{ldns_rr_type2str(static_cast<ldns_rr_type>(type))};
    return text ? text.get() : "TYPE" + std::to_string(type);
}

std::vector<std::uint8_t> encode_query(const dns_question& question) {
    std::vector<std::uint8_t> out;
    put_u16(out, question.id);
    put_u16(out, recursion_desired);
    for (const int count : {1, 0, 0, question.edns ? 1 : 0}) // QDCOUNT ANCOUNT NSCOUNT ARCOUNT
        put_u16(out, static_cast<std::uint16_t>(count));
    const auto asked = as_sent(question);
    out.insert(out.end(), asked.begin(), asked.end());
    if (!question.edns)
        return out;
    out.push_back(0); // OPT: the root's name, our size as class, no flags, no options
    put_u16(out, LDNS_RR_TYPE_OPT);
    put_u16(out, udp_size);
    out.insert(out.end(), 6, 0);
    return out;
}

std::string rcode_name(int rcode) {
    const text_pointer text{ldns_pkt_rcode2str(static_cast<ldns_pkt_rcode>(rcode))};
    return text ? text.get() : "RCODE" + std::to_string(rcode);
}

dns_reading decode_response(std::span<const std::uint8_t> message, const dns_question& question) {
    const relation kind = relation_of(message, question);
    if (kind == relation::none)
        return faulty(dns_fault::stranger);
    if (kind == relation::other_case)
        return faulty(dns_fault::other_case);
    dns_reading out;
    const unsigned flags = u16_at(message, 2);
    out.response.rcode = static_cast<int>(flags & 0x000FU);
    out.response.truncated = kind == relation::answer && (flags & 0x0200U) != 0;
    if (out.response.truncated || kind == relation::complaint)
        return out; // what there is of a truncated answer is not for use
    // Names in answers are compressed onto the question: they get its cases, so it gets ours.
    std::vector<std::uint8_t> copy{message.begin(), message.end()};
    const auto meant = encode_question(question.name, question.type);
    std::copy(meant.begin(), meant.end(), copy.begin() + header_size);
    answer_section answers;
    if (!answers.read(
            copy, header_size + meant.size(), u16_at(message, 6), labels_of(question.name)))
        return faulty(dns_fault::malformed);
    const bool follows = question.type != LDNS_RR_TYPE_CNAME && question.type != LDNS_RR_TYPE_ANY;
    answer_section::chain_end end{key_of(question.name), ""};
    if (follows)
        end = answers.follow(end.owner);
    out.response.alias = end.alias;
    if (!answers.collect(end.owner, question.type, out.response.answers))
        return faulty(dns_fault::malformed);
    return out;
}

} // namespace sockscat
