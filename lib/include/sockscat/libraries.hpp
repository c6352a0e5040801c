// SPDX-License-Identifier: MIT
/// \file
/// Shared libraries that are loaded when they are first needed, and that need not be installed
/// otherwise.
#pragma once

#include <sockscat/auth_method.hpp>
#include <sockscat/export.hpp>
#include <sockscat/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sockscat {

/// A library that may be loaded.
enum class library : std::uint8_t {
    openssl, ///< TLS, and HMAC-MD5 for CHAP
    ldns,    ///< DNS messages
    gssapi,  ///< MIT Kerberos, for the method GSSAPI
    idn2,    ///< host names that are not ASCII
};

/// Loads a library; it stays loaded. Errors: failure::usage, with the name of the Debian package.
/// The functions that use a library load it themselves; this is to know beforehand. Safe on any
/// thread.
SOCKSCAT_EXPORT result<void> need(library which);

/// The library without which a method cannot be offered; nothing if it needs none.
SOCKSCAT_EXPORT std::optional<library> library_for(auth_method method);

/// What is known of one of them.
struct library_state {
    library_state() = default;

    std::string name;    ///< "OpenSSL"
    std::string version; ///< as the library reports it; empty if it is missing
    std::string missing; ///< why it cannot be loaded; empty if it can
};

/// All of them, in the order of `library`. Loads those that are installed.
SOCKSCAT_EXPORT std::vector<library_state> libraries();

} // namespace sockscat
