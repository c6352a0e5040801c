// SPDX-License-Identifier: MIT
#include "http_connect.hpp"

#include "http_challenge.hpp"

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
// "HTTP/1.1 200 " and two line ends.
constexpr std::size_t shortest_reply = 17;

// How many bytes are missing at least until an empty line ends the header (RFC 9112 section 2.2: a
// lone LF ends a line as well).
std::size_t missing(std::string_view header) {
    if (header.ends_with("\n\r\n") || header.ends_with("\n\n"))
        return 0;
    // After the end of a line a lone LF could follow; elsewhere two line ends are to come.
    return header.ends_with('\n') || header.ends_with("\n\r") ? 1 : 2;
}

// "HTTP/1.1 200 Connection established", of what may_be_http().
std::optional<http_connect::status_line> parse_status(std::string_view header) {
    const std::string_view line = header.substr(0, header.find_first_of("\r\n"));
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos)
        return std::nullopt;
    const std::string_view rest = line.substr(blank + 1);
    http_connect::status_line status;
    status.reason = rest.size() > 4 ? rest.substr(4) : std::string_view{};
    if (rest.size() < 3 || (rest.size() > 3 && rest[3] != ' '))
        return std::nullopt;
    for (const char digit : rest.substr(0, 3)) { // from_chars would take a sign
        if (digit < '0' || digit > '9')
            return std::nullopt;
        status.code = 10 * status.code + (digit - '0');
    }
    return status;
}

bool is_interim(int status) {
    return status >= 100 && status < 200 && status != 101;
}

bool is_success(int status) {
    return status >= 200 && status < 300;
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
    : exchange{out_limit, wanted_peer::http_proxy}, request_{request},
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
    expect_beginning(1, shortest_reply);
}

void http_connect::on_bytes() {
    const std::string_view header = base::as_text(inbox());
    if (!may_be_http(header)) {
        examine_stranger();
        return;
    }
    if (header.find('\n') != std::string_view::npos && is_refused())
        return;
    if (missing(header) == 0) {
        judge_header();
        return;
    }
    if (is_too_long()) {
        complete(message_kind::http_reply);
        fail({failure::protocol, phase::request, "the header of its reply is too long"});
        return;
    }
    expect_beginning(next_size(), std::max(shortest_reply, header.size() + 1));
}

// What is to be read before the header is judged again.
std::size_t http_connect::next_size() const {
    const std::size_t have = inbox().size();
    // The first bytes one by one: a stranger's reply may be short.
    return have + (have < 12 ? 1 : missing(base::as_text(inbox())));
}

bool http_connect::is_too_long() const {
    return interim_ + inbox().size() >= max_http_header;
}

// The status line is whole. A refusal counts from here on, however the header goes on; that only
// completes the picture.
bool http_connect::is_refused() {
    const std::string_view header = base::as_text(inbox());
    const auto status = parse_status(header);
    if (!status) {
        complete(message_kind::http_reply);
        fail({failure::protocol, phase::request, "its reply has no HTTP status line"});
        return true;
    }
    if (is_interim(status->code) || is_success(status->code))
        return false;
    expect_optional(missing(header) == 0 ? header.size() : next_size());
    return true;
}

bool http_connect::extends_optional() {
    if (missing(base::as_text(inbox())) == 0 || is_too_long())
        return false;
    expect(next_size());
    return true;
}

void http_connect::on_last_bytes() {
    complete(message_kind::http_reply);
    refused(*parse_status(base::as_text(inbox())));
}

// The header is whole, and no refusal.
void http_connect::judge_header() {
    complete(message_kind::http_reply);
    const auto status = parse_status(base::as_text(inbox()));
    if (is_success(status->code)) {
        finish(address{});
        return;
    }
    note("skipped an interim reply, status " + std::to_string(status->code));
    interim_ += inbox().size();
    begin_message();
    expect_beginning(1, shortest_reply);
}

// 407 is about credentials, everything else about the target.
void http_connect::refused(const status_line& status) {
    const std::string said =
        "HTTP " + std::to_string(status.code) +
        (status.reason.empty() ? "" : " " + quote(status.reason.substr(0, shown_reason)));
    const std::error_code code{status.code, http_status_category()};
    if (code == http_status::proxy_authentication_required) {
        fail(login_refused(said));
        return;
    }
    const std::string_view what = code == http_status::forbidden ? "the proxy does not allow "
                                                                 : "the proxy did not connect to ";
    error why{
        failure::refused, phase::request,
        std::string{what} + to_string(request_.destination) + ": " + said};
    why.code = code;
    fail(std::move(why));
}

error http_connect::login_refused(const std::string& said) const {
    const auto offered = offered_schemes(base::as_text(inbox()));
    if (!offered.empty() && !has_scheme(offered, "Basic")) {
        error why{
            failure::no_method, phase::request,
            "it offers " + list_of(offered) + ", not Basic (" + said + ")"};
        why.code = std::make_error_code(std::errc::not_supported);
        return why;
    }
    if (!has_login_)
        return {
            failure::no_method, phase::request,
            "it requires a user name and password (" + said + ")"};
    return {failure::credentials, phase::request, "user name or password rejected (" + said + ")"};
}

} // namespace sockscat::proto
