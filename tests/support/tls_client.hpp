// SPDX-License-Identifier: MIT
/// Our side of TLS over a descriptor, for tests that play the other side with tls_server.
#pragma once

#include "io.hpp"
#include "run.hpp"
#include "tls_peer.hpp"

#include "net/stream/socket_stream.hpp"

#include <sockscat/tls.hpp>

#include <sys/socket.h>
#include <unistd.h>

namespace sockscat::tests {

using tls_result = result<std::unique_ptr<tls_stream>>;

/// Takes the descriptor of a socket.
inline std::unique_ptr<stream> stream_over(unique_fd fd, int family = AF_UNIX) {
    net::stream_socket socket{shared_loop()};
    socket.assign(asio::generic::stream_protocol{family, 0}, ::dup(fd.get()));
    fd.close();
    return std::make_unique<net::socket_stream>(std::move(socket));
}

inline tls_settings trusting_tests() {
    tls_settings settings;
    settings.cacert = authority_file();
    return settings;
}

/// The handshake over a stream.
inline tls_result secure_over(
    std::unique_ptr<stream> over,
    const tls_settings& settings,
    std::string_view peer,
    observer* watch = nullptr) {
    return run(secure(std::move(over), settings, peer, "the peer", watch));
}

/// A client and a server that have made the handshake with each other.
struct tls_pair {
    explicit tls_pair(
        const tls_server_wish& wish = {},
        fd_pair wires = make_socket_pair(),
        const tls_settings& settings = trusting_tests())
        : far_fd{std::move(wires.second)}, far{far_fd.get(), wish} {
        background peer{[&] {
            if (!far.handshake())
                throw std::runtime_error{"handshake: " + far.problem()};
        }};
        auto made = secure_over(stream_over(std::move(wires.first)), settings, "proxy.test");
        peer.finish();
        REQUIRE(made);
        near = std::move(made).value();
    }

    unique_fd far_fd;
    tls_server far;
    std::unique_ptr<tls_stream> near;
};

} // namespace sockscat::tests
