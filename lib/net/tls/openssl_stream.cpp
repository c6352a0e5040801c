// SPDX-License-Identifier: MIT
#include "openssl_stream.hpp"

#include "proto/peer.hpp"
#include "tls_context.hpp"
#include "tls_errors.hpp"
#include "x509_text.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace sockscat::net {
namespace {

// SNI; OpenSSL's own macro needs a C cast.
bool set_server_name(SSL* ssl, std::string name) {
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

// The name or address that the certificate must be for, without a zone or a final dot.
bool expect_name(SSL* ssl, std::string name) {
    if (name.find('\0') != std::string::npos) // OpenSSL would check what stands before it
        return false;
    const auto ip = parse_ip(name.substr(0, name.find('%')));
    if (ip)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), to_string(*ip).c_str()) == 1;
    if (name.ends_with('.'))
        name.pop_back();
    // For an empty name OpenSSL would check nothing.
    return !name.empty() && SSL_set1_host(ssl, name.c_str()) == 1 && set_server_name(ssl, name);
}

// The errors that OpenSSL has noted in this thread. TLS below TLS works in the callbacks of the
// upper one, and on the same queue: what stood there must be back afterwards, and must not be there
// meanwhile.
class kept_errors {
  public:
    kept_errors() {
        while (const unsigned long code = ERR_get_error())
            codes_.push_back(code);
    }
    ~kept_errors() {
        if (codes_.empty())
            return;
        ERR_clear_error();
        for (const unsigned long code : codes_) {
            ERR_new();
            ERR_set_error(ERR_GET_LIB(code), ERR_GET_REASON(code), nullptr);
        }
    }
    kept_errors(const kept_errors&) = delete;
    kept_errors& operator=(const kept_errors&) = delete;

  private:
    std::vector<unsigned long> codes_;
};

// In one call that comes to nothing. A peer that sends tickets without end would keep us in it, and
// no time limit would be seen.
constexpr std::size_t most_without_content = 1024 * 1024;

// Several records at a time.
constexpr std::size_t read_buffer = 128 * 1024;

} // namespace

int openssl_stream::bio_read(BIO* bio, char* data, std::size_t size, std::size_t* done) {
    const kept_errors errors;
    auto& self = *static_cast<openssl_stream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    *done = 0;
    if (self.taken_ > most_without_content) {
        self.read_failed_ = tls_errc::no_content;
        return 0;
    }
    const std::span space{reinterpret_cast<std::uint8_t*>(data), size};
    const io_result got = self.under_->try_read(space);
    *done = got.size;
    self.taken_ += got.size;
    if (would_block(got)) {
        BIO_set_retry_read(bio);
        return 0;
    }
    if (got.code)
        self.read_failed_ = got.code;
    else if (got.size == 0)
        self.at_end_ = true;
    const std::size_t kept = std::min(got.size, self.first_bytes_.size() - self.first_size_);
    std::copy_n(space.begin(), kept, self.first_bytes_.begin() + self.first_size_);
    self.first_size_ += kept;
    return got.size > 0 ? 1 : 0;
}

// OpenSSL 3.5 reads no further than the header of a record; a person understands a whole line.
std::span<const std::uint8_t> openssl_stream::first_bytes() {
    const std::span<std::uint8_t> all{first_bytes_};
    first_size_ += under_->try_read(all.subspan(first_size_)).size;
    return all.first(first_size_);
}

int openssl_stream::bio_write(BIO* bio, const char* data, std::size_t size, std::size_t* done) {
    const kept_errors errors;
    auto& self = *static_cast<openssl_stream*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const io_result gone =
        self.under_->try_write({reinterpret_cast<const std::uint8_t*>(data), size});
    *done = gone.size;
    if (would_block(gone))
        BIO_set_retry_write(bio);
    else if (gone.code)
        self.write_failed_ = gone.code;
    return gone.size > 0 ? 1 : 0;
}

