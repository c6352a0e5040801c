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

/// True if a name can be in a request: RFC 9112 allows no blanks and no control characters.
bool fits_http(std::string_view name);

/// One request, one reply. The end of the header is found without ever reading beyond it.
class http_connect final : public exchange {
  public:
    /// `request` has been checked by make_handshake(); its views are used until the end.
    explicit http_connect(const handshake_request& request);

    struct status_line {
        status_line() = default;

        int code{0};
        std::string_view reason;
    };

  private:
    [[nodiscard]] message_kind awaited() const override { return message_kind::http_reply; }
    void on_sent() override;
    void on_bytes() override;
    bool extends_optional() override;
    void on_last_bytes() override;

    bool is_refused();
    void judge_header();
    void refused(const status_line& status);
    [[nodiscard]] error login_refused(const std::string& said) const;
    [[nodiscard]] std::size_t next_size() const;
    [[nodiscard]] bool is_too_long() const;

    handshake_request request_;
    bool has_login_;
    std::size_t interim_{0}; // bytes of replies 1xx
};

} // namespace sockscat::proto
