// SPDX-License-Identifier: MIT
/// The messages of one protocol, as a proxy reads and writes them. A dialect knows where it stands
/// in its conversation; who has the bytes is server_handshake.
#pragma once

#include "base/wire.hpp"
#include "client_request.hpp"
#include "refusal.hpp"
#include "user_list.hpp"

#include <sockscat/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sockscat::proto {

/// What a message of the client leads to.
struct turn {
    enum class kind : std::uint8_t {
        go_on, ///< what was written is sent, then the next message is read
        ask,   ///< request() is what the client wants
        end,   ///< what was written is sent, then the connection is closed; `why` tells the reason
    };

    turn(kind next) : what{next} {} // NOLINT(google-explicit-constructor)
    turn(error reason)
        : what{kind::end}, why{std::move(reason)} {} // NOLINT(google-explicit-constructor)

    kind what;
    error why;
};

class dialect {
  public:
    virtual ~dialect() = default;
    dialect(const dialect&) = delete;
    dialect& operator=(const dialect&) = delete;

    /// How many bytes of the message are missing at the least; 0: it is whole, or is judged as it
    /// is because no more of it is read. Never more than what belongs to the message.
    [[nodiscard]] virtual std::size_t missing(base::byte_view message) const = 0;
    /// A message that misses nothing. What answers it is written to `out`.
    virtual turn judge(base::byte_view message, base::message_buffer& out) = 0;

    /// BIND: the first reply.
    virtual void announce(base::message_buffer& out, const address& listening) = 0;
    /// The last reply. False if this protocol cannot say `bound`, which makes it a refusal.
    virtual bool grant(base::message_buffer& out, const address& bound) = 0;
    virtual void refuse(base::message_buffer& out, const refusal& why) = 0;

    [[nodiscard]] const client_request& request() const { return request_; }

  protected:
    explicit dialect(proxy_protocol protocol) { request_.protocol = protocol; }

    client_request& wanted() { return request_; }

  private:
    client_request request_;
};

/// The most bytes of a client's message, which is that of a request in HTTP.
inline constexpr std::size_t max_client_message = 8 * 1024;
/// The most bytes of an answer to it: a SOCKS5 reply with a name, or a refusal in HTTP.
inline constexpr std::size_t max_server_message = 512;

// `users` are borrowed, and null if no one has to log in.
std::unique_ptr<dialect> make_socks4_dialect(const user_list* users);
std::unique_ptr<dialect> make_socks5_dialect(const user_list* users);
std::unique_ptr<dialect> make_http_dialect(const user_list* users);

/// "the name is not valid", as an error of the request.
error request_error(failure kind, const char* cause);

} // namespace sockscat::proto