long openssl_stream::bio_control(BIO* bio, int command, long, void*) {
    const auto& self = *static_cast<openssl_stream*>(BIO_get_data(bio));
    if (command == BIO_CTRL_EOF)
        return self.at_end_ ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* openssl_stream::bio_method() {
    static const auto method = [] {
        std::unique_ptr<BIO_METHOD, decltype(&::BIO_meth_free)> made{
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream"), BIO_meth_free};
        BIO_meth_set_read_ex(made.get(), bio_read);
        BIO_meth_set_write_ex(made.get(), bio_write);
        BIO_meth_set_ctrl(made.get(), bio_control);
        return made;
    }();
    return method.get();
}

openssl_stream::openssl_stream(std::unique_ptr<stream> under, SSL_CTX* context)
    : under_{std::move(under)}, ssl_{SSL_new(context)} {
    BIO* const bio = BIO_new(bio_method());
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_read_ahead(ssl_.get(), 1);
    SSL_set_default_read_buffer_len(ssl_.get(), read_buffer);
    SSL_set_verify(ssl_.get(), SSL_get_verify_mode(ssl_.get()), on_verified);
}

openssl_stream::~openssl_stream() {
    if (is_open_)
        SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

// A certificate that is refused is nowhere to be found afterwards.
int openssl_stream::on_verified(int is_good, X509_STORE_CTX* verification) {
    const auto* const ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto& self = *static_cast<openssl_stream*>(BIO_get_data(SSL_get_rbio(ssl)));
    if (is_good == 0)
        self.refused_names_ = names_of(X509_STORE_CTX_get0_cert(verification));
    return is_good;
}

result<void> openssl_stream::expect_peer(const std::string& name, setup& where) {
    expected_ = name;
    if (name.empty() && SSL_get_verify_mode(ssl_.get()) == SSL_VERIFY_NONE)
        return {}; // a Unix socket
    // RFC 9525 sections 2 and 6.3: the common name counts for nothing, and '*' is a whole label.
    SSL_set_hostflags(
        ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (!expect_name(ssl_.get(), name))
        return where.fail(
            failure::tls,
            "no certificate can be for the name " + quote(name) + ": give another servername");
    return {};
}

asio::awaitable<result<void>> openssl_stream::handshake(const std::string& name, setup& where) {
    if (auto expected = expect_peer(name, where); !expected)
        co_return expected;
    for (;;) {
        ERR_clear_error();
        taken_ = 0;
        const int done = SSL_connect(ssl_.get());
        if (done == 1)
            break;
        const int reason = SSL_get_error(ssl_.get(), done);
        if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)
            co_return handshake_failed(reason, where);
        const short events =
            reason == SSL_ERROR_WANT_READ ? under_->read_events() : under_->write_events();
        if (const std::error_code cancelled = co_await under_->wait(events))
            co_return where.fail(failure::tls, cancelled.message(), cancelled);
    }
    is_open_ = true;
    summarize();
    if (where.watch() != nullptr)
        where.watch()->on_secured(
            where.hop(), summary_.version + " with " + summary_.cipher + ", certificate of " +
                             summary_.subject +
                             (summary_.verified ? "" : ", NOT verified: " + summary_.verify_error));
    co_return result<void>{};
}

error openssl_stream::not_trusted(long verdict, const setup& where) const {
    const bool is_name =
        verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH;
    const bool is_date =
        verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID;
    if (!is_name)
        return where.fail(
            failure::tls,
            "its certificate is not trusted: " +
                std::string{X509_verify_cert_error_string(verdict)},
            is_date ? tls_errc::out_of_date : tls_errc::not_trusted);
    return where.fail(
        failure::tls,
        "its certificate is not for " + escape(expected_) +
            (refused_names_.empty() ? "" : ", but for " + refused_names_),
        tls_errc::wrong_name);
}

error openssl_stream::handshake_failed(int reason, const setup& where) {
    const long verdict = SSL_get_verify_result(ssl_.get());
    const unsigned long code = ERR_peek_last_error();
    if (reason == SSL_ERROR_SSL && ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED &&
        verdict != X509_V_OK) {
        ERR_clear_error();
        return not_trusted(verdict, where);
    }
    const bool is_plain = first_size_ > 0 && first_bytes_[0] != 0x15 && first_bytes_[0] != 0x16;
    if (is_plain) {
        ERR_clear_error();
        const std::span seen = first_bytes();
        const peer_kind kind = proto::classify(seen);
        error why = where.fail(
            failure::tls, "it does not speak TLS: " + proto::describe_plain(kind, seen),
            tls_errc::no_tls);
        why.looks_like = kind;
        return why;
    }
    const std::error_code failed = read_failed_ || at_end_ ? read_failed_ : write_failed_;
    if (failed)
        return where.fail(failure::tls, "the handshake broke off: " + failed.message(), failed);
    if (at_end_)
        return where.fail(
            failure::tls, "closed during the handshake",
            first_size_ == 0 ? make_error_code(tls_errc::closed) : std::error_code{});
    return where.fail(
        failure::tls, "the handshake failed: " + openssl_reason(), tls_errc::handshake_failed);
}

void openssl_stream::summarize() {
    summary_.version = SSL_get_version(ssl_.get());
    summary_.cipher = SSL_get_cipher_name(ssl_.get());
    const long verdict = SSL_get_verify_result(ssl_.get());
    summary_.verified = verdict == X509_V_OK && !expected_.empty();
    if (!summary_.verified)
        summary_.verify_error = verdict == X509_V_OK ? "there is no name that it must be for"
                                                     : X509_verify_cert_error_string(verdict);
    describe_certificate(SSL_get0_peer_certificate(ssl_.get()), summary_);
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
    if (size > 0)
        summary_.alpn = escape({reinterpret_cast<const char*>(chosen), size});
}

// `wants_other`: whether this direction waits for the other one's event, which happens when TLS
// itself has something to say.
io_result openssl_stream::outcome_of(int returned, std::size_t size, bool& wants_other, int other) {
    wants_other = false;
    if (returned == 1)
        return {{}, size};
    const int reason = SSL_get_error(ssl_.get(), returned);
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) {
        wants_other = reason == other;
        return {{EAGAIN, std::system_category()}, 0};
    }
    if (reason == SSL_ERROR_ZERO_RETURN)
        return {};
    is_open_ = false;
    const int why = ERR_GET_REASON(ERR_peek_last_error());
    ERR_clear_error();
    // What the peer has said, before what became of the connection below.
    if (why == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)
        return {tls_errc::certificate_required, 0};
    if (is_alert(why))
        return {{why, tls_category()}, 0};
    // A read fails to write, too: OpenSSL tells the peer that its stream was cut short.
    const bool is_read = other == SSL_ERROR_WANT_WRITE;
    const std::error_code first = is_read ? read_failed_ : write_failed_;
    const std::error_code second = is_read ? write_failed_ : read_failed_;
    if (first)
        return {first, 0};
    if (second && !at_end_)
        return {second, 0};
    if (at_end_ || why < SSL_R_APP_DATA_IN_HANDSHAKE)
        return {tls_errc::truncated, 0};
    return {{why, tls_category()}, 0};
}

io_result openssl_stream::try_read(std::span<std::uint8_t> buffer) {
    std::size_t size = 0;
    ERR_clear_error();
    taken_ = 0;
    const int done = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size);
    const io_result got = outcome_of(done, size, read_wants_write_, SSL_ERROR_WANT_WRITE);
    drained_ = would_block(got);
    return got;
}

io_result openssl_stream::try_write(std::span<const std::uint8_t> bytes) {
    std::size_t size = 0;
    ERR_clear_error();
    taken_ = 0;
    const int done = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &size);
    return outcome_of(done, size, write_wants_read_, SSL_ERROR_WANT_READ);
}

io_result openssl_stream::try_shut_down() {
    if (!is_open_)
        return {};
    ERR_clear_error();
    taken_ = 0;
    const int done = SSL_shutdown(ssl_.get());
    if (done >= 0) { // said; whether the peer has said it too is the reader's business
        is_open_ = false;
        return {};
    }
    return outcome_of(done, 0, write_wants_read_, SSL_ERROR_WANT_READ);
}

void openssl_stream::abandon() {
    is_open_ = false;
    under_->abandon();
}

short openssl_stream::read_events() const {
    return read_wants_write_ ? under_->write_events() : under_->read_events();
}

short openssl_stream::write_events() const {
    return write_wants_read_ ? under_->read_events() : under_->write_events();
}

bool openssl_stream::has_buffered() const {
    // A part of a record is pending as well, but nothing comes of it before more has arrived. TLS
    // below may have more whole records.
    return !drained_ && (SSL_has_pending(ssl_.get()) == 1 || under_->has_buffered());
}

asio::awaitable<std::error_code> openssl_stream::wait(short events) {
    return under_->wait(events);
}

} // namespace sockscat::net
