// SPDX-License-Identifier: MIT
#include "http_connect.hpp"

#include <sockscat/base64.hpp>
#include <sockscat/credentials.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

namespace sockscat::proto {
namespace {

constexpr std::string_view line_end = "\r\n";
// Request line and Host with a name of 255 bytes each, and 511 bytes of credentials in base64.
constexpr std::size_t out_limit = 2 * 300 + 800;
constexpr std::size_t shown_reason = 80;

// How many bytes are missing at least until an empty line ends the header (RFC 9112 section 2.2: a
// lone LF ends a line as well).
std::size_t missing(std::string_view header) {
    if (header.ends_with("\n\r\n") || header.ends_with("\n\n"))
        return 0;
    // After the end of a line a lone LF could follow; elsewhere two line ends are to come.
    return header.ends_with('\n') || header.ends_with("\n\r") ? 1 : 2;
}

struct status_line {
    int code;
    std::string_view reason;
};

// "HTTP/1.1 200 Connection established"
std::optional<status_line> parse_status(std::string_view header) {
    const std::string_view line = header.substr(0, header.find_first_of("\r\n"));
    const std::size_t blank = line.find(' ');
    if (!line.starts_with("HTTP/1.") || blank == std::string_view::npos)
        return std::nullopt;
    const std::string_view rest = line.substr(blank + 1);
    status_line status{0, rest.size() > 4 ? rest.substr(4) : std::string_view{}};
    if (rest.size() < 3 || (rest.size() > 3 && rest[3] != ' '))
        return std::nullopt;
    for (const char digit : rest.substr(0, 3)) { // from_chars would take a sign
        if (digit < '0' || digit > '9')
            return std::nullopt;
        status.code = 10 * status.code + (digit - '0');
    }
    return status;
}

// A name as it is, without escapes.
std::string authority_of(const address& destination) {
    const auto* name = std::get_if<host_name>(&destination.host);
    return name == nullptr ? to_string(destination)
                           : name->text + ":" + std::to_string(destination.port);
}

bool may_be_http(std::string_view beginning) {
    constexpr std::string_view name = "HTTP/1.";
    const std::size_t size = std::min(beginning.size(), name.size());
    return beginning.substr(0, size) == name.substr(0, size);
}

} // namespace

bool fits_http(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
    });
}

http_connect::http_connect(const handshake_request& request)
    : exchange{out_limit, "an HTTP proxy"}, request_{request},
      has_login_{
          std::find(request.methods.begin(), request.methods.end(), socks5::method::password) !=
          request.methods.end()} {
    enter(phase::request);
    const std::string authority = authority_of(request_.destination);
    out().text("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n");
    if (has_login_) {
        std::string pair;
        pair.reserve(request_.user.size() + 1 + request_.password.size()); // one copy, to be wiped
        pair.append(request_.user).append(":").append(request_.password);
        std::string encoded =
            to_base64({reinterpret_cast<const std::uint8_t*>(pair.data()), pair.size()});
        out().text("Proxy-Authorization: Basic ");
        out().text(encoded);
        out().text(line_end);
        wipe(std::span<char>{pair});
        wipe(std::span<char>{encoded});
    }
    out().text(line_end);
    mark_message(message_kind::http_request, has_login_);
    begin_send();
}

void http_connect::on_sent() {
    begin_message();
    expect_beginning(1, 17); // "HTTP/1.1 200" and two line ends
}

void http_connect::on_bytes() {
    const std::string_view header = as_text(inbox());
    if (!may_be_http(header)) {
        examine_stranger();
        return;
    }
    if (missing(header) == 0) {
        judge_header();
        return;
    }
    if (interim_ + header.size() >= max_http_header) {
        complete(message_kind::http_reply);
        fail({failure::protocol, phase::request, "the header of its reply does not end"});
        return;
    }
    read_on();
}

void http_connect::read_on() {
    const std::size_t have = inbox().size();
    // The first bytes one by one: a stranger's reply may be short.
    expect_beginning(have + (have < 12 ? 1 : missing(as_text(inbox()))), have + 1);
}

void http_connect::judge_header() {
    complete(message_kind::http_reply);
    const auto status = parse_status(as_text(inbox()));
    if (!status) {
        fail({failure::protocol, phase::request, "its reply has no HTTP status line"});
        return;
    }
    if (status->code >= 100 && status->code < 200 && status->code != 101) {
        note("its reply was preceded by status " + std::to_string(status->code));
        interim_ += inbox().size();
        begin_message();
        expect_beginning(1, 17);
        return;
    }
    if (status->code >= 200 && status->code < 300) {
        finish(address{});
        return;
    }
    refused(status->code, status->reason);
}

// 407 is about credentials, everything else about the destination.
void http_connect::refused(int status, std::string_view reason) {
    const std::string said = "status " + std::to_string(status) +
                             (reason.empty() ? "" : " " + quote(reason.substr(0, shown_reason)));
    const std::error_code code{status, http_status_category()};
    const bool is_about_login = code == http_status::proxy_authentication_required;
    if (is_about_login && !has_login_) {
        fail(
            {failure::no_method, phase::request,
             "it wants a user name and password (" + said + ")"});
        return;
    }
    if (is_about_login) {
        fail(
            {failure::credentials, phase::request,
             "user name or password rejected (" + said + ")"});
        return;
    }
    const std::string_view what = code == http_status::forbidden ? "not allowed: " : "refused: ";
    error why{
        failure::refused, phase::request,
        std::string{what} + to_string(request_.destination) + " (" + said + ")"};
    why.code = code;
    fail(std::move(why));
}

} // namespace sockscat::proto
