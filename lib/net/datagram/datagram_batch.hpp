// SPDX-License-Identifier: MIT
/// Datagrams in batches: one system call for up to 64 (recvmmsg and sendmmsg of Linux; the only
/// file that knows them).
#pragma once

#include <sockscat/stream.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <netinet/in.h>
#include <span>
#include <sys/socket.h>
#include <vector>

namespace sockscat::net {

inline constexpr std::size_t batch_size = 64;

/// Receives. Owns the buffers, 64 KiB a datagram, whose pages are touched only when they are used.
class datagram_receiver {
  public:
    struct datagram {
        std::span<const std::uint8_t> bytes;
        const sockaddr* source;
        bool is_cut; ///< longer than any that UDP allows
    };

    datagram_receiver();

    /// What has come; valid until the next call. Never blocks; an error is like nothing.
    std::span<const datagram> receive(int fd);

  private:
    static constexpr std::size_t slot_size = 65'536;

    std::unique_ptr<std::uint8_t[]> bytes_;
    std::array<mmsghdr, batch_size> headers_{};
    std::array<iovec, batch_size> vectors_{};
    std::array<sockaddr_storage, batch_size> sources_{};
    std::array<datagram, batch_size> datagrams_{};
};

/// How many datagrams the kernel threw away on this socket so far, because its buffer was full.
std::uint32_t kernel_drops(int fd);

/// A datagram on its way out.
struct parcel {
    parcel() = default;

    /// What is sent, in two parts. Borrowed, but for a body that is `sealed`.
    std::span<const std::uint8_t> head;
    std::span<const std::uint8_t> body;
    /// The last hop's header in clear and the size of the data, for the observer.
    std::span<const std::uint8_t> header;
    std::size_t payload{0};
    /// Header and data in a message of GSSAPI; empty without.
    std::vector<std::uint8_t> sealed;
};

struct batch_result {
    std::size_t sent{0};
    std::error_code code; ///< why the one after those was not
};

/// Sends up to batch_size datagrams to one address. Never blocks.
batch_result send_datagrams(
    int fd, const sockaddr_storage& to, socklen_t to_size, std::span<const parcel> parcels);

} // namespace sockscat::net
