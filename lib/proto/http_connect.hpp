// SPDX-License-Identifier: MIT
/// HTTP CONNECT (RFC 9110 section 9.3.6, HTTP/1.1 by RFC 9112) with Basic authentication
/// (RFC 7617).
#pragma once

#include "exchange.hpp"
#include "handshake.hpp"

#include <string>
#include <string_view>

namespace sockscat::proto {

/// The longest header of a reply, in bytes, with those of all interim replies before it.
inline constexpr std::size_t max_http_header = 16 * 1024;

/// True if a name can stand in a request: RFC 9112 wants no blanks and no control characters.
bool fits_http(std::string_view name);

/// One request, one reply. The end of the header is found without ever reading behind it.
class http_connect final : public exchange {
  public:
    /// `request` has been checked by make_handshake(); its views are used until the end.
    explicit http_connect(const handshake_request& request);

  private:
    void on_sent() override;
    void on_await_peer() override {}
    void on_bytes() override;
    void on_last_bytes() override {}

    void read_on();
    void judge_header();
    void refused(int status, std::string_view reason);

    handshake_request request_;
    bool has_login_;
    std::size_t interim_{0}; // bytes of replies 1xx
};

} // namespace sockscat::proto
