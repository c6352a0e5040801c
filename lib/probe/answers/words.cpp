// SPDX-License-Identifier: MIT
#include "words.hpp"

#include <sockscat/text.hpp>

#include <array>
#include <span>
#include <utility>

namespace sockscat::probing {
namespace {

bool is_socks4(const answer& said) {
    return !said.reply.empty() && said.reply[0] != 0x05;
}

std::string socks4_name(std::uint8_t code) {
    static constexpr std::array<const char*, 4> names{
        "granted", "rejected", "identd-unreachable", "identd-mismatch"};
    return code >= 0x5A && code < 0x5A + names.size() ? names[code - 0x5AU] : "unassigned";
}

std::string socks5_name(std::uint8_t code) {
    static constexpr std::array<const char*, 9> names{
        "succeeded",           "general-failure",       "not-allowed",
        "network-unreachable", "host-unreachable",      "connection-refused",
        "ttl-expired",         "command-not-supported", "address-type-not-supported"};
    static constexpr std::array<const char*, 8> of_tor{
        "onion-not-found",           "onion-invalid",
        "onion-introduction-failed", "onion-rendezvous-failed",
        "onion-auth-missing",        "onion-auth-wrong",
        "onion-bad-address",         "onion-introduction-timed-out"};
    if (code < names.size())
        return names[code];
    return code >= 0xF0 && code < 0xF0 + of_tor.size() ? of_tor[code - 0xF0U] : "unassigned";
}

} // namespace

std::string byte_text(std::uint8_t value) {
    return hex(std::span{&value, 1});
}

std::string code_text(const answer& said) {
    const std::uint8_t code = *said.code;
    const auto& category = is_socks4(said) ? socks4_reply_category() : socks5_reply_category();
    return byte_text(code) + " " + category.message(code);
}

std::optional<reply_code> code_of(const answer& said) {
    if (!said.code)
        return std::nullopt;
    return reply_code{
        *said.code, is_socks4(said) ? socks4_name(*said.code) : socks5_name(*said.code)};
}

std::string silence_text(const answer& said, std::string_view limit) {
    const std::string lead = said.at == phase::method ? "no answer to the greeting"
                             : said.at == phase::auth ? "no answer to the login"
                             : said.at == phase::tls  ? "no ServerHello"
                                                      : "no reply";
    switch (said.how) {
    case ending::closed:
        return "connection closed, " + lead;
    case ending::reset:
        return "connection reset, " + lead;
    case ending::timeout:
        return lead + " within " + std::string{limit};
    case ending::unreachable:
        return "no connection any more: " + (said.failed ? said.failed->cause : "");
    case ending::answered:
        if (!said.foreign.empty())
            return "the answer begins " +
                   hex(std::span{said.foreign}.first(std::min<std::size_t>(said.foreign.size(), 8)),
                       " ");
        break;
    case ending::not_asked:
        break;
    }
    return lead;
}

std::string method_text(std::uint8_t method) {
    switch (method) {
    case 0x00:
        return "00 (none)";
    case 0x01:
        return "01 (GSSAPI)";
    case 0x02:
        return "02 (user name and password)";
    case 0x03:
        return "03 (CHAP)";
    case 0x80:
        return "80 (gost's TLS)";
    case 0x82:
        return "82 (gost's TLS with user name and password)";
    default:
        return byte_text(method);
    }
}

bool is_same_outcome(const answer& one, const answer& other) {
    if (one.code || other.code)
        return one.code == other.code;
    return one.hung_up() == other.hung_up() &&
           (one.how == ending::timeout) == (other.how == ending::timeout);
}

} // namespace sockscat::probing
