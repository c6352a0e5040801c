// SPDX-License-Identifier: MIT
// GSSAPI against any proxy: the tunnel stands only behind a context that is complete and a level of
// protection that was wanted.
#include "negotiation.hpp"

#include "proto/auth/gssapi_frame.hpp"
#include "proto/auth/gssapi_negotiation.hpp"
#include "support/fake_context.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace sockscat::fuzz {
namespace {

using proto::protection_level;

constexpr std::array levels{
    protection_level::none, protection_level::integrity, protection_level::confidentiality};

// The peer's tokens are one byte each; the last one has to be 'z'.
class short_context final : public proto::security_context {
  public:
    explicit short_context(bool talks_last) : talks_last_{talks_last} {}

    proto::context_progress advance(base::byte_view token) override {
        proto::context_progress progress;
        const bool is_last = token.size() == 1 && token.front() == 'z';
        if (!token.empty() && token.size() != 1)
            progress.failed = error{failure::protocol, phase::none, "a bad token"};
        progress.complete = complete = is_last;
        if (!is_last || talks_last_)
            progress.token = {0x77};
        return progress;
    }
    [[nodiscard]] bool has_confidentiality() const override { return true; }
    std::optional<std::vector<std::uint8_t>> wrap(base::byte_view plain, bool hidden) override {
        must(complete, "wrapped before the context stands");
        return real_.wrap(plain, hidden);
    }
    std::optional<std::vector<std::uint8_t>> unwrap(base::byte_view message, bool hidden) override {
        must(complete, "unwrapped before the context stands");
        return real_.unwrap(message, hidden);
    }
    std::size_t max_plain(std::size_t most, bool hidden) override {
        return real_.max_plain(most, hidden);
    }

    bool complete{false};

  private:
    bool talks_last_;
    tests::fake_context real_{{}};
};

void check_frames(base::byte_view bytes) {
    using proto::gssapi::verdict;
    const auto frame = proto::gssapi::measure(bytes, proto::gssapi::message_type::token);
    must(frame.bytes <= proto::gssapi::max_frame, "a frame of an impossible size");
    must(frame.what != verdict::whole || frame.bytes <= bytes.size(), "whole, but cut");
    must(frame.what != verdict::unfinished || frame.bytes > bytes.size(), "cut, but whole");
}

void check(source& input) {
    const std::uint8_t choice = input.byte();
    const auto pieces = input.piece(8);
    const auto frames = input.rest();
    check_frames(frames);
    const auto least = static_cast<protection_level>(choice % 3);
    std::shared_ptr<short_context> context;
    const auto make = [&] {
        proto::handshake_request out;
        out.destination = {host_name{"example.com"}, 443};
        out.methods = {proto::socks5::method::gssapi};
        out.least_protection = least;
        if ((choice & 0x80U) != 0)
            out.wanted_protection = least;
        out.security = context = std::make_shared<short_context>((choice & 0x40U) != 0);
        return out;
    };
    std::vector<std::uint8_t> stream{5, 1};
    stream.insert(stream.end(), frames.begin(), frames.end());
    const auto outcome = check_negotiation(make, stream, pieces);
    must(!outcome.stands || context->complete, "it stands without a context");
    for (const auto level : levels)
        must(
            level >= least ||
                std::count(
                    outcome.notes.begin(), outcome.notes.end(),
                    "GSSAPI protection: " + std::string{proto::to_string(level)}) == 0,
            "less protection than was asked for");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
