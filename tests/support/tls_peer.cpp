// SPDX-License-Identifier: MIT
#include "tls_peer.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <poll.h>
#include <stdexcept>

namespace sockscat::tests {
namespace {

[[noreturn]] void give_up(const std::string& what) {
    const unsigned long code = ERR_peek_last_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    throw std::runtime_error{what + (reason == nullptr ? "" : std::string{": "} + reason)};
}

struct identity {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> cert;
};

std::shared_ptr<EVP_PKEY> make_key() {
    return {EVP_EC_gen("P-256"), &EVP_PKEY_free};
}

void add_extension(X509* cert, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
    X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    if (made == nullptr || X509_add_ext(cert, made, -1) != 1)
        give_up("extension " + value);
    X509_EXTENSION_free(made);
}

void set_name(X509* cert, const std::string& name) {
    X509_NAME_add_entry_by_txt(
        X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
        reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()), -1, 0);
}

identity make_identity(const certificate_wish& wish, const identity* signer, bool is_authority) {
    static long serial = 1;
    identity made{make_key(), {X509_new(), &X509_free}};
    X509* const cert = made.cert.get();
    X509* const issuer = signer == nullptr ? cert : signer->cert.get();
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(cert), wish.begins);
    X509_gmtime_adj(X509_getm_notAfter(cert), wish.ends);
    set_name(cert, wish.subject);
    X509_set_issuer_name(cert, X509_get_subject_name(issuer));
    X509_set_pubkey(cert, made.key.get());
    add_extension(
        cert, issuer, NID_basic_constraints, is_authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!wish.names.empty())
        add_extension(cert, issuer, NID_subject_alt_name, wish.names);
    EVP_PKEY* const by = signer == nullptr ? made.key.get() : signer->key.get();
    if (X509_sign(cert, by, EVP_sha256()) == 0)
        give_up("signing");
    return made;
}

using file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// Everything that was made so far, in a directory that goes with the process.
class workshop {
  public:
    static workshop& instance() {
        static workshop only;
        return only;
    }

    certificate_files get(const certificate_wish& wish) {
        const std::lock_guard guard{lock_};
        const std::string key = wish.names + "|" + wish.subject + "|" +
                                std::to_string(wish.begins) + "|" + std::to_string(wish.ends) +
                                (wish.by_other_authority ? "o" : "") +
                                (wish.self_signed ? "s" : "");
        const auto known = made_.find(key);
        if (known != made_.end())
            return known->second;
        const identity* const signer = wish.self_signed          ? nullptr
                                       : wish.by_other_authority ? &other_
                                                                 : &good_;
        return made_[key] = save(make_identity(wish, signer, false), std::to_string(made_.size()));
    }

    [[nodiscard]] std::string authority(bool other) const {
        return other ? other_file_ : good_file_;
    }

  private:
    workshop()
        : good_{make_authority("authority")}, other_{make_authority("other authority")},
          good_file_{save(good_, "ca").cert}, other_file_{save(other_, "other-ca").cert} {}

    static identity make_authority(const std::string& name) {
        certificate_wish wish;
        wish.subject = name;
        return make_identity(wish, nullptr, true);
    }

    certificate_files save(const identity& one, const std::string& name) {
        const certificate_files out{directory_.file(name + ".pem"), directory_.file(name + ".key")};
        const file cert{std::fopen(out.cert.c_str(), "w"), &std::fclose};
        const file key{std::fopen(out.key.c_str(), "w"), &std::fclose};
        if (!cert || !key || PEM_write_X509(cert.get(), one.cert.get()) != 1 ||
            PEM_write_PrivateKey(key.get(), one.key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
                1)
            give_up("writing a certificate");
        return out;
    }

    std::mutex lock_;
    scratch_directory directory_;
    identity good_;
    identity other_;
    std::string good_file_;
    std::string other_file_;
    std::map<std::string, certificate_files> made_;
};

int choose_alpn(
    SSL*,
    const unsigned char** out,
    unsigned char* size,
    const unsigned char* offered,
    unsigned offered_size,
    void* wanted) {
    const auto& name = *static_cast<const std::string*>(wanted);
    for (unsigned i = 0; i < offered_size; i += 1U + offered[i])
        if (std::string{reinterpret_cast<const char*>(offered + i + 1), offered[i]} == name) {
            *out = offered + i + 1;
            *size = offered[i];
            return SSL_TLSEXT_ERR_OK;
        }
    return SSL_TLSEXT_ERR_NOACK;
}

} // namespace

certificate_files certificate(const certificate_wish& wish) {
    return workshop::instance().get(wish);
}

std::string authority_file() {
    return workshop::instance().authority(false);
}

std::string other_authority_file() {
    return workshop::instance().authority(true);
}

