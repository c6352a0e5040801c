// SPDX-License-Identifier: MIT
// The words for numbers of DNS.
#include "ldns_pointers.hpp"

#include <sockscat/dns_message.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>

namespace sockscat {
namespace {

using dns::text_pointer;

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
    // 0 is not a type, 41 is OPT, 249 to 254 are about whole zones and keys.
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

std::string rcode_name(int rcode) {
    const text_pointer text{ldns_pkt_rcode2str(static_cast<ldns_pkt_rcode>(rcode))};
    return text ? text.get() : "RCODE" + std::to_string(rcode);
}

} // namespace sockscat
