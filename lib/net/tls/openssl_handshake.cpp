// SPDX-License-Identifier: MIT
// The handshake of a stream: which peer it expects, and how it reports what went wrong.
#include "openssl_stream.hpp"

#include "proto/peer.hpp"
#include "tls_errors.hpp"
#include "x509_text.hpp"

#include <sockscat/text.hpp>

#include <system_error>

namespace sockscat::net {
namespace {

// SNI; OpenSSL's own macro needs a C cast.
bool set_server_name(SSL* ssl, std::string name) {
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

// "[::1]" is the address ::1.
std::string without_brackets(const std::string& name) {
    if (!name.starts_with('[') || !name.ends_with(']'))
        return name;
    const std::string inside = name.substr(1, name.size() - 2);
    return parse_ip(inside.substr(0, inside.find('%'))) ? inside : name;
}

// The name or address expected in the certificate, without a zone or a final dot.
bool expect_name(SSL* ssl, std::string name) {
    if (name.find('\0') != std::string::npos) // OpenSSL would check what is before it
        return false;
    const auto ip = parse_ip(name.substr(0, name.find('%')));
    if (ip)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), to_string(*ip).c_str()) == 1;
    if (name.ends_with('.'))
        name.pop_back();
    // For an empty name OpenSSL would check nothing.
    return !name.empty() && SSL_set1_host(ssl, name.c_str()) == 1 && set_server_name(ssl, name);
}

std::string alpn_text(const tls_summary& summary, bool is_offered) {
    if (!is_offered)
        return "";
    return summary.alpn.empty() ? ", no ALPN protocol chosen" : ", ALPN " + summary.alpn;
}

std::string summary_text(const tls_summary& summary, bool offers_alpn) {
    return summary.version + " with " + summary.cipher + alpn_text(summary, offers_alpn) +
           ", certificate of " + summary.subject +
           (summary.verified ? "" : ", NOT verified: " + summary.verify_error);
}

} // namespace

// A certificate that is refused is nowhere to be found afterwards.
int openssl_stream::on_verified(int is_good, X509_STORE_CTX* verification) {
    const auto* const ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto& self = *static_cast<openssl_stream*>(SSL_get_ex_data(ssl, app_data));
    if (is_good == 0)
        self.refused_names_ = names_of(X509_STORE_CTX_get0_cert(verification));
    return is_good;
}

// What there is to show is in the context.
int openssl_stream::on_certificate_wanted(SSL*, void* self) {
    static_cast<openssl_stream*>(self)->wants_certificate_ = true;
    return 1;
}

bool openssl_stream::lacks_certificate() const {
    return wants_certificate_ && SSL_get_certificate(ssl_.get()) == nullptr;
}

result<void> openssl_stream::expect_peer(const std::string& name, setup& where) {
    expected_ = without_brackets(name);
    if (name.empty() && SSL_get_verify_mode(ssl_.get()) == SSL_VERIFY_NONE)
        return {}; // a Unix socket
    // RFC 9525 sections 2 and 6.3: the common name counts for nothing, and '*' is a whole label.
    SSL_set_hostflags(
        ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (!expect_name(ssl_.get(), expected_))
        return where.fail(
            failure::tls,
            "no certificate can match the name " + quote(name) + ": give a servername");
    return {};
}

asio::awaitable<result<void>> openssl_stream::handshake(
    const std::string& name, bool offers_alpn, setup& where) {
    if (auto expected = expect_peer(name, where); !expected)
        co_return expected;
    for (;;) {
        begin_call();
        const int done = SSL_connect(ssl_.get());
        if (done == 1)
            break;
        const int reason = SSL_get_error(ssl_.get(), done);
        if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)
            co_return handshake_failed(reason, where);
        const stream& under = below_.under();
        const short events =
            reason == SSL_ERROR_WANT_READ ? under.read_events() : under.write_events();
        if (const std::error_code cancelled = co_await below_.under().wait(events))
            co_return where.fail(failure::tls, cancelled.message(), cancelled);
    }
    is_open_ = true;
    in_handshake_ = false;
    summarize();
    if (where.watch() != nullptr)
        where.watch()->on_secured(where.hop(), summary_text(summary_, offers_alpn));
    co_return result<void>{};
}

std::error_code openssl_stream::certificate_cause() const {
    switch (SSL_get_verify_result(ssl_.get())) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return refused_names_.empty() ? tls_errc::no_names : tls_errc::wrong_name;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return tls_errc::out_of_date;
    default:
        return tls_errc::not_trusted;
    }
}

// What needs no words of the peer.
std::error_code openssl_stream::handshake_cause(int why) const {
    if (why == SSL_R_CERTIFICATE_VERIFY_FAILED)
        return certificate_cause();
    if (below_.is_plain())
        return tls_errc::no_tls;
    if (is_alert(why) || !below_.is_at_end() || below_.read_failed())
        return {};
    if (lacks_certificate())
        return tls_errc::certificate_required;
    return below_.has_heard() ? tls_errc::truncated : tls_errc::closed;
}

error openssl_stream::handshake_failed(int reason, const setup& where) {
    const std::error_code code = cause_of(reason, direction::in);
    if (code == tls_errc::no_tls) {
        const std::span seen = below_.first_bytes();
        const peer_kind kind = proto::classify(seen);
        error why = where.fail(
            failure::tls, "it does not speak TLS: " + proto::describe_plain(kind, seen), code);
        why.looks_like = kind;
        return why;
    }
    return where.fail(failure::tls, handshake_text(code), code);
}

std::string openssl_stream::handshake_text(const std::error_code& why) const {
    if (why.category() != tls_category())
        return "the handshake was cut off: " + why.message();
    if (is_about_our_certificate(why))
        return why.message();
    switch (static_cast<tls_errc>(why.value())) {
    case tls_errc::not_trusted:
    case tls_errc::out_of_date:
        return "its certificate is not trusted: " +
               std::string{X509_verify_cert_error_string(SSL_get_verify_result(ssl_.get()))};
    case tls_errc::wrong_name:
    case tls_errc::no_names:
        return refused_name_text();
    case tls_errc::truncated:
    case tls_errc::closed:
        return "closed during the handshake";
    case tls_errc::not_begun:
    case tls_errc::handshake_failed:
        return why.message();
    default:
        return "the handshake failed: " + why.message();
    }
}

std::string openssl_stream::refused_name_text() const {
    const std::string expected = "not for " + escape(expected_);
    if (refused_names_.empty())
        return "its certificate is " + expected +
               ": it has no subject alternative names for hosts (its common name does not count)";
    return "its certificate is for " + refused_names_ + ", " + expected;
}

void openssl_stream::summarize() {
    summary_.version = SSL_get_version(ssl_.get());
    summary_.cipher = SSL_get_cipher_name(ssl_.get());
    const long verdict = SSL_get_verify_result(ssl_.get());
    summary_.verified = verdict == X509_V_OK && !expected_.empty();
    if (!summary_.verified)
        summary_.verify_error = verdict == X509_V_OK ? "there is no name to check it against"
                                                     : X509_verify_cert_error_string(verdict);
    describe_certificate(SSL_get0_peer_certificate(ssl_.get()), summary_);
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
    if (size > 0)
        summary_.alpn = escape({reinterpret_cast<const char*>(chosen), size});
}

} // namespace sockscat::net
