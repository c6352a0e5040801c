// SPDX-License-Identifier: MIT
#include "chap_negotiation.hpp"

#include <sockscat/text.hpp>

#include <optional>

namespace sockscat::proto {
namespace {

using chap::attribute;

std::string hex_of(base::byte_view value) {
    return value.empty() ? "nothing" : "0x" + hex(value.first(1));
}

// What a frame says. Of an attribute that is given twice the first counts, but no good status hides
// a bad one.
struct content {
    explicit content(base::byte_view frame) {
        for (const auto& [type, value] : chap::decode(frame)) {
            switch (static_cast<attribute>(type)) {
            case attribute::status:
                if (!status || (status->size() == 1 && status->front() == 0))
                    status = value;
                break;
            case attribute::challenge:
                keep_first(challenge, value);
                break;
            case attribute::algorithms:
                keep_first(algorithm, value);
                break;
            case attribute::text:
                keep_first(text, value);
                break;
            default: // unknown, or nothing that a client needs
                break;
            }
        }
    }

    std::optional<base::byte_view> status;
    std::optional<base::byte_view> challenge;
    std::optional<base::byte_view> algorithm;
    std::optional<base::byte_view> text;

  private:
    static void keep_first(std::optional<base::byte_view>& slot, base::byte_view value) {
        if (!slot)
            slot = value;
    }
};

} // namespace

negotiation_turn chap_negotiation::begin(base::message_buffer& out) {
    chap::encode_opening(out, user_);
    return negotiation_turn::action::send;
}

negotiation_turn chap_negotiation::sent() {
    return read(chap::measure({}).bytes, false);
}

negotiation_turn chap_negotiation::received(base::byte_view message, base::message_buffer& out) {
    if (message[0] != chap::version)
        return broken(
            message_kind::foreign,
            "its CHAP message begins with " + hex_of(message) + ", not 0x01");
    if (message.size() > 1 && message[1] == 0)
        return broken(kind(), "its CHAP message has no attributes");
    const chap::extent size = chap::measure(message);
    if (bytes_ + size.bytes > max_negotiation_bytes)
        return broken(kind(), "it sent more than 256 KiB of CHAP");
    if (!size.is_whole || message.size() < size.bytes)
        return read(size.bytes, size.is_whole);
    bytes_ += size.bytes;
    ++messages_;
    negotiation_turn next = judge(message, out);
    next.completes = kind();
    return next;
}

negotiation_turn chap_negotiation::judge(base::byte_view frame, base::message_buffer& out) {
    const content said{frame};
    if (said.algorithm && (said.algorithm->empty() || said.algorithm->front() != chap::hmac_md5))
        return broken(
            kind(),
            "it chose the CHAP algorithm " + hex_of(*said.algorithm) + ", which was not offered");
    negotiation_turn next = judge_rest(said.status, said.challenge, out);
    if (said.text && !said.text->empty())
        next.note = "its CHAP message: " + quote(base::as_text(*said.text));
    return next;
}

negotiation_turn chap_negotiation::judge_rest(
    const std::optional<base::byte_view>& status,
    const std::optional<base::byte_view>& challenge,
    base::message_buffer& out) {
    if (status)
        return judge_status(*status);
    if (challenge)
        return answer(*challenge, out);
    if (messages_ >= max_negotiation_messages)
        return broken(kind(), "it never sent a CHAP challenge");
    return sent(); // the rest is in the next frame
}

negotiation_turn chap_negotiation::judge_status(base::byte_view status) const {
    if (status.size() != 1)
        return broken(
            kind(), "its CHAP status has " + std::to_string(status.size()) + " bytes, not 1");
    if (status[0] != 0)
        return rejected(
            kind(), "user name or password rejected (CHAP status " + hex_of(status) + ")");
    if (rounds_ == 0)
        return broken(kind(), "it accepted CHAP without a challenge");
    return negotiation_turn::action::done;
}

negotiation_turn chap_negotiation::answer(base::byte_view challenge, base::message_buffer& out) {
    if (++rounds_ > max_chap_rounds)
        return broken(kind(), "it keeps sending CHAP challenges");
    if (challenge.empty())
        return broken(kind(), "its CHAP challenge is empty");
    const auto response = hmac_(password_, challenge);
    if (!response)
        return error{failure::usage, phase::auth, "this machine's OpenSSL has no HMAC-MD5"};
    chap::encode_response(out, *response);
    return negotiation_turn::action::send;
}

} // namespace sockscat::proto
