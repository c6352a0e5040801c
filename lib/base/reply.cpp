// SPDX-License-Identifier: MIT
#include <sockscat/reply.hpp>

#include <sockscat/text.hpp>

#include <algorithm>
#include <string>

namespace sockscat {
namespace {

template <class Code>
constexpr reply_entry entry(
    Code code,
    std::string_view name,
    std::string_view sentence,
    std::errc as_errno = std::errc::connection_refused) {
    return {static_cast<std::uint8_t>(code), name, sentence, as_errno};
}

constexpr reply_entry of_socks5[] = {
    entry(socks5_reply::succeeded, "succeeded", "succeeded", std::errc{}),
    entry(socks5_reply::general_failure, "general-failure", "general failure"),
    entry(
        socks5_reply::not_allowed,
        "not-allowed",
        "not allowed by the ruleset",
        std::errc::permission_denied),
    entry(
        socks5_reply::network_unreachable,
        "network-unreachable",
        "network unreachable",
        std::errc::network_unreachable),
    entry(
        socks5_reply::host_unreachable,
        "host-unreachable",
        "host unreachable",
        std::errc::host_unreachable),
    entry(socks5_reply::connection_refused, "connection-refused", "connection refused"),
    entry(socks5_reply::ttl_expired, "ttl-expired", "TTL expired"),
    entry(socks5_reply::command_not_supported, "command-not-supported", "command not supported"),
    entry(
        socks5_reply::address_type_not_supported,
        "address-type-not-supported",
        "address type not supported"),
    entry(socks5_reply::onion_not_found, "onion-not-found", "onion service descriptor not found"),
    entry(socks5_reply::onion_invalid, "onion-invalid", "onion service descriptor invalid"),
    entry(
        socks5_reply::onion_introduction_failed,
        "onion-introduction-failed",
        "onion service introduction failed"),
    entry(
        socks5_reply::onion_rendezvous_failed,
        "onion-rendezvous-failed",
        "onion service rendezvous failed"),
    entry(
        socks5_reply::onion_auth_missing,
        "onion-auth-missing",
        "onion service requires client authorization"),
    entry(
        socks5_reply::onion_auth_wrong,
        "onion-auth-wrong",
        "onion service client authorization is wrong"),
    entry(socks5_reply::onion_bad_address, "onion-bad-address", "onion service address invalid"),
    entry(
        socks5_reply::onion_introduction_timed_out,
        "onion-introduction-timed-out",
        "onion service introduction timed out"),
};

constexpr reply_entry of_socks4[] = {
    entry(socks4_reply::granted, "granted", "granted", std::errc{}),
    entry(socks4_reply::rejected, "rejected", "rejected or failed"),
    entry(
        socks4_reply::identd_unreachable,
        "identd-unreachable",
        "the proxy cannot reach identd on this machine"),
    entry(socks4_reply::identd_mismatch, "identd-mismatch", "identd reports another user"),
};

constexpr http_status_entry entry(
    http_status code, std::string_view name, std::errc as_errno = std::errc::connection_refused) {
    return {code, name, as_errno};
}

constexpr http_status_entry of_http[] = {
    entry(http_status::ok, "ok", std::errc{}),
    entry(http_status::bad_request, "bad-request"),
    entry(http_status::unauthorized, "unauthorized"),
    entry(http_status::forbidden, "forbidden", std::errc::permission_denied),
    entry(http_status::not_found, "not-found"),
    entry(http_status::method_not_allowed, "method-not-allowed"),
    entry(http_status::proxy_authentication_required, "proxy-authentication-required"),
    entry(http_status::request_timeout, "request-timeout"),
    entry(http_status::too_many_requests, "too-many-requests"),
    entry(http_status::internal_server_error, "internal-server-error"),
    entry(http_status::not_implemented, "not-implemented"),
    entry(http_status::bad_gateway, "bad-gateway"),
    entry(http_status::service_unavailable, "service-unavailable"),
    entry(http_status::gateway_timeout, "gateway-timeout"),
};

template <class Row>
const Row* find_in(std::span<const Row> table, int code) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Row& each) {
        return static_cast<int>(each.code) == code;
    });
    return found == table.end() ? nullptr : &*found;
}

class replies final : public std::error_category {
  public:
    constexpr replies(const char* name, std::span<const reply_entry> table)
        : name_{name}, table_{table} {}

    const char* name() const noexcept override { return name_; }
    std::string message(int code) const override {
        const reply_entry* const known = find_in(table_, code);
        return known == nullptr ? "unassigned reply 0x" + hex_byte(static_cast<std::uint8_t>(code))
                                : std::string{known->sentence};
    }
    std::error_condition default_error_condition(int code) const noexcept override {
        const reply_entry* const known = find_in(table_, code);
        return known == nullptr ? std::errc::connection_refused : known->as_errno;
    }

  private:
    const char* name_;
    std::span<const reply_entry> table_;
};

class statuses_of_http final : public std::error_category {
  public:
    const char* name() const noexcept override { return "http.status"; }
    std::string message(int code) const override { return "status " + std::to_string(code); }
    std::error_condition default_error_condition(int code) const noexcept override {
        const http_status_entry* const known = find_in(http_statuses(), code);
        return known == nullptr ? std::errc::connection_refused : known->as_errno;
    }
};

} // namespace

std::span<const reply_entry> socks5_replies() {
    return of_socks5;
}

std::span<const reply_entry> socks4_replies() {
    return of_socks4;
}

std::span<const http_status_entry> http_statuses() {
    return of_http;
}

const reply_entry* find_reply(socks5_reply code) {
    return find_in(socks5_replies(), static_cast<int>(code));
}

const reply_entry* find_reply(socks4_reply code) {
    return find_in(socks4_replies(), static_cast<int>(code));
}

const http_status_entry* find_reply(http_status code) {
    return find_in(http_statuses(), static_cast<int>(code));
}

const std::error_category& socks5_reply_category() {
    static const replies category{"socks5.reply", of_socks5};
    return category;
}

const std::error_category& socks4_reply_category() {
    static const replies category{"socks4.reply", of_socks4};
    return category;
}

const std::error_category& http_status_category() {
    static const statuses_of_http category;
    return category;
}

std::error_code make_error_code(socks5_reply code) {
    return {static_cast<int>(code), socks5_reply_category()};
}

std::error_code make_error_code(socks4_reply code) {
    return {static_cast<int>(code), socks4_reply_category()};
}

std::error_code make_error_code(http_status code) {
    return {static_cast<int>(code), http_status_category()};
}

} // namespace sockscat
