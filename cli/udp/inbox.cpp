// SPDX-License-Identifier: MIT
#include "inbox.hpp"

#include <algorithm>

namespace sockscat::cli {

std::size_t inbox::receive() {
    if (!is_written())
        return 0;
    batch_ = through_.receive();
    if (most_)
        batch_ = batch_.first(std::min<std::uint64_t>(batch_.size(), *most_ - received_));
    for (const incoming_datagram& each : batch_)
        received_bytes_ += each.data.size();
    received_ += batch_.size();
    dropped_batches_ = batch_.empty() && !through_.is_drained() ? dropped_batches_ + 1 : 0;
    return batch_.size();
}

// Datagrams that are written as they are get a write each: a socket keeps their borders.
void inbox::write_now() {
    while (!is_written() && !writer_.is_broken()) {
        const std::size_t together = frames_.is_by_read() ? 1 : batch_.size();
        if (writer_.is_empty()) {
            for (const incoming_datagram& each : batch_.first(together))
                frames_.put(each, writer_.pending());
            batch_ = batch_.subspan(together);
        }
        writer_.write_now();
        if (!writer_.is_empty())
            return;
    }
}

bool inbox::has_nothing_more() const {
    constexpr int most_dropped = 1'000;
    return through_.is_drained() || dropped_batches_ > most_dropped;
}

} // namespace sockscat::cli
