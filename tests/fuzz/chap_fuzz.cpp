// SPDX-License-Identifier: MIT
// CHAP against any proxy: nothing but the response depends on the password, and there is no success
// without a challenge.
#include "negotiation.hpp"

namespace sockscat::fuzz {
namespace {

std::optional<proto::chap::digest> some_hmac(std::string_view key, base::byte_view text) {
    proto::chap::digest out{};
    out.fill(static_cast<std::uint8_t>(key.size() * 31 + text.size()));
    return out;
}

proto::handshake_request request(std::string_view password) {
    proto::handshake_request out;
    out.destination = {host_name{"example.com"}, 443};
    out.methods = {proto::socks5::method::chap};
    out.user = "alice";
    out.password = password;
    out.hmac = some_hmac;
    return out;
}

void check_frames(base::byte_view bytes) {
    const auto size = proto::chap::measure(bytes);
    must(size.bytes >= 2 && size.bytes <= 2 + 255 * 257, "a frame of an impossible size");
    const auto attributes = proto::chap::decode(bytes);
    must(attributes.size() <= 255, "more attributes than a frame has");
    if (!size.is_whole || size.bytes > bytes.size())
        return;
    std::size_t sum = 2;
    for (const auto& each : attributes)
        sum += 2 + each.value.size();
    must(sum == size.bytes && attributes.size() == bytes[1], "size and attributes disagree");
}

// Whether a frame up to the one with the outcome names an algorithm other than HMAC-MD5.
bool names_another(base::byte_view frames) {
    constexpr std::uint8_t status = 0x00;
    constexpr std::uint8_t algorithm = 0x11;
    constexpr std::uint8_t hmac_md5 = 0x85;
    for (bool is_over = false; !is_over && frames.size() >= 2;) {
        unsigned attributes = frames[1];
        frames = frames.subspan(2);
        for (; attributes > 0 && frames.size() >= 2; --attributes) {
            const std::size_t size = std::min<std::size_t>(frames[1], frames.size() - 2);
            if (frames[0] == algorithm && (size == 0 || frames[2] != hmac_md5))
                return true;
            is_over = is_over || frames[0] == status;
            frames = frames.subspan(2 + size);
        }
    }
    return false;
}

void check(source& input) {
    const auto pieces = input.piece(8);
    const auto frames = input.rest();
    check_frames(frames);
    std::vector<std::uint8_t> stream{5, 3};
    stream.insert(stream.end(), frames.begin(), frames.end());
    const auto one = check_negotiation([] { return request("one secret"); }, stream, pieces);
    const auto other = check_negotiation([] { return request("other word"); }, stream, pieces);
    must(
        one.notes == other.notes && one.fault.cause == other.fault.cause,
        "it tells of the password");
    // Greeting, opening, response, request.
    constexpr std::size_t without_response = 3 + 12 + 18;
    must(!one.stands || one.sent.size() > without_response, "a success without a challenge");
    must(!one.stands || !names_another(frames), "a success with another algorithm");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