tls_server::tls_server(int fd, const tls_server_wish& wish)
    : wish_{wish}, context_{SSL_CTX_new(TLS_server_method())}, fd_{fd} {
    const certificate_files files = certificate(wish_.shows);
    SSL_CTX* const context = context_.get();
    if (wish_.is_weak)
        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, wish_.oldest);
    SSL_CTX_set_max_proto_version(context, wish_.newest);
    if (SSL_CTX_use_certificate_file(context, files.cert.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
        give_up("certificate of the server");
    if (wish_.demands_certificate) {
        SSL_CTX_load_verify_file(context, authority_file().c_str());
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    if (!wish_.alpn.empty())
        SSL_CTX_set_alpn_select_cb(context, choose_alpn, &wish_.alpn);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    ssl_.reset(SSL_new(context));
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); // so that waits have a bound
    SSL_set_fd(ssl_.get(), fd);
}

template <class Call>
int tls_server::drive(Call call) {
    for (;;) {
        ERR_clear_error();
        const int done = call();
        if (done > 0)
            return SSL_ERROR_NONE;
        const int reason = SSL_get_error(ssl_.get(), done);
        if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)
            return reason;
        pollfd one{fd_, static_cast<short>(reason == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
        const auto limit = static_cast<int>(std::chrono::milliseconds{patience}.count());
        must(::poll(&one, 1, limit) == 1, "TLS waits for ever");
    }
}

void tls_server::must(bool holds, const char* what) const {
    if (!holds)
        give_up(what);
}

bool tls_server::handshake() {
    const int reason = drive([&] { return SSL_accept(ssl_.get()); });
    if (reason == SSL_ERROR_NONE)
        return true;
    const unsigned long code = ERR_peek_last_error();
    const char* const text = code == 0 ? nullptr : ERR_reason_error_string(code);
    problem_ = text == nullptr ? "closed" : text;
    ERR_clear_error();
    return false;
}

void tls_server::write(const bytes& content) {
    for (std::size_t done = 0; done < content.size();) {
        std::size_t gone = 0;
        const int reason = drive([&] {
            return SSL_write_ex(ssl_.get(), content.data() + done, content.size() - done, &gone);
        });
        must(reason == SSL_ERROR_NONE, "writing over TLS");
        done += gone;
    }
}

bytes tls_server::read_exactly(std::size_t size) {
    bytes out(size);
    for (std::size_t done = 0; done < size;) {
        std::size_t got = 0;
        const int reason =
            drive([&] { return SSL_read_ex(ssl_.get(), out.data() + done, size - done, &got); });
        must(reason == SSL_ERROR_NONE, "reading over TLS");
        done += got;
    }
    return out;
}

bytes tls_server::read_to_end() {
    bytes out;
    bytes buffer(65'536);
    for (;;) {
        std::size_t got = 0;
        const int reason =
            drive([&] { return SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &got); });
        if (reason == SSL_ERROR_ZERO_RETURN)
            return out;
        must(reason == SSL_ERROR_NONE, "reading over TLS up to close_notify");
        out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
    }
}

bool tls_server::take(bytes& out) {
    bytes buffer(65'536);
    for (;;) {
        std::size_t got = 0;
        ERR_clear_error();
        const int done = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &got);
        const int reason = done == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), done);
        out.insert(out.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
        if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_ZERO_RETURN)
            return reason == SSL_ERROR_WANT_READ;
        must(reason == SSL_ERROR_NONE, "reading over TLS without waiting");
    }
}

void tls_server::give(bytes& content) {
    while (!content.empty()) {
        std::size_t gone = 0;
        ERR_clear_error();
        const int done = SSL_write_ex(ssl_.get(), content.data(), content.size(), &gone);
        if (done != 1 && SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_WRITE)
            return;
        must(done == 1, "writing over TLS without waiting");
        content.erase(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(gone));
    }
}

void tls_server::end() {
    ERR_clear_error();
    must(SSL_shutdown(ssl_.get()) >= 0, "close_notify");
}

void tls_server::update_keys() {
    if (SSL_version(ssl_.get()) == TLS1_3_VERSION) {
        must(SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED) == 1, "KeyUpdate");
    } else {
        must(SSL_renegotiate(ssl_.get()) == 1, "renegotiation");
        must(drive([&] { return SSL_do_handshake(ssl_.get()); }) == SSL_ERROR_NONE, "HelloRequest");
    }
}

void tls_server::send_ticket() {
    must(SSL_new_session_ticket(ssl_.get()) == 1, "a ticket");
    must(drive([&] { return SSL_do_handshake(ssl_.get()); }) == SSL_ERROR_NONE, "its message");
}

std::string tls_server::server_name() const {
    const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
}

std::string tls_server::version() const {
    return SSL_get_version(ssl_.get());
}

std::string tls_server::alpn() const {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
    return {reinterpret_cast<const char*>(chosen), size};
}

std::string tls_server::client_subject() const {
    const X509* const cert = SSL_get0_peer_certificate(ssl_.get());
    if (cert == nullptr)
        return "";
    char text[256] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, text, sizeof text);
    return text;
}

} // namespace sockscat::tests
