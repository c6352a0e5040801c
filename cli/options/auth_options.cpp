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

constexpr std::pair<std::string_view, auth_method> method_words[] = {
    {"none", auth_method::none},         {"password", auth_method::password},
    {"chap", auth_method::chap},         {"gssapi", auth_method::gssapi},
    {"gost-tls", auth_method::gost_tls},
};

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

result<std::vector<auth_method>> methods_from(const arguments& given) {
    std::vector<auth_method> methods;
    const auto list = given.value("auth");
    for (std::size_t begin = 0; list && begin <= list->size();) {
        const std::size_t comma = std::min(list->find(',', begin), list->size());
        const std::string item = list->substr(begin, comma - begin);
        begin = comma + 1;
        const auto method = meaning_of(method_words, item);
        if (!method)
            return usage_error(
                "--auth: unknown method " + quote(item) +
                " (none, password, chap, gssapi, gost-tls)");
        if (std::find(methods.begin(), methods.end(), *method) != methods.end())
            return usage_error("--auth: method " + quote(item) + " stands twice");
        methods.push_back(*method);
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
            return usage_error("--" + std::string{name} + " is for --auth gssapi");
    if (const auto service = given.value("gssapi-service")) {
        if (!is_service(*service))
            return usage_error("--gssapi-service: no name of a service: " + quote(*service));
        handshake.gssapi_service = *service;
    }
    if (const auto text = given.value("gssapi-protection")) {
        const auto protection = meaning_of(protection_words, *text);
        if (!protection)
            return usage_error(
                "--gssapi-protection takes none, integrity or confidentiality, not " +
                quote(*text));
        handshake.protection = *protection;
    }
    return {};
}

} // namespace

result<void> apply_auth_options(const arguments& given, handshake_options& handshake) {
    auto methods = methods_from(given);
    if (!methods)
        return methods.error();
    handshake.methods = std::move(methods).value();
    return apply_gssapi(given, handshake);
}

} // namespace sockscat::cli
