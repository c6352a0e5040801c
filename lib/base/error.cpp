// SPDX-License-Identifier: MIT
#include <sockscat/error.hpp>

#include <array>
#include <cstdio>
#include <utility>

namespace sockscat {
namespace {

std::string numbered(const char* what, int code) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%s 0x%02x", what, static_cast<unsigned>(code));
    return text.data();
}

std::string unassigned(int code) {
    return numbered("unassigned reply", code);
}

class socks5_replies final : public std::error_category {
  public:
    const char* name() const noexcept override { return "socks5.reply"; }
    std::string message(int code) const override {
        switch (code) {
        case 0x00:
            return "succeeded";
        case 0x01:
            return "general failure";
        case 0x02:
            return "not allowed by the ruleset";
        case 0x03:
            return "network unreachable";
        case 0x04:
            return "host unreachable";
        case 0x05:
            return "connection refused";
        case 0x06:
            return "TTL expired";
        case 0x07:
            return "command not supported";
        case 0x08:
            return "address type not supported";
        // Tor's extended errors, torspec socks-extensions.txt.
        case 0xF0:
            return "onion service descriptor not found";
        case 0xF1:
            return "onion service descriptor invalid";
        case 0xF2:
            return "onion service introduction failed";
        case 0xF3:
            return "onion service rendezvous failed";
        case 0xF4:
            return "onion service wants client authorization";
        case 0xF5:
            return "onion service client authorization is wrong";
        case 0xF6:
            return "onion service address invalid";
        case 0xF7:
            return "onion service introduction timed out";
        default:
            return unassigned(code);
        }
    }
};

class socks4_replies final : public std::error_category {
  public:
    const char* name() const noexcept override { return "socks4.reply"; }
    std::string message(int code) const override {
        switch (code) {
        case 90:
            return "granted";
        case 91:
            return "rejected or failed";
        case 92:
            return "the proxy cannot reach identd on this machine";
        case 93:
            return "identd reports another user";
        default:
            return unassigned(code);
        }
    }
};

class http_statuses final : public std::error_category {
  public:
    const char* name() const noexcept override { return "http.status"; }
    std::string message(int code) const override { return "status " + std::to_string(code); }
};

class socks5_methods final : public std::error_category {
  public:
    const char* name() const noexcept override { return "socks5.method"; }
    std::string message(int code) const override { return numbered("method", code); }
};

} // namespace

const std::error_category& socks5_method_category() {
    static const socks5_methods category;
    return category;
}

const std::error_category& http_status_category() {
    static const http_statuses category;
    return category;
}

const std::error_category& socks5_reply_category() {
    static const socks5_replies category;
    return category;
}

const std::error_category& socks4_reply_category() {
    static const socks4_replies category;
    return category;
}

std::string_view to_string(phase value) {
    switch (value) {
    case phase::none:
        return "";
    case phase::lookup:
        return "lookup";
    case phase::connect:
        return "connect";
    case phase::tls:
        return "tls";
    case phase::method:
        return "method";
    case phase::auth:
        return "auth";
    case phase::request:
        return "request";
    case phase::accept:
        return "accept";
    case phase::relay:
        return "relay";
    }
    return "";
}

error::error(failure what, phase where, std::string why)
    : kind{what}, at{where}, cause{std::move(why)} {}

error usage_error(std::string cause) {
    return {failure::usage, phase::none, std::move(cause)};
}

std::string to_string(const error& value) {
    std::string text;
    if (!value.hop.empty())
        text += value.hop + ": ";
    if (value.at != phase::none)
        text.append(to_string(value.at)).append(": ");
    return text + value.cause;
}

} // namespace sockscat
