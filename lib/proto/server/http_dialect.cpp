// SPDX-License-Identifier: MIT
// HTTP CONNECT (RFC 9110 section 9.3.6) with Basic authentication (RFC 7617). There are no other
// methods here, and one request per connection.
#include "dialect.hpp"
#include "proto/http_header.hpp"

#include <sockscat/base64.hpp>
#include <sockscat/credentials.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sockscat::proto {
namespace {

struct status_line {
    http_status code;
    std::string_view words;
    std::string_view field; ///< one more, with its line end
};

constexpr std::array status_lines{
    status_line{http_status::bad_request, "Bad Request", ""},
    status_line{http_status::forbidden, "Forbidden", ""},
    status_line{http_status::method_not_allowed, "Method Not Allowed", "Allow: CONNECT\r\n"},
    status_line{
        http_status::proxy_authentication_required, "Proxy Authentication Required",
        "Proxy-Authenticate: Basic realm=\"sockscat\", charset=\"UTF-8\"\r\n"},
    status_line{http_status::not_implemented, "Not Implemented", ""},
    status_line{http_status::gateway_timeout, "Gateway Timeout", ""},
    status_line{http_status::bad_gateway, "Bad Gateway", ""}, // also for what is not in the list
};

const status_line& line_of(http_status code) {
    const auto* const last = &status_lines.back();
    const auto* const found = std::find_if(
        status_lines.begin(), last, [&](const status_line& each) { return each.code == code; });
    return *found;
}

// Takes what is before `end` off the text; all of it if there is none.
std::string_view cut(std::string_view& text, std::string_view end) {
    const std::size_t at = std::min(text.find(end), text.size());
    const std::string_view out = text.substr(0, at);
    text.remove_prefix(std::min(at + end.size(), text.size()));
    return out;
}

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

bool is_same(std::string_view one, std::string_view other) {
    return lower(one) == lower(other);
}

// authority-form (RFC 9112 section 3.2.3): a host and a port, both there.
std::optional<address> target_of(std::string_view authority) {
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const std::string_view digits = authority.substr(colon + 1);
    std::uint16_t port = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, port);
    if (read.ec != std::errc{} || read.ptr != end || port == 0)
        return std::nullopt;
    const std::string_view name = authority.substr(0, colon);
    if (name.starts_with('[') && name.ends_with(']')) {
        const auto ip = parse_ip(name.substr(1, name.size() - 2));
        return ip ? std::optional{address{*ip, port}} : std::nullopt;
    }
    if (const auto ip = parse_ip(name); ip && std::holds_alternative<ipv4_address>(*ip))
        return address{*ip, port};
    return is_name_to_ask(name) ? std::optional{address{host_name{std::string{name}}, port}}
                                : std::nullopt;
}

// The fields that matter; nothing if one is not a field, or if there are two logins.
struct fields {
    bool are_valid{true};
    std::optional<std::string_view> login;
};

fields fields_of(std::string_view lines) {
    fields out;
    for (;;) {
        std::string_view line = cut(lines, "\n");
        if (line.empty() || line == "\r")
            return out;
        const std::string_view name = cut(line, ":");
        const bool is_field = !name.empty() && name.find_first_of(" \t\r") == name.npos;
        const bool is_login = is_same(name, "proxy-authorization");
        out.are_valid = out.are_valid && is_field && !(is_login && out.login);
        if (is_login)
            out.login = without_blanks(line);
    }
}

bool is_known(const user_list& users, std::string_view login) {
    const std::string_view scheme = cut(login, " ");
    auto pair = from_base64(without_blanks(login));
    if (!is_same(scheme, "basic") || !pair)
        return false;
    std::string_view password = base::as_text(*pair);
    const std::string_view user = cut(password, ":");
    const bool is_one = users.has(user, password);
    wipe(std::span{*pair});
    return is_one;
}

class http_dialect final : public dialect {
  public:
    explicit http_dialect(const user_list* users) : dialect{proxy_protocol::http}, users_{users} {}

    [[nodiscard]] std::size_t missing(base::byte_view message) const override {
        if (message.size() >= max_client_message)
            return 0;
        return std::min(
            missing_of_header(base::as_text(message)), max_client_message - message.size());
    }

    turn judge(base::byte_view message, base::message_buffer& out) override {
        std::string_view rest = base::as_text(message);
        if (missing_of_header(rest) != 0)
            return rejected(out, http_status::bad_request, "the header of its request is too long");
        std::string_view line = without_blanks(cut(rest, "\n"));
        const std::string_view method = cut(line, " ");
        const std::string_view target = cut(line, " ");
        if (!line.starts_with("HTTP/1.") || rest.find('\0') != rest.npos)
            return rejected(out, http_status::bad_request, "its request is not HTTP/1");
        if (method != "CONNECT")
            return rejected(out, http_status::method_not_allowed, "only CONNECT is served in HTTP");
        const fields header = fields_of(rest);
        const auto where = target_of(target);
        if (!header.are_valid || !where)
            return rejected(out, http_status::bad_request, "its request is not valid");
        if (users_ != nullptr && !is_known(*users_, header.login.value_or("")))
            return not_let_in(out, header.login.has_value());
        wanted().target = *where;
        return turn::kind::ask;
    }

    // It has no BIND.
    void announce(base::message_buffer& /*out*/, const address& /*listening*/) override {}

    bool grant(base::message_buffer& out, const address& /*bound*/) override {
        out.text("HTTP/1.1 200 Connection established\r\n\r\n");
        return true;
    }

    void refuse(base::message_buffer& out, const refusal& why) override {
        const status_line& line = line_of(why.status);
        out.text("HTTP/1.1 " + std::to_string(static_cast<int>(line.code)) + " ");
        out.text(line.words);
        out.text("\r\n");
        out.text(line.field);
        out.text("Content-Length: 0\r\nConnection: close\r\n\r\n");
    }

  private:
    turn rejected(base::message_buffer& out, http_status status, const char* cause) {
        refuse(out, {socks5_reply::general_failure, status});
        return request_error(failure::protocol, cause);
    }

    turn not_let_in(base::message_buffer& out, bool had_login) {
        refuse(out, {socks5_reply::general_failure, http_status::proxy_authentication_required});
        return had_login ? request_error(failure::credentials, "wrong user name or password")
                         : request_error(failure::no_method, "it does not log in");
    }

    const user_list* users_;
};

} // namespace

std::unique_ptr<dialect> make_http_dialect(const user_list* users) {
    return std::make_unique<http_dialect>(users);
}

} // namespace sockscat::proto
