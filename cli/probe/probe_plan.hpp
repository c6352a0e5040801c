// SPDX-License-Identifier: MIT
/// Which proxies a run of `probe` examines, and how each is reached.
#pragma once

#include "probe_list.hpp"
#include "probe_settings.hpp"

#include <sockscat/client.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

namespace sockscat::cli {

/// Made once, and then all of it is known to be in order: nothing is sent before.
class probe_plan {
  public:
    /// The proxies are the operands and those of --from, after the hops of -x; without any it is
    /// the chain of -x or of the environment. Asks for a password if told to; `interrupt_fd` ends
    /// that. `given` is borrowed.
    static result<probe_plan> make(
        const arguments& given, const probe_settings& settings, console& out, int interrupt_fd);

    [[nodiscard]] std::size_t count() const { return is_single() ? 1 : urls_.size(); }
    /// How the only proxy is reached; null if there are several, or once it was taken.
    [[nodiscard]] const connect_options* single() const { return single_ ? &*single_ : nullptr; }
    /// Whether the password of the only proxy comes from the environment, and is still there for
    /// another run.
    [[nodiscard]] bool has_environment_password() const { return password_from_environment_; }
    /// How to reach proxy number `index`; once for each.
    connect_options take_options(std::size_t index);

  private:
    explicit probe_plan(const arguments& given, int interrupt_fd)
        : given_{&given}, interrupt_fd_{interrupt_fd} {}

    [[nodiscard]] bool is_single() const { return urls_.size() <= 1; }
    result<void> list_urls(const std::string& list_file);
    result<void> make_single(const probe_options& probe, console& out);
    result<void> check_several(const probe_options& probe, console& out);
    [[nodiscard]] result<void> check_options_for_one() const;
    result<connect_options> options_of(std::size_t index, console& out) const;

    const arguments* given_;
    int interrupt_fd_;
    probe_list urls_;
    std::optional<connect_options> single_;
    // A password file may be a pipe, and no one is asked twice.
    std::unordered_map<std::size_t, connect_options> with_login_;
    bool password_from_environment_{false};
};

} // namespace sockscat::cli
