// SPDX-License-Identifier: MIT
/// Who may be inside of GSSAPI when the process ends.
#pragma once

namespace sockscat::net {

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
