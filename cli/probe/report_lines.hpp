// SPDX-License-Identifier: MIT
/// The lines of a report for people, as wide as the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sockscat::cli {

/// How a report is to look.
struct report_style {
    bool paints{false}; ///< escape sequences around words
    std::size_t width{80};
    bool breaks_commands{false}; ///< else one to be run is one line, however long
};

/// What begins a row: of what it is about, and the word for it.
struct row_head {
    std::string_view heading; ///< empty: that of the row before
    std::string_view name;
    std::string_view word;     ///< empty: none, the text is in its place
    std::string_view color;    ///< of the word
    std::size_t name_width{0}; ///< if it is more than usual
    std::size_t word_width{0}; ///< the same
};

class report_lines {
  public:
    explicit report_lines(report_style style) : style_{style} {}

    [[nodiscard]] const report_style& style() const { return style_; }
    /// Little room: headings have lines of their own, and texts are below what they are about.
    [[nodiscard]] bool is_narrow() const { return style_.width < 64; }

    [[nodiscard]] std::string painted(std::string_view text, std::string_view color) const;

    /// A row of the table: heading, name, word, text.
    void row(const row_head& head, std::string_view text);
    /// The same without a word and without a text that could be broken: what fits as it is.
    void plain_row(std::string_view heading, std::string_view text);
    /// A text after `lead`, which is `color`ed, and hanging under itself.
    void hanging(std::string_view lead, std::string_view color, std::string_view text);
    /// Its gravity, its name, and what is to be said.
    void finding(
        std::string_view gravity,
        std::string_view color,
        std::string_view id,
        std::string_view message);
    /// As hanging(), indented.
    void hanging_at(std::size_t indent, std::string_view lead, std::string_view text);
    void command(std::string_view lead, std::string_view color, std::string_view command);
    void blank();

    /// All of it.
    std::string text() &&;

  private:
    std::string begin_row(std::string_view heading);
    [[nodiscard]] std::size_t hanging_indent(std::size_t lead) const;

    report_style style_;
    std::string out_;
};

/// `text` and blanks, `width` columns or one more than the text has.
std::string padded(std::string_view text, std::size_t width);

} // namespace sockscat::cli
