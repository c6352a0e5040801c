// SPDX-License-Identifier: MIT
#include "words.hpp"

#include "http.hpp"

#include <sockscat/auth_method.hpp>
#include <sockscat/text.hpp>

#include <span>
#include <utility>

namespace sockscat::probing {
namespace {

bool is_socks4(const answer& said) {
    return !said.reply.empty() && said.reply[0] != 0x05;
}

const reply_entry* entry_of(const answer& said) {
    return is_socks4(said) ? find_reply(socks4_reply{*said.code})
                           : find_reply(socks5_reply{*said.code});
}

} // namespace

std::string byte_text(std::uint8_t value) {
    return hex_byte(value);
}

std::string code_text(const answer& said) {
    const std::uint8_t code = *said.code;
    const auto& category = is_socks4(said) ? socks4_reply_category() : socks5_reply_category();
    return byte_text(code) + " " + category.message(code);
}

std::optional<reply_code> code_of(const answer& said) {
    if (said.http)
        return reply_code{said.http->status, std::string{status_name(said.http->status)}};
    if (!said.code)
        return std::nullopt;
    const reply_entry* const known = entry_of(said);
    return reply_code{*said.code, std::string{known == nullptr ? "unassigned" : known->name}};
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
        return "no further connection: " + (said.failed ? said.failed->cause : "");
    case ending::answered:
        if (said.is_endless)
            return "the header of its reply is too long";
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
    const auth_method_entry* const known = find_method(auth_method{method});
    return byte_text(method) + (known == nullptr ? "" : " " + std::string{known->title});
}

bool is_same_outcome(const answer& one, const answer& other) {
    if (one.code || other.code)
        return one.code == other.code;
    return one.hung_up() == other.hung_up() &&
           (one.how == ending::timeout) == (other.how == ending::timeout);
}

} // namespace sockscat::probing
