// SPDX-License-Identifier: MIT
#include "idna.hpp"

#include "libraries/idn2.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <memory>

namespace sockscat::base {
namespace {

error bad_name(std::string_view called, const std::string& why) {
    return usage_error(std::string{called} + " " + why);
}

std::string reason_of(int code) {
    return code == IDN2_ENCODING_ERROR
               ? "is not UTF-8"
               : "cannot be written for DNS: " + escape(idn2_strerror(code));
}

} // namespace

bool is_ascii(std::string_view text) {
    return std::all_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

result<std::string> to_ascii(std::string_view name, std::string_view called) {
    if (const auto there = need(library::idn2); !there)
        return bad_name(called, "is not ASCII, and " + there.error().cause);
    const std::string text{name};
    char* made = nullptr;
    const int code = idn2_to_ascii_8z(text.c_str(), &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const std::unique_ptr<char, decltype(&::idn2_free)> owned{made, idn2_free};
    if (code != IDN2_OK)
        return bad_name(called, reason_of(code));
    return std::string{owned.get()};
}

} // namespace sockscat::base
