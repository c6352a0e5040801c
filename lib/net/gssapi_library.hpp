// SPDX-License-Identifier: MIT
/// The functions of libgssapi_krb5 that we need, found at run time: nobody else pays for loading
/// it.
#pragma once

#include <sockscat/result.hpp>

#include <gssapi/gssapi.h>

namespace sockscat::net {

struct gssapi_library {
    decltype(&::gss_import_name) import_name{nullptr};
    decltype(&::gss_release_name) release_name{nullptr};
    decltype(&::gss_init_sec_context) init_sec_context{nullptr};
    decltype(&::gss_delete_sec_context) delete_sec_context{nullptr};
    decltype(&::gss_wrap) wrap{nullptr};
    decltype(&::gss_unwrap) unwrap{nullptr};
    decltype(&::gss_wrap_size_limit) wrap_size_limit{nullptr};
    decltype(&::gss_release_buffer) release_buffer{nullptr};
    decltype(&::gss_display_status) display_status{nullptr};
};

/// Loads it once, for good. Errors: failure::usage.
const result<gssapi_library>& load_gssapi();

} // namespace sockscat::net
