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

/// To be a part of what calls the library. Its finalizers leave it in no state to be called, so
/// that the process ends without them if a thread may still be inside: one that waits for a KDC and
/// was abandoned.
class gssapi_user {
  public:
    gssapi_user();
    ~gssapi_user();
    gssapi_user(const gssapi_user&) = delete;
    gssapi_user& operator=(const gssapi_user&) = delete;
};

} // namespace sockscat::net
