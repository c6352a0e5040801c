// SPDX-License-Identifier: MIT
// escape(): valid UTF-8 without control characters, and no two texts become the same.
#include "fuzz.hpp"

#include <sockscat/text.hpp>

#include <string>

namespace sockscat::fuzz {
namespace {

int digit(char c) {
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

// The way back.
std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
        } else if (++i; text.at(i) == 'x') {
            out += static_cast<char>(digit(text.at(i + 1)) * 16 + digit(text.at(i + 2)));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

void check(std::string_view text) {
    const std::string escaped = escape(text);
    must(!has_hidden(escaped), "a character that reorders text was not escaped");
    must(is_clean(escaped), "a control character was not escaped");
    must(is_utf8(escaped), "the escaped text is no UTF-8");
    must(unescape(escaped) == text, "an escaped text cannot be told from another one");
    const std::string quoted = quote(text);
    must(is_clean(quoted) && is_utf8(quoted), "the quoted text is not clean");
    must(
        unescape(quoted) == '"' + std::string{text} + '"',
        "a quoted text cannot be told from another one");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::check(sockscat::fuzz::as_text({data, size}));
    return 0;
}
