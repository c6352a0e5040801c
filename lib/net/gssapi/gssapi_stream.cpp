// SPDX-License-Identifier: MIT
#include "gssapi_stream.hpp"

#include "gssapi_errors.hpp"
#include "proto/auth/gssapi_frame.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sockscat::net {
namespace {

namespace gssapi = proto::gssapi;
using gssapi::verdict;

std::error_code code_of(gssapi_errc value) {
    return {static_cast<int>(value), gssapi_category()};
}

// Two of the largest frames.
constexpr std::size_t frames_size = 2 * gssapi::max_frame;
// In one read; a peer that sends only those would keep us for ever.
constexpr int most_empty_messages = 1'000;

} // namespace

gssapi_stream::gssapi_stream(
    std::unique_ptr<stream> under,
    std::shared_ptr<proto::security_context> context,
    proto::protection_level level)
    : under_{std::move(under)}, context_{std::move(context)},
      hidden_{level == proto::protection_level::confidentiality}, most_{context_->max_plain(
                                                                      gssapi::max_token, hidden_)},
      frames_(frames_size), out_{gssapi::max_frame} {}

bool gssapi_stream::has_frame() const {
    const auto got = std::span{frames_}.subspan(frames_begin_, frames_end_ - frames_begin_);
    return !got.empty() &&
           gssapi::measure(got, gssapi::message_type::message).what != verdict::unfinished;
}

bool gssapi_stream::has_buffered() const {
    return plain_begin_ < plain_.size() || (!read_failed_ && has_frame()) || under_->has_buffered();
}

// Takes the frame at the front.
std::error_code gssapi_stream::unwrap_frame() {
    const auto got = std::span{frames_}.subspan(frames_begin_, frames_end_ - frames_begin_);
    const gssapi::extent frame = gssapi::measure(got, gssapi::message_type::message);
    if (frame.what == verdict::aborted)
        return code_of(gssapi_errc::aborted);
    if (frame.what != verdict::whole)
        return code_of(gssapi_errc::no_message);
    auto plain = context_->unwrap(
        got.subspan(gssapi::header_size, frame.bytes - gssapi::header_size), hidden_);
    if (!plain)
        return code_of(gssapi_errc::bad_message);
    frames_begin_ += frame.bytes;
    plain_ = std::move(*plain);
    plain_begin_ = 0;
    return {};
}

// What comes from below is appended to what is there; a frame always fits.
io_result gssapi_stream::read_more() {
    if (frames_begin_ == frames_end_)
        frames_begin_ = frames_end_ = 0;
    if (frames_size - frames_begin_ < gssapi::max_frame) {
        std::copy(
            frames_.begin() + static_cast<std::ptrdiff_t>(frames_begin_),
            frames_.begin() + static_cast<std::ptrdiff_t>(frames_end_), frames_.begin());
        frames_end_ -= std::exchange(frames_begin_, 0);
    }
    const io_result got = under_->try_read(std::span{frames_}.subspan(frames_end_));
    frames_end_ += got.size;
    if (!got.code && got.size == 0 && frames_begin_ != frames_end_)
        return {code_of(gssapi_errc::truncated), 0};
    return got;
}

io_result gssapi_stream::try_read(std::span<std::uint8_t> buffer) {
    for (int empty = 0; plain_begin_ == plain_.size();) {
        if (read_failed_)
            return {read_failed_, 0};
        if (has_frame()) {
            read_failed_ =
                ++empty > most_empty_messages ? code_of(gssapi_errc::idle) : unwrap_frame();
            continue;
        }
        const io_result got = read_more();
        if (got.code.category() == gssapi_category())
            read_failed_ = got.code;
        if (got.code || got.size == 0)
            return got;
    }
    const std::size_t size = std::min(buffer.size(), plain_.size() - plain_begin_);
    std::copy_n(plain_.begin() + static_cast<std::ptrdiff_t>(plain_begin_), size, buffer.begin());
    plain_begin_ += size;
    return {{}, size};
}

std::error_code gssapi_stream::wrap(std::span<const std::uint8_t> bytes) {
    const auto piece = bytes.first(std::min(bytes.size(), most_));
    if (piece.empty()) // the context has no room for a byte
        return code_of(gssapi_errc::not_wrapped);
    const auto message = context_->wrap(piece, hidden_);
    if (!message || message->size() > gssapi::max_token)
        return code_of(gssapi_errc::not_wrapped);
    gssapi::encode(out_, gssapi::message_type::message, *message);
    out_plain_ = piece.size();
    return {};
}

io_result gssapi_stream::flush() {
    while (out_begin_ < out_.size()) {
        const io_result gone = under_->try_write(out_.view().subspan(out_begin_));
        out_begin_ += gone.size;
        if (gone.code)
            return {gone.code, 0};
    }
    out_.clear();
    out_begin_ = 0;
    return {{}, std::exchange(out_plain_, 0)};
}

io_result gssapi_stream::try_write(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < out_plain_) // what is on its way is not what these are
        return {std::make_error_code(std::errc::invalid_argument), 0};
    if (out_.size() == 0 && !bytes.empty())
        if (const std::error_code failed = wrap(bytes))
            return {failed, 0};
    return flush();
}

io_result gssapi_stream::try_shut_down() {
    if (const io_result gone = flush(); gone.code)
        return gone;
    return under_->try_shut_down();
}

} // namespace sockscat::net
