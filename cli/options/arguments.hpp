// SPDX-License-Identifier: MIT
/// The words of a command line, sorted into options and operands.
#pragma once

#include <sockscat/result.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockscat::cli {

/// What an option takes.
enum class takes {
    nothing,
    value,          ///< --name VALUE, --name=VALUE, -n VALUE, -nVALUE
    values,         ///< the same, and it may be repeated
    optional_value, ///< --name or --name=VALUE
    count,          ///< nothing, and it may be repeated
};

struct option_spec {
    char letter;           ///< 0: none
    std::string_view name; ///< "": only the letter
    takes argument;
};

/// The specs of several groups in one list.
std::vector<option_spec> joined(std::initializer_list<std::span<const option_spec>> groups);

class arguments {
  public:
    /// Options may follow operands; everything behind "--" is an operand. Errors: an unknown option
    /// (with a guess what was meant), a missing or surplus value, an option given twice.
    static result<arguments> parse(
        std::span<const option_spec> specs, const std::vector<std::string>& words);

    /// Options are asked for by long name, or by letter if they have none.
    [[nodiscard]] bool has(std::string_view name) const { return count(name) != 0; }
    [[nodiscard]] std::size_t count(std::string_view name) const;
    /// The value; nothing if the option is not there, "" if it came without one.
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }

  private:
    // Few are given and many are asked for: no tree.
    struct option {
        std::string key;
        std::vector<std::string> values;
    };
    [[nodiscard]] const option* find(std::string_view key) const;
    void add(const std::string& key, const std::string& value);

    std::vector<option> options_;
    std::vector<std::string> operands_;
};

/// The candidate nearest to `word`, if one is near enough to be meant.
std::optional<std::string_view> guess(
    std::string_view word, std::span<const std::string_view> candidates);

} // namespace sockscat::cli
