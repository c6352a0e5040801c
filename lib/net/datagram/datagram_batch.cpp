// SPDX-License-Identifier: MIT
#include "datagram_batch.hpp"

#include <algorithm>
#include <cerrno>
#include <linux/sock_diag.h>

namespace sockscat::net {
namespace {

// sendmsg does not write through these, though its type says so.
iovec borrow(std::span<const std::uint8_t> bytes) {
    return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()}; // NOLINT
}

} // namespace

datagram_receiver::datagram_receiver()
    : bytes_{std::make_unique_for_overwrite<std::uint8_t[]>(slot_size * batch_size)} {
    for (std::size_t i = 0; i < batch_size; ++i) {
        vectors_[i] = {bytes_.get() + i * slot_size, slot_size};
        headers_[i].msg_hdr.msg_iov = &vectors_[i];
        headers_[i].msg_hdr.msg_iovlen = 1;
        headers_[i].msg_hdr.msg_name = &sources_[i];
    }
}

std::span<const datagram_receiver::datagram> datagram_receiver::receive(int fd) {
    for (std::size_t i = 0; i < batch_size; ++i) // the kernel overwrites the lengths
        headers_[i].msg_hdr.msg_namelen = sizeof sources_[i];
    const int count = ::recvmmsg(fd, headers_.data(), batch_size, MSG_DONTWAIT, nullptr);
    const std::size_t got = count > 0 ? static_cast<std::size_t>(count) : 0;
    for (std::size_t i = 0; i < got; ++i) {
        const msghdr& header = headers_[i].msg_hdr;
        const std::span bytes{bytes_.get() + i * slot_size, headers_[i].msg_len};
        datagrams_[i] = {
            bytes, reinterpret_cast<const sockaddr*>(&sources_[i]),
            (header.msg_flags & MSG_TRUNC) != 0};
    }
    return std::span{datagrams_}.first(got);
}

std::uint32_t kernel_drops(int fd) {
    // Unlike SO_RXQ_OVFL, it also counts those after the last that was accepted.
    std::array<std::uint32_t, SK_MEMINFO_VARS> counters{};
    socklen_t size = sizeof counters;
    const bool known = ::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, counters.data(), &size) == 0;
    return known && size == sizeof counters ? counters[SK_MEMINFO_DROPS] : 0;
}

batch_result send_datagrams(
    int fd, const sockaddr_storage& to, socklen_t to_size, std::span<const parcel> parcels) {
    std::array<mmsghdr, batch_size> headers{};
    std::array<std::array<iovec, 2>, batch_size> vectors{};
    const std::size_t count = std::min(parcels.size(), batch_size);
    sockaddr_storage name = to;
    for (std::size_t i = 0; i < count; ++i) {
        vectors[i] = {borrow(parcels[i].head), borrow(parcels[i].body)};
        headers[i].msg_hdr.msg_iov = vectors[i].data();
        headers[i].msg_hdr.msg_iovlen = vectors[i].size();
        headers[i].msg_hdr.msg_name = &name;
        headers[i].msg_hdr.msg_namelen = to_size;
    }
    batch_result result;
    while (result.sent < count) {
        const auto left = static_cast<unsigned>(count - result.sent);
        const int sent =
            ::sendmmsg(fd, headers.data() + result.sent, left, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent == -1 && errno == EINTR)
            continue;
        if (sent == -1) {
            result.code = {errno, std::system_category()};
            break;
        }
        result.sent += static_cast<std::size_t>(sent);
    }
    return result;
}

} // namespace sockscat::net
