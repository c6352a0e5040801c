// SPDX-License-Identifier: MIT
/// --address-file: where a script reads the address that the proxy listens on.
#pragma once

#include <sockscat/result.hpp>

#include <string>
#include <string_view>

namespace sockscat::cli {

/// Opens before anything is sent, writes once. A regular file appears whole: one that is there
/// already is removed immediately, the new one is written under a fresh name and renamed; a link is
/// followed. Anything else
/// (a FIFO, /dev/fd/N) gets one plain write.
class address_file {
  public:
    /// "" for none. A FIFO without a reader is waited for, as by open_output().
    static result<address_file> open(const std::string& name, int interrupt_fd);

    address_file(address_file&& other) noexcept;
    address_file& operator=(address_file&&) = delete;
    ~address_file();

    /// failure::stream if that fails. Does nothing if there is no file.
    result<void> write(std::string_view text);

  private:
    address_file() = default;

    int fd_{-1};
    std::string path_;
    std::string fresh_name_; ///< to be renamed to path_; empty: write plainly
};

} // namespace sockscat::cli
