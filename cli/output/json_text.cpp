// SPDX-License-Identifier: MIT
#include "json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::size_t usual_size = 2'048;

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
    });
}

} // namespace

void json_text::text(std::string_view name, std::string_view value) {
    put_name(name);
    put_text(value);
}

void json_text::text_or_null(std::string_view name, std::string_view value) {
    if (value.empty())
        return null(name);
    text(name, value);
}

void json_text::put_number(std::string_view name, std::int64_t value) {
    put_name(name);
    std::array<char, 24> digits; // NOLINT: filled below
    const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out_.append(digits.data(), done.ptr);
}

void json_text::milliseconds(std::string_view name, std::optional<double> value) {
    if (!value || !std::isfinite(*value))
        return null(name);
    put_name(name);
    std::array<char, 400> digits; // NOLINT: filled below; the longest has 309 before the point
    const auto done = std::to_chars(
        digits.data(), digits.data() + digits.size(), *value, std::chars_format::fixed, 3);
    std::string_view text{digits.data(), static_cast<std::size_t>(done.ptr - digits.data())};
    while (text.ends_with('0') && !text.ends_with(".0"))
        text.remove_suffix(1);
    out_ += text;
}

void json_text::boolean(std::string_view name, bool value) {
    put_name(name);
    out_ += value ? "true" : "false";
}

void json_text::null(std::string_view name) {
    put_name(name);
    out_ += "null";
}

std::string json_text::line() && {
    out_ += '\n';
    return std::move(out_);
}

void json_text::begin(std::string_view name, char bracket) {
    if (out_.empty())
        out_.reserve(usual_size);
    put_name(name);
    out_ += bracket;
    needs_comma_ = false;
}

void json_text::end(char bracket) {
    out_ += bracket;
    needs_comma_ = true;
}

void json_text::put_name(std::string_view name) {
    if (std::exchange(needs_comma_, true))
        out_ += ',';
    if (name.empty())
        return;
    out_ += '"';
    out_ += name;
    out_ += "\":";
}

void json_text::put_text(std::string_view value) {
    if (!is_plain(value)) {
        const nlohmann::json text{std::string{value}};
        out_ += text.front().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        return;
    }
    out_ += '"';
    out_ += value;
    out_ += '"';
}

} // namespace sockscat::cli
