// SPDX-License-Identifier: MIT
#include "openssl_stream.hpp"

#include "tls_errors.hpp"

#include <cerrno>
#include <utility>

namespace sockscat::net {
namespace {

// Several records at a time.
constexpr std::size_t read_buffer = 128 * 1024;

} // namespace

openssl_stream::openssl_stream(std::unique_ptr<stream> under, SSL_CTX* context)
    : below_{std::move(under)}, ssl_{SSL_new(context)} {
    BIO* const bio = below_.make();
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_ex_data(ssl_.get(), app_data, this);
    SSL_set_read_ahead(ssl_.get(), 1);
    SSL_set_default_read_buffer_len(ssl_.get(), read_buffer);
    SSL_set_verify(ssl_.get(), SSL_get_verify_mode(ssl_.get()), on_verified);
    SSL_set_cert_cb(ssl_.get(), on_certificate_wanted, this);
}

openssl_stream::~openssl_stream() {
    if (is_open_)
        SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

void openssl_stream::begin_call() {
    ERR_clear_error();
    below_.begin_call();
}

io_result openssl_stream::outcome_of(int returned, std::size_t size, direction way) {
    bool& wants_other = way == direction::in ? read_wants_write_ : write_wants_read_;
    wants_other = false;
    if (returned == 1)
        return {{}, size};
    const int reason = SSL_get_error(ssl_.get(), returned);
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) {
        // For the other direction's event, when TLS itself has something to say.
        wants_other = reason == (way == direction::in ? SSL_ERROR_WANT_WRITE : SSL_ERROR_WANT_READ);
        return {{EAGAIN, std::system_category()}, 0};
    }
    if (reason == SSL_ERROR_ZERO_RETURN)
        return {};
    is_open_ = false;
    return {cause_of(reason, way), 0};
}

// What the peer has said, before what became of the connection below.
std::error_code openssl_stream::cause_of(int reason, direction way) {
    const unsigned long code = ERR_peek_last_error();
    const int why = ERR_GET_REASON(code);
    ERR_clear_error();
    if (in_handshake_)
        if (const std::error_code known = handshake_cause(why))
            return known;
    if (why == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)
        return tls_errc::certificate_required;
    if (is_alert(why))
        return alert_cause(why);
    if (reason == SSL_ERROR_ZERO_RETURN)
        return tls_errc::not_begun;
    if (const std::error_code broken = transport_cause(way))
        return broken;
    const bool is_of_tls =
        code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL && why >= SSL_R_APP_DATA_IN_HANDSHAKE;
    if (is_of_tls && !below_.is_at_end())
        return {why, tls_category()};
    return in_handshake_ && !below_.is_at_end() ? tls_errc::handshake_failed : tls_errc::truncated;
}

// A peer that did not ask for a certificate has nothing to say about ours.
std::error_code openssl_stream::alert_cause(int why) const {
    const bool is_about_ours = wants_certificate_ && speaks_of_certificate(why);
    if (lacks_certificate() && (in_handshake_ || is_about_ours))
        return tls_errc::certificate_required;
    return is_about_ours ? about_our_certificate(why) : std::error_code{why, tls_category()};
}

// A read may also fail to write: OpenSSL tells the peer that its stream was cut short.
std::error_code openssl_stream::transport_cause(direction way) const {
    const bool is_read = way == direction::in;
    const std::error_code first = is_read ? below_.read_failed() : below_.write_failed();
    const std::error_code second = is_read ? below_.write_failed() : below_.read_failed();
    if (first)
        return first;
    return below_.is_at_end() ? std::error_code{} : second;
}

io_result openssl_stream::try_read(std::span<std::uint8_t> buffer) {
    std::size_t size = 0;
    begin_call();
    const int done = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size);
    const io_result got = outcome_of(done, size, direction::in);
    drained_ = would_block(got);
    return got;
}

io_result openssl_stream::try_write(std::span<const std::uint8_t> bytes) {
    std::size_t size = 0;
    begin_call();
    const int done = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &size);
    return outcome_of(done, size, direction::out);
}

io_result openssl_stream::try_shut_down() {
    if (!is_open_)
        return {};
    begin_call();
    const int done = SSL_shutdown(ssl_.get());
    if (done >= 0) { // said; whether the peer has said it too is the reader's business
        is_open_ = false;
        return {};
    }
    return outcome_of(done, 0, direction::out);
}

void openssl_stream::abandon() {
    is_open_ = false;
    below_.under().abandon();
}

short openssl_stream::read_events() const {
    const stream& under = below_.under();
    return read_wants_write_ ? under.write_events() : under.read_events();
}

short openssl_stream::write_events() const {
    const stream& under = below_.under();
    return write_wants_read_ ? under.read_events() : under.write_events();
}

bool openssl_stream::has_buffered() const {
    // A part of a record is pending as well, but nothing comes of it before more has arrived. TLS
    // below may have more whole records.
    return !drained_ && (SSL_has_pending(ssl_.get()) == 1 || below_.under().has_buffered());
}

asio::awaitable<std::error_code> openssl_stream::wait(short events) {
    return below_.under().wait(events);
}

} // namespace sockscat::net
