// SPDX-License-Identifier: MIT
/// What is said to a person, always on stderr.
///
/// Rules of speech: one line an event, beginning "sockscat: "; lower case, no final period; an
/// error names hop, stage and cause; at most one hint follows, and it says what to try. Text from
/// elsewhere has been escaped by whoever quoted it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sockscat::cli {

enum class color_mode { automatic, always, never };

/// Whether what is written to `fd` is to be coloured.
bool wants_color(color_mode mode, int fd);

class console {
  public:
    /// How much is said.
    enum class level { quiet, normal, verbose, debug };

    explicit console(level how_much = level::normal, color_mode color = color_mode::automatic);

    void error(std::string_view text);
    /// Said even when quiet: a script would never learn why. With a hint, if there is any.
    void usage_error(std::string_view text, std::string_view advice = "");
    void warning(std::string_view text);
    void hint(std::string_view text);
    /// Asked for by an option: said unless quiet.
    void line(std::string_view text);
    /// -v
    void note(std::string_view text);
    /// -vv
    void detail(std::string_view text);
    /// Several lines as they are, unless quiet.
    void block(std::string_view text);
    /// A line that the next one replaces; for a terminal.
    void live(std::string_view text);

    [[nodiscard]] bool is_at_least(level wanted) const { return level_ >= wanted; }

  private:
    void say(std::string_view word, std::string_view color, std::string_view text);
    void write(std::string text);
    [[nodiscard]] bool paints();

    level level_;
    color_mode mode_;
    std::optional<bool> color_; // not asked before something is said
    bool live_shown_{false};
    int write_limit_ms_{1'000}; // for a stderr that accepts nothing
};

} // namespace sockscat::cli
