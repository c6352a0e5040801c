// SPDX-License-Identifier: MIT
// SOCKS5 (RFC 1928) without a login, or with user name and password (RFC 1929); Tor's RESOLVE and
// RESOLVE_PTR.
#include "dialect.hpp"
#include "proto/socks5.hpp"

#include <algorithm>
#include <optional>

namespace sockscat::proto {
namespace {

using socks5::method;

std::optional<request_command> command_of(std::uint8_t cmd) {
    switch (static_cast<socks5::command>(cmd)) {
    case socks5::command::connect:
        return request_command::connect;
    case socks5::command::bind:
        return request_command::bind;
    case socks5::command::udp_associate:
        return request_command::udp_associate;
    case socks5::command::resolve:
        return request_command::resolve;
    case socks5::command::resolve_ptr:
        return request_command::resolve_ptr;
    }
    return std::nullopt;
}

std::size_t rest_of(std::size_t total, base::byte_view message) {
    return total - std::min(total, message.size());
}

// VER NMETHODS METHODS
std::size_t missing_of_greeting(base::byte_view message) {
    return rest_of(message.size() < 2 ? 2 : 2U + message[1], message);
}

// VER ULEN UNAME PLEN PASSWD
std::size_t missing_of_login(base::byte_view message) {
    if (message.size() < 2)
        return rest_of(3, message);
    const std::size_t password = 2U + message[1];
    const std::size_t length = message.size() > password ? message[password] : 0U;
    return rest_of(password + 1 + length, message);
}

// Request and reply have one shape.
std::size_t missing_of_request(base::byte_view message) {
    if (message.size() < 4)
        return rest_of(4, message);
    if (socks5::has_unknown_address_type(message))
        return 0;
    return rest_of(socks5::reply_size(message).value_or(socks5::shortest_reply), message);
}

class socks5_dialect final : public dialect {
  public:
    explicit socks5_dialect(const user_list* users)
        : dialect{proxy_protocol::socks5}, users_{users} {}

    [[nodiscard]] std::size_t missing(base::byte_view message) const override {
        switch (state_) {
        case state::greeting:
            return missing_of_greeting(message);
        case state::login:
            return missing_of_login(message);
        case state::request:
            break;
        }
        return missing_of_request(message);
    }

    turn judge(base::byte_view message, base::message_buffer& out) override {
        switch (state_) {
        case state::greeting:
            return judge_greeting(message, out);
        case state::login:
            return judge_login(message, out);
        case state::request:
            break;
        }
        return judge_request(message, out);
    }

    void announce(base::message_buffer& out, const address& listening) override {
        reply(out, static_cast<std::uint8_t>(socks5_reply::succeeded), listening);
    }

    bool grant(base::message_buffer& out, const address& bound) override {
        announce(out, bound);
        return true;
    }

    void refuse(base::message_buffer& out, const refusal& why) override {
        reply(out, why.rep, {ipv4_address{}, 0});
    }

  private:
    enum class state : std::uint8_t { greeting, login, request };

    turn judge_greeting(base::byte_view message, base::message_buffer& out) {
        const method wanted = users_ == nullptr ? method::none : method::password;
        const base::byte_view offered = message.subspan(2);
        const bool is_offered =
            std::find(offered.begin(), offered.end(), static_cast<std::uint8_t>(wanted)) !=
            offered.end();
        out.u8(socks5::version);
        out.u8(is_offered ? static_cast<std::uint8_t>(wanted) : socks5::no_acceptable_method);
        if (!is_offered)
            return error{
                failure::no_method, phase::method,
                users_ == nullptr ? "it does not offer to do without a login"
                                  : "it does not offer a user name and password"};
        state_ = users_ == nullptr ? state::request : state::login;
        return turn::kind::go_on;
    }

    turn judge_login(base::byte_view message, base::message_buffer& out) {
        if (message[0] != socks5::userpass_version)
            return error{failure::protocol, phase::auth, "its login is not as RFC 1929 has it"};
        const std::size_t user_size = message[1];
        const bool is_known = users_->has(
            base::as_text(message.subspan(2, user_size)),
            base::as_text(message.subspan(2 + user_size + 1)));
        out.u8(socks5::userpass_version);
        out.u8(is_known ? 0x00 : 0x01);
        if (!is_known)
            return error{failure::credentials, phase::auth, "wrong user name or password"};
        state_ = state::request;
        return turn::kind::go_on;
    }

    turn judge_request(base::byte_view message, base::message_buffer& out) {
        if (message[0] != socks5::version)
            return request_error(failure::protocol, "its request is not in version 5");
        if (socks5::has_unknown_address_type(message))
            return refused(
                out, socks5_reply::address_type_not_supported, "the address type is unknown");
        const auto command = command_of(message[1]);
        if (!command)
            return refused(out, socks5_reply::command_not_supported, "the command is unknown");
        base::reader in{message.subspan(3)};
        wanted().command = *command;
        wanted().target = socks5::decode_address(in).value();
        const auto* const name = std::get_if<host_name>(&request().target.host);
        if (name != nullptr && !is_name_to_ask(name->text))
            return refused(out, socks5_reply::general_failure, "the host name is not valid");
        return turn::kind::ask;
    }

    turn refused(base::message_buffer& out, socks5_reply rep, const char* cause) {
        refuse(out, {rep, http_status::bad_request});
        return request_error(failure::protocol, cause);
    }

    static void reply(base::message_buffer& out, std::uint8_t rep, const address& bound) {
        out.u8(socks5::version);
        out.u8(rep);
        out.u8(0);
        socks5::encode_address(out, bound);
    }

    const user_list* users_;
    state state_{state::greeting};
};

} // namespace

std::unique_ptr<dialect> make_socks5_dialect(const user_list* users) {
    return std::make_unique<socks5_dialect>(users);
}

} // namespace sockscat::proto
