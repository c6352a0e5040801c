// SPDX-License-Identifier: MIT
/// SIGINT, SIGTERM and SIGHUP as something to wait for, so that the run ends immediately and still
/// writes its report.
#pragma once

namespace sockscat::cli {

/// Blocks the three signals, for threads started later as well, and makes them readable. One that
/// is ignored already (nohup) stays ignored.
class signal_watch {
  public:
    signal_watch();
    signal_watch(const signal_watch&) = delete;
    signal_watch& operator=(const signal_watch&) = delete;
    ~signal_watch();

    /// Readable when a signal has come; -1 if that cannot be had (they are not blocked then).
    [[nodiscard]] int fd() const { return fd_; }
    /// The number of the signal that came; 0 if none did.
    [[nodiscard]] int take();

  private:
    int fd_{-1};
};

} // namespace sockscat::cli
