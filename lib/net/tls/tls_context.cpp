// SPDX-License-Identifier: MIT
#include "tls_context.hpp"

#include <sockscat/environment.hpp>
#include <sockscat/text.hpp>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sockscat::net {
namespace {

// What is wrong with a file, as far as that is not OpenSSL's business.
std::optional<error> unreadable(std::string_view what, const std::string& path) {
    // A std::ifstream would make every start of the program pay for std::locale.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const int why = errno;
    if (file != -1)
        ::close(file);
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return usage_error(std::string{what} + " " + quote_value(path) + " is a directory");
    if (file != -1)
        return std::nullopt;
    return usage_error(
        "cannot read the " + std::string{what} + " " + quote_value(path) + ": " +
        std::generic_category().message(why));
}

error about_file(std::string_view what, const std::string& path) {
    const std::string reason = openssl_reason();
    if (const auto why = unreadable(what, path))
        return *why;
    return usage_error(
        "the " + std::string{what} + " " + quote_value(path) +
        " contains no usable certificate: " + reason);
}

// A name without a file may be a passphrase, unless it is an absolute path.
error about_key(const std::string& path, bool is_own_file) {
    ERR_clear_error();
    std::error_code failed;
    if (!path.starts_with('/') &&
        !std::filesystem::exists(std::filesystem::symlink_status(path, failed)))
        return usage_error("cannot read the key file: " + failed.message());
    if (const auto why = unreadable("key file", path))
        return *why;
    return usage_error(
        is_own_file ? "the key file " + quote_value(path) +
                          " contains no private key, or one with a passphrase"
                    : "the certificate file " + quote_value(path) +
                          " contains no private key, or one with a passphrase, and no key file is "
                          "given");
}

// No one is asked for the passphrase of a key: stdin carries data.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

// Where a store says whether the bundle is in it.
constexpr int app_data = 0;

// Whether the system's bundle is in the store.
bool has_bundle(X509_STORE* store) {
    X509_STORE_lock(store);
    const bool has = X509_STORE_get_ex_data(store, app_data) != nullptr;
    X509_STORE_unlock(store);
    return has;
}

void add_bundle(X509_STORE* store) {
    const std::string own = environment_value(X509_get_default_cert_file_env()).value_or("");
    const std::string file = own.empty() ? X509_get_default_cert_file() : own;
    X509_STORE_load_file(store, file.c_str());
    ERR_clear_error(); // there may be none
    X509_STORE_lock(store);
    X509_STORE_set_ex_data(store, app_data, store);
    X509_STORE_unlock(store);
}

// The bundle has its turn when the hashed directory has no answer.
int issuer_of(X509** issuer, X509_STORE_CTX* verification, X509* certificate) {
    const int found = X509_STORE_CTX_get1_issuer(issuer, verification, certificate);
    X509_STORE* const store = X509_STORE_CTX_get0_store(verification);
    if (found != 0 || has_bundle(store))
        return found;
    add_bundle(store);
    return X509_STORE_CTX_get1_issuer(issuer, verification, certificate);
}

// The hashed directory is read as needed; the bundle with all authorities costs twenty times as
// much as the rest of the start, so it is read only if it must be.
void trust_system(SSL_CTX* context) {
    SSL_CTX_set_default_verify_dir(context);
    X509_STORE_set_get_issuer(SSL_CTX_get_cert_store(context), issuer_of);
    ERR_clear_error();
}

result<void> present_certificate(SSL_CTX* context, const tls_settings& settings) {
    if (settings.cert.empty())
        return settings.key.empty() ? result<void>{}
                                    : usage_error("a TLS key also needs a certificate");
    const std::string& key = settings.key.empty() ? settings.cert : settings.key;
    if (SSL_CTX_use_certificate_chain_file(context, settings.cert.c_str()) != 1)
        return about_file("certificate file", settings.cert);
    const bool is_taken = SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1;
    if (is_taken && SSL_CTX_check_private_key(context) == 1)
        return {};
    if (!is_taken && ERR_GET_REASON(ERR_peek_last_error()) != X509_R_KEY_VALUES_MISMATCH)
        return about_key(key, !settings.key.empty());
    ERR_clear_error();
    return usage_error(
        "the key in " + quote_value(key) + " does not belong to the certificate in " +
        quote_value(settings.cert));
}

void trust(
    SSL_CTX* context,
    const tls_settings& settings,
    const std::shared_ptr<X509_STORE>& authorities) {
    if (authorities)
        SSL_CTX_set1_cert_store(context, authorities.get());
    else if (!settings.insecure) // or nothing asks
        trust_system(context);
}

void apply(const tls_settings& settings, SSL_CTX* context) {
    if (SSL_CTX_get_min_proto_version(context) < TLS1_2_VERSION) // openssl.cnf may require more
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    SSL_CTX_set_verify(context, settings.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
}

} // namespace

std::string openssl_reason() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "unknown reason" : escape(reason);
}

result<std::vector<unsigned char>> alpn_list(const std::string& names) {
    std::vector<unsigned char> wire;
    if (names.empty())
        return wire;
    for (const std::string_view name : split_at_commas(names)) {
        if (name.empty() || name.size() > 255)
            return usage_error(
                "an ALPN protocol name has 1 to 255 bytes, not " + std::to_string(name.size()));
        wire.push_back(static_cast<unsigned char>(name.size()));
        wire.insert(wire.end(), name.begin(), name.end());
    }
    return wire;
}

result<std::shared_ptr<X509_STORE>> authorities_of(const tls_settings& settings) {
    if (settings.cacert.empty())
        return std::shared_ptr<X509_STORE>{};
    std::shared_ptr<X509_STORE> store{X509_STORE_new(), +X509_STORE_free};
    if (!store || X509_STORE_load_file(store.get(), settings.cacert.c_str()) != 1)
        return about_file("CA file", settings.cacert);
    // What the user names is trusted as it is: a root, an intermediate or the peer's own.
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    return store;
}

result<std::shared_ptr<SSL_CTX>> make_context(
    const tls_settings& settings, const std::shared_ptr<X509_STORE>& authorities) {
    std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_client_method()), +SSL_CTX_free};
    if (!context)
        return error{failure::tls, phase::none, "OpenSSL cannot start: " + openssl_reason()};
    apply(settings, context.get());
    trust(context.get(), settings, authorities);
    if (auto presented = present_certificate(context.get(), settings); !presented)
        return presented.error();
    auto protocols = alpn_list(settings.alpn);
    if (!protocols)
        return protocols.error();
    if (!protocols.value().empty())
        SSL_CTX_set_alpn_protos(
            context.get(), protocols.value().data(),
            static_cast<unsigned>(protocols.value().size()));
    return context;
}

} // namespace sockscat::net
