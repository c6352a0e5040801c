// SPDX-License-Identifier: MIT
/// The functions of libldns that are used here.
#pragma once

#include "imported.hpp"

#include <stdbool.h> // or ldns makes macros of bool, true and false

#include <ldns/ldns.h>

namespace sockscat {

template <class Symbol>
using from_ldns = base::imported<library::ldns, Symbol>;

// clang-format off: one function per line
inline constinit from_ldns<decltype(::ldns_get_rr_type_by_name)> ldns_get_rr_type_by_name{
    "ldns_get_rr_type_by_name"};
inline constinit from_ldns<decltype(::ldns_output_format_nocomments)> ldns_output_format_nocomments{
    "ldns_output_format_nocomments"};
inline constinit from_ldns<decltype(::ldns_pkt_rcode2str)> ldns_pkt_rcode2str{"ldns_pkt_rcode2str"};
inline constinit from_ldns<decltype(::ldns_rdf2str)> ldns_rdf2str{"ldns_rdf2str"};
inline constinit from_ldns<decltype(::ldns_rdf_data)> ldns_rdf_data{"ldns_rdf_data"};
inline constinit from_ldns<decltype(::ldns_rdf_get_type)> ldns_rdf_get_type{"ldns_rdf_get_type"};
inline constinit from_ldns<decltype(::ldns_rdf_size)> ldns_rdf_size{"ldns_rdf_size"};
inline constinit from_ldns<decltype(::ldns_rr2str_fmt)> ldns_rr2str_fmt{"ldns_rr2str_fmt"};
inline constinit from_ldns<decltype(::ldns_rr_free)> ldns_rr_free{"ldns_rr_free"};
inline constinit from_ldns<decltype(::ldns_rr_get_class)> ldns_rr_get_class{"ldns_rr_get_class"};
inline constinit from_ldns<decltype(::ldns_rr_get_type)> ldns_rr_get_type{"ldns_rr_get_type"};
inline constinit from_ldns<decltype(::ldns_rr_owner)> ldns_rr_owner{"ldns_rr_owner"};
inline constinit from_ldns<decltype(::ldns_rr_rd_count)> ldns_rr_rd_count{"ldns_rr_rd_count"};
inline constinit from_ldns<decltype(::ldns_rr_rdf)> ldns_rr_rdf{"ldns_rr_rdf"};
inline constinit from_ldns<decltype(::ldns_rr_ttl)> ldns_rr_ttl{"ldns_rr_ttl"};
inline constinit from_ldns<decltype(::ldns_rr_type2str)> ldns_rr_type2str{"ldns_rr_type2str"};
inline constinit from_ldns<decltype(::ldns_version)> ldns_version{"ldns_version"};
inline constinit from_ldns<decltype(::ldns_wire2rr)> ldns_wire2rr{"ldns_wire2rr"};
// clang-format on

} // namespace sockscat
