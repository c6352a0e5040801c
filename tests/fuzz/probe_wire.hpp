// SPDX-License-Identifier: MIT
/// What was on the wire, read by the RFCs and by nothing of lib/: from it follows what a report may
/// say.
#pragma once

#include <sockscat/address.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::fuzz {

inline constexpr std::string_view reserved = "sockscat-probe.invalid"; // sockscat-probe(1)

/// One message of the client's.
struct heard_message {
    enum class kind : std::uint8_t { greeting, login, request, socks4, http, tls, other };

    kind what{kind::other};
    std::string_view bytes;

    /// CMD of a request, CD of SOCKS4.
    [[nodiscard]] unsigned command() const { return static_cast<unsigned char>(bytes[1]); }
    /// Where a request goes, as to_string(address) has it.
    [[nodiscard]] std::string destination() const;
};

/// Taken apart by RFC 1928, RFC 1929 and the memorandum of SOCKS4; what is cut short is left out.
std::vector<heard_message> messages_of(std::string_view heard);

/// One connection.
struct wire {
    wire() = default;
    wire(wire&&) = default; // a copy's pointers would be of another's messages

    bool is_http{false};
    bool is_socks4{false};
    bool is_socks5{false};
    bool is_pipelined{false}; ///< the greeting was not sent alone
    std::vector<heard_message> asked;
    std::string_view said; ///< as far as it was taken

    std::optional<unsigned> method; ///< of those that were offered
    const heard_message* login{nullptr};
    bool has_rejected{false}; ///< the login
    bool is_let_in{false};    ///< by 00, or by 02 and an accepted login
    const heard_message* request{nullptr};
    std::optional<unsigned> code; ///< REP, CD, or the status of HTTP
    bool is_granted{false};       ///< to its last byte
    address bound;                ///< of what was granted
    std::string schemes;          ///< of HTTP: the header of a 407, in small letters

    [[nodiscard]] unsigned command() const { return request->command(); }
    [[nodiscard]] bool asks(unsigned command) const {
        return request != nullptr && !is_http && request->command() == command;
    }
    [[nodiscard]] bool is_connect() const { return is_http || asks(1); }
    /// Neither 1, 2, 3, nor one of Tor's.
    [[nodiscard]] bool is_control() const {
        return request != nullptr && !is_http && (command() == 0 || command() > 3) &&
               command() < 0xF0;
    }
};

/// `said` as far as it was taken; `first_write` is the size of what the client sent first.
wire wire_from(std::string_view heard, std::string_view said, std::size_t first_write);

} // namespace sockscat::fuzz
