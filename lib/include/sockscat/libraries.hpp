// SPDX-License-Identifier: MIT
/// The libraries that are loaded by the runs that need them: no one else pays for them, or must
/// have them.
#pragma once

#include <sockscat/export.hpp>
#include <sockscat/result.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sockscat {

enum class library : std::uint8_t {
    openssl, ///< TLS, and HMAC-MD5 for CHAP
    ldns,    ///< DNS messages
    gssapi,  ///< MIT Kerberos, for the method GSSAPI
    idn2,    ///< host names that are not ASCII
};

/// Loads a library, for good. failure::usage if that fails, with the name of the Debian package.
/// The functions of this library that use one do so themselves; this is to know it beforehand.
SOCKSCAT_EXPORT result<void> need(library which);

struct library_state {
    library_state() = default;

    std::string name; ///< "OpenSSL"
    std::string version;
    std::string missing; ///< why it cannot be loaded; empty if it can
};

/// All of them, in the order of `library`; those that are there are loaded.
SOCKSCAT_EXPORT std::vector<library_state> libraries();

} // namespace sockscat
