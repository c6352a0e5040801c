// SPDX-License-Identifier: MIT
#include "stream_bio.hpp"

#include <sockscat/tls.hpp>

#include <algorithm>
#include <vector>

namespace sockscat::net {
namespace {

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

// In one call that comes to nothing. A peer that sends tickets or new keys without end would keep
// us in it, and no time limit would be seen; of new keys this much takes a tenth of a second. All
// that OpenSSL takes of a chain of certificates is 100 KiB.
constexpr std::size_t most_without_content = 128 * 1024;

// The types of the records with which a server may begin.
constexpr std::uint8_t alert_record = 0x15;
constexpr std::uint8_t handshake_record = 0x16;

} // namespace

int stream_bio::read(BIO* bio, char* data, std::size_t size, std::size_t* done) {
    const kept_errors errors;
    auto& self = *static_cast<stream_bio*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    *done = 0;
    if (self.taken_ >= most_without_content) {
        self.read_failed_ = tls_errc::no_content;
        return 0;
    }
    const std::span space{
        reinterpret_cast<std::uint8_t*>(data), std::min(size, most_without_content - self.taken_)};
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
std::span<const std::uint8_t> stream_bio::first_bytes() {
    const std::span<std::uint8_t> all{first_bytes_};
    if (first_size_ < all.size())
        first_size_ += under_->try_read(all.subspan(first_size_)).size;
    return all.first(first_size_);
}

int stream_bio::write(BIO* bio, const char* data, std::size_t size, std::size_t* done) {
    const kept_errors errors;
    auto& self = *static_cast<stream_bio*>(BIO_get_data(bio));
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

long stream_bio::control(BIO* bio, int command, long, void*) {
    const auto& self = *static_cast<stream_bio*>(BIO_get_data(bio));
    if (command == BIO_CTRL_EOF)
        return self.at_end_ ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* stream_bio::method() {
    static const auto method = [] {
        std::unique_ptr<BIO_METHOD, decltype(&::BIO_meth_free)> made{
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream"), BIO_meth_free};
        BIO_meth_set_read_ex(made.get(), read);
        BIO_meth_set_write_ex(made.get(), write);
        BIO_meth_set_ctrl(made.get(), control);
        return made;
    }();
    return method.get();
}

BIO* stream_bio::make() {
    BIO* const bio = BIO_new(method());
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
}

bool stream_bio::is_plain() const {
    return has_heard() && first_bytes_[0] != alert_record && first_bytes_[0] != handshake_record;
}

} // namespace sockscat::net
