// SPDX-License-Identifier: MIT
#include "tls_errors.hpp"

#include "libraries/openssl.hpp"
#include "tls_alerts.hpp"

#include <sockscat/text.hpp>
#include <sockscat/tls.hpp>

#include <string>
#include <system_error>

namespace sockscat {
namespace {

// Beyond all reasons of OpenSSL: what must be added to that of an alert about our certificate.
constexpr int about_ours = 0x10000;

bool is_about_ours(int code) {
    return code > about_ours && net::is_alert(code - about_ours);
}

std::string alert_text(int reason) {
    return "it sent the alert " + quote(net::alert_name(reason - SSL_AD_REASON_OFFSET));
}

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
            return "it requires a client certificate";
        case tls_errc::no_content:
            return "only empty TLS records arrived";
        case tls_errc::handshake_failed:
            return "the handshake failed";
        case tls_errc::no_names:
            return "the certificate has no subject alternative names for hosts";
        case tls_errc::not_begun:
            return "it ended TLS instead of answering (close_notify)";
        }
        if (net::is_alert(code))
            return alert_text(code);
        if (is_about_ours(code))
            return "it does not accept our client certificate: " + alert_text(code - about_ours);
        const char* const text =
            ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, static_cast<unsigned long>(code)));
        return text == nullptr ? "TLS error " + std::to_string(code) : "TLS: " + escape(text);
    }
};

} // namespace

bool net::speaks_of_certificate(int reason) {
    switch (reason - SSL_AD_REASON_OFFSET) {
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

std::error_code net::about_our_certificate(int reason) {
    return {reason + about_ours, tls_category()};
}

bool is_about_our_certificate(const std::error_code& code) {
    return code == tls_errc::certificate_required ||
           (code.category() == tls_category() && is_about_ours(code.value()));
}

bool is_between_tls_peers(const std::error_code& code) {
    if (code.category() != tls_category())
        return false;
    return code == tls_errc::handshake_failed || code == tls_errc::certificate_required ||
           code == tls_errc::not_begun || code.value() >= SSL_R_APP_DATA_IN_HANDSHAKE;
}

const std::error_category& tls_category() {
    static const tls_errors category;
    return category;
}

std::error_code make_error_code(tls_errc value) {
    return {static_cast<int>(value), tls_category()};
}

} // namespace sockscat
