// SPDX-License-Identifier: MIT
// SOCKS4 and SOCKS4a (SOCKS4.protocol, SOCKS4A.protocol). They have no login: where one is needed
// every request is rejected.
#include "dialect.hpp"
#include "proto/socks4.hpp"

#include <algorithm>
#include <optional>

namespace sockscat::proto {
namespace {

constexpr std::size_t fixed_size = 8; // VN CD DSTPORT DSTIP
constexpr std::size_t max_text = 255;

std::optional<request_command> command_of(std::uint8_t cd) {
    switch (static_cast<socks4::command>(cd)) {
    case socks4::command::connect:
        return request_command::connect;
    case socks4::command::bind:
        return request_command::bind;
    case socks4::command::resolve:
        return request_command::resolve;
    }
    return std::nullopt;
}

// 0.0.0.x with x not zero announces a name behind the user id.
bool announces_name(base::byte_view ip) {
    return ip[0] == 0 && ip[1] == 0 && ip[2] == 0 && ip[3] != 0;
}

// The bytes before the NUL; nothing if that has not come.
std::optional<base::byte_view> text_at(base::byte_view bytes) {
    const auto end = std::find(bytes.begin(), bytes.end(), std::uint8_t{0});
    if (end == bytes.end())
        return std::nullopt;
    return bytes.first(static_cast<std::size_t>(end - bytes.begin()));
}

class socks4_dialect final : public dialect {
  public:
    explicit socks4_dialect(bool needs_login)
        : dialect{proxy_protocol::socks4}, needs_login_{needs_login} {}

    [[nodiscard]] std::size_t missing(base::byte_view message) const override {
        if (message.size() < fixed_size)
            return fixed_size + 1 - message.size();
        base::byte_view rest = message.subspan(fixed_size);
        const bool has_name = announces_name(message.subspan(4, 4));
        for (std::size_t texts = has_name ? 2 : 1; texts > 0; --texts) {
            const auto text = text_at(rest);
            if (!text)
                return std::min(texts, max_text + 1 - rest.size());
            rest = rest.subspan(text->size() + 1);
        }
        return 0;
    }

    turn judge(base::byte_view message, base::message_buffer& out) override {
        const base::byte_view rest = message.subspan(fixed_size);
        const auto user = text_at(rest);
        if (!user)
            return rejected(out, failure::protocol, "the user id is longer than 255 bytes");
        if (needs_login_)
            return rejected(out, failure::no_method, "SOCKS4 has no password");
        const auto command = command_of(message[1]);
        if (!command)
            return rejected(out, failure::protocol, "the command is unknown");
        wanted().command = *command;
        wanted().target.port = static_cast<std::uint16_t>(message[2] << 8U | message[3]);
        if (announces_name(message.subspan(4, 4)))
            return take_name(rest.subspan(user->size() + 1), out);
        ipv4_address ip;
        std::copy_n(message.begin() + 4, ip.bytes.size(), ip.bytes.begin());
        wanted().target.host = ip;
        return turn::kind::ask;
    }

    void announce(base::message_buffer& out, const address& listening) override {
        reply(out, socks4_reply::granted, listening);
    }

    // A port and an IPv4 address are all that it can say; but for RESOLVE they need not be right.
    bool grant(base::message_buffer& out, const address& bound) override {
        const bool can_say = request().command != request_command::resolve ||
                             std::holds_alternative<ipv4_address>(bound.host);
        reply(out, can_say ? socks4_reply::granted : socks4_reply::rejected, bound);
        return can_say;
    }

    void refuse(base::message_buffer& out, const refusal& /*why*/) override {
        reply(out, socks4_reply::rejected, {});
    }

  private:
    turn rejected(base::message_buffer& out, failure kind, const char* cause) {
        refuse(out, {});
        return request_error(kind, cause);
    }

    turn take_name(base::byte_view rest, base::message_buffer& out) {
        const auto name = text_at(rest);
        if (!name || !is_name_to_ask(base::as_text(*name)))
            return rejected(out, failure::protocol, "the host name is not valid");
        wanted().target.host = host_name{std::string{base::as_text(*name)}};
        return turn::kind::ask;
    }

    static void reply(base::message_buffer& out, socks4_reply code, const address& bound) {
        const auto* const ip = std::get_if<ipv4_address>(&bound.host);
        out.u8(0);
        out.u8(static_cast<std::uint8_t>(code));
        out.u16(bound.port);
        out.bytes(ip == nullptr ? ipv4_address{}.bytes : ip->bytes);
    }

    bool needs_login_;
};

} // namespace

std::unique_ptr<dialect> make_socks4_dialect(const user_list* users) {
    return std::make_unique<socks4_dialect>(users != nullptr);
}

} // namespace sockscat::proto
