// SPDX-License-Identifier: MIT
/// The proxies of a run as they were given: operands, and the lines of --from.
#pragma once

#include <sockscat/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

struct listed_url {
    std::string_view url;
    std::size_t line{0}; ///< of the list, from 1; 0: an operand
};

class probe_list {
  public:
    void add(std::string_view url, std::size_t line = 0);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    /// Borrowed, until the next add().
    [[nodiscard]] listed_url operator[](std::size_t index) const;
    /// Overwrites the password in that URL.
    void blank_password(std::size_t index);

  private:
    struct entry {
        std::size_t end;
        std::size_t line;
    };
    std::string text_; // all URLs, one after the other
    std::vector<entry> entries_;
};

/// The longest line of a list, in bytes, without its LF.
inline constexpr std::size_t max_list_line = 4'096;
/// The most proxies of one list.
inline constexpr std::size_t max_listed = 1'000'000;

/// Takes a list apart as it comes in: one proxy URL per line; empty lines and those that begin with
/// # are nothing. The first line that is not a proxy URL is an error, failure::usage, which quotes
/// nothing of it that may be a password.
class list_reader {
  public:
    /// `into` is borrowed.
    explicit list_reader(probe_list& into) : into_{into} {}

    /// The next bytes.
    result<void> take(std::string_view bytes);
    /// No more: the last line may lack its LF.
    result<void> finish();

  private:
    result<void> take_line();
    [[nodiscard]] error about_line(std::string_view shown, const error& why) const;

    probe_list& into_;
    std::string line_; // as far as it came
    std::size_t number_{1};
    std::size_t count_{0};
};

/// Reads the list in a file, or on stdin ("-"), to its end or to its first error. Ends when
/// `interrupt_fd` becomes readable, with failure::usage and the code interrupted.
result<void> read_list(const std::string& path, int interrupt_fd, probe_list& into);

} // namespace sockscat::cli
