// SPDX-License-Identifier: MIT
/// The words of a command line, sorted into options and operands.
#pragma once

#include <sockscat/result.hpp>

#include <cstddef>
#include <functional>
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
    text,           ///< the same; may be empty
    optional_value, ///< --name or --name=VALUE
};

struct option_spec {
    char letter;           ///< 0: none
    std::string_view name; ///< "": only the letter
    takes argument;
    std::string_view means{}; ///< "name=value" that it is short for
};

/// The specs of several groups in one list.
std::vector<option_spec> joined(std::initializer_list<std::span<const option_spec>> groups);

class arguments {
  public:
    /// Options may follow operands; everything after "--" is an operand. Letters may share a word,
    /// names are not abbreviated. Errors: an unknown option (with a guess what was meant), a
    /// missing, surplus or empty value, a '=' between a letter and its value.
    static result<arguments> parse(
        std::span<const option_spec> specs, const std::vector<std::string>& words);

    /// Options are asked for by long name, or by letter if they have none.
    [[nodiscard]] bool has(std::string_view name) const { return count(name) != 0; }
    [[nodiscard]] std::size_t count(std::string_view name) const;
    /// The value given last; nothing if the option is not there, "" if it came without one.
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
    /// Those of an option that adds up, in their order.
    [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }
    /// Lets `blank` overwrite secrets in place: in the values, each with the name of its option,
    /// and in the operands, which have none.
    using blanker = std::function<void(std::string_view name, std::span<char> text)>;
    void blank(const blanker& blank);

  private:
    class parser;

    // Few are given and many are asked for: no tree.
    struct option {
        std::string key;
        std::vector<std::string> values;
    };
    [[nodiscard]] const option* find(std::string_view key) const;
    void add(std::string_view key, std::string_view value);

    std::vector<option> options_;
    std::vector<std::string> operands_;
};

} // namespace sockscat::cli
