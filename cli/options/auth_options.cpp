// SPDX-License-Identifier: MIT
#include "auth_options.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sockscat::cli {
namespace {

constexpr std::pair<std::string_view, gssapi_protection> protection_words[] = {
    {"none", gssapi_protection::none},
    {"integrity", gssapi_protection::integrity},
    {"confidentiality", gssapi_protection::confidentiality},
};

template <class Table>
auto meaning_of(const Table& words, std::string_view text) {
    const auto found = std::find_if(
        std::begin(words), std::end(words), [&](const auto& each) { return each.first == text; });
    return found == std::end(words) ? std::nullopt : std::optional{found->second};
}

error unknown_method(std::string_view item) {
    std::string words;
    for (const auth_method_entry& each : auth_methods())
        if (find_method(each.word) == &each)
            words.append(words.empty() ? "" : ", ").append(each.word);
    return usage_error("--auth: unknown method " + quote_value(item) + " (" + words + ")");
}

result<std::vector<auth_method>> methods_from(std::string_view list) {
    std::vector<auth_method> methods;
    for (const std::string_view item : split_at_commas(list)) {
        const auth_method_entry* const known = find_method(item);
        if (known == nullptr)
            return unknown_method(item);
        if (std::find(methods.begin(), methods.end(), known->method) != methods.end())
            return usage_error("--auth names " + quote_value(item) + " twice");
        methods.push_back(known->method);
    }
    return methods;
}

// Part of a principal, SERVICE/HOST@REALM.
bool is_service(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

result<void> apply_gssapi(const arguments& given, handshake_options& handshake) {
    const auto& methods = handshake.methods;
    const bool is_offered =
        std::find(methods.begin(), methods.end(), auth_method::gssapi) != methods.end();
    for (const char* const name : {"gssapi-service", "gssapi-protection"})
        if (given.has(name) && !is_offered)
            return usage_error("--" + std::string{name} + " needs --auth gssapi");
    if (const auto service = given.value("gssapi-service")) {
        if (!is_service(*service))
            return usage_error(
                "--gssapi-service: " + quote_value(*service) + " is not a valid service name");
        handshake.gssapi_service = *service;
    }
    if (const auto text = given.value("gssapi-protection")) {
        const auto protection = meaning_of(protection_words, *text);
        if (!protection)
            return usage_error(
                "--gssapi-protection takes none, integrity or confidentiality, not " +
                quote_value(*text));
        handshake.protection = *protection;
    }
    return {};
}

} // namespace

result<void> apply_auth_options(const arguments& given, handshake_options& handshake) {
    if (const auto list = given.value("auth")) {
        auto methods = methods_from(*list);
        if (!methods)
            return methods.error();
        handshake.methods = std::move(methods).value();
    }
    return apply_gssapi(given, handshake);
}

} // namespace sockscat::cli
