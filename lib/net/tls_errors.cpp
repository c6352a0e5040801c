// SPDX-License-Identifier: MIT
#include "tls_errors.hpp"

#include <sockscat/text.hpp>
#include <sockscat/tls.hpp>

#include <openssl/err.h>

#include <atomic>
#include <string>
#include <system_error>

// These load the texts at any time. They are seen in an OpenSSL that is linked in; a shared one
// loads all texts at its start or never.
extern "C" {
[[gnu::weak]] int ossl_err_load_crypto_strings();
[[gnu::weak]] int ossl_err_load_SSL_strings();
}

namespace sockscat {
namespace {

std::atomic<bool>& is_short_run() {
    static std::atomic<bool> value{false};
    return value;
}

bool can_load_texts_later() {
    return ossl_err_load_crypto_strings != nullptr && ossl_err_load_SSL_strings != nullptr;
}

std::uint64_t starting_options() {
    if (!is_short_run())
        return 0;
    const std::uint64_t later =
        OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_LOAD_SSL_STRINGS;
    return OPENSSL_INIT_NO_ATEXIT | (can_load_texts_later() ? later : 0);
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
            return "a client certificate is required";
        case tls_errc::no_content:
            return "nothing but TLS messages without content came";
        }
        const char* const text =
            net::reason_text(ERR_PACK(ERR_LIB_SSL, 0, static_cast<unsigned long>(code)));
        return text == nullptr ? "TLS error " + std::to_string(code) : "TLS: " + escape(text);
    }
};

} // namespace

void expect_short_run() {
    is_short_run() = true;
}

namespace net {

void start_openssl() {
    static const int started = OPENSSL_init_ssl(starting_options(), nullptr);
    static_cast<void>(started); // what failed fails again, and is told, where it is needed
}

const char* reason_text(unsigned long code) {
    static const bool is_loaded = is_short_run() && can_load_texts_later() &&
                                  ossl_err_load_crypto_strings() == 1 &&
                                  ossl_err_load_SSL_strings() == 1;
    static_cast<void>(is_loaded);
    return ERR_reason_error_string(code);
}

} // namespace net

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
