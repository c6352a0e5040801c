// SPDX-License-Identifier: MIT
/// What a certificate says, as escaped text.
#pragma once

#include "libraries/openssl.hpp"

#include <sockscat/tls.hpp>

#include <string>

namespace sockscat::net {

/// Subject, issuer, end and fingerprint of a certificate, into the summary; null: nothing.
void describe_certificate(const X509* certificate, tls_summary& summary);

/// The names and addresses that it is for, comma separated; of many, the first few.
std::string names_of(const X509* certificate);

} // namespace sockscat::net
