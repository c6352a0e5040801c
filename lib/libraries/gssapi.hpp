// SPDX-License-Identifier: MIT
/// The functions of MIT Kerberos' GSSAPI that are used here.
#pragma once

#include "imported.hpp"

#include <gssapi/gssapi.h>

namespace sockscat {

template <class Symbol>
using from_gssapi = base::imported<library::gssapi, Symbol>;

// clang-format off: one function per line
inline constinit from_gssapi<decltype(::gss_delete_sec_context)> gss_delete_sec_context{
    "gss_delete_sec_context"};
inline constinit from_gssapi<decltype(::gss_display_status)> gss_display_status{
    "gss_display_status"};
inline constinit from_gssapi<decltype(::gss_import_name)> gss_import_name{"gss_import_name"};
inline constinit from_gssapi<decltype(::gss_init_sec_context)> gss_init_sec_context{
    "gss_init_sec_context"};
inline constinit from_gssapi<decltype(::gss_release_buffer)> gss_release_buffer{
    "gss_release_buffer"};
inline constinit from_gssapi<decltype(::gss_release_name)> gss_release_name{"gss_release_name"};
inline constinit from_gssapi<decltype(::gss_unwrap)> gss_unwrap{"gss_unwrap"};
inline constinit from_gssapi<decltype(::gss_wrap)> gss_wrap{"gss_wrap"};
inline constinit from_gssapi<decltype(::gss_wrap_size_limit)> gss_wrap_size_limit{
    "gss_wrap_size_limit"};
// clang-format on

} // namespace sockscat
