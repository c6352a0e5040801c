// SPDX-License-Identifier: MIT
#include "tls_errors.hpp"

#include "libraries/openssl.hpp"

#include <sockscat/text.hpp>
#include <sockscat/tls.hpp>

#include <string>
#include <system_error>

namespace sockscat {
namespace {

class tls_errors final : public std::error_category {
  public:
    const char* name() const noexcept override { return "tls"; }
    std::string message(int code) const override {
        switch (static_cast<tls_errc>(code)) { // no reason of OpenSSL's SSL library is that small
        case tls_errc::truncated:
            return "TLS ended without close_notify";
        case tls_errc::not_trusted:
            return "the certificate is not trusted";
        case tls_errc::wrong_name:
            return "the certificate is for another name";
        case tls_errc::no_tls:
            return "it does not speak TLS";
        case tls_errc::out_of_date:
            return "the certificate has expired or is not valid yet";
        case tls_errc::closed:
            return "closed during the handshake";
        case tls_errc::certificate_required:
            return "a client certificate is required";
        case tls_errc::no_content:
            return "nothing but TLS messages without content came";
        case tls_errc::handshake_failed:
            return "the handshake failed";
        }
        const char* const text =
            ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, static_cast<unsigned long>(code)));
        return text == nullptr ? "TLS error " + std::to_string(code) : "TLS: " + escape(text);
    }
};

} // namespace

bool is_about_our_certificate(const std::error_code& code) {
    if (code.category() != tls_category() || !net::is_alert(code.value()))
        return code == tls_errc::certificate_required;
    switch (code.value() - SSL_AD_REASON_OFFSET) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
        return true;
    default:
        return false;
    }
}

const std::error_category& tls_category() {
    static const tls_errors category;
    return category;
}

std::error_code make_error_code(tls_errc value) {
    return {static_cast<int>(value), tls_category()};
}

} // namespace sockscat
