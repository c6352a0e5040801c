// SPDX-License-Identifier: MIT
/// Sentences with words to be filled in: "it answers the login in version {version}".
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace sockscat::probing {

/// A word, and what it means for a subject.
template <class Subject>
struct word {
    std::string_view name; ///< "{version}"
    std::string (*meaning)(const Subject&);
};

/// The first word of a text, with its braces; empty if there is none.
constexpr std::string_view first_word(std::string_view text) {
    const std::size_t begin = text.find('{');
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find('}', begin) + 1 - begin);
}

/// Every word of the text is among `words`.
template <class Subject>
constexpr bool is_known(std::string_view text, std::span<const word<Subject>> words) {
    for (auto name = first_word(text); !name.empty(); name = first_word(text)) {
        if (std::none_of(
                words.begin(), words.end(), [&](const auto& each) { return each.name == name; }))
            return false;
        text.remove_prefix(text.find(name) + name.size());
    }
    return true;
}

/// The text with its words filled in, which is_known(). What they mean is not looked into again.
template <class Subject>
std::string fill_in(
    std::string_view text, std::span<const word<Subject>> words, const Subject& about) {
    std::string out;
    for (auto name = first_word(text); !name.empty(); name = first_word(text)) {
        const auto known = std::find_if(
            words.begin(), words.end(), [&](const auto& each) { return each.name == name; });
        out += text.substr(0, text.find(name));
        out += known->meaning(about);
        text.remove_prefix(text.find(name) + name.size());
    }
    return out.append(text);
}

} // namespace sockscat::probing
