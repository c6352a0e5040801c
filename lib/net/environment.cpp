// SPDX-License-Identifier: MIT
#include <sockscat/environment.hpp>
#include <sockscat/proxy_spec.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

namespace sockscat {
namespace {

char* find(const char* name) {
    return std::getenv(name); // NOLINT(concurrency-mt-unsafe)
}

} // namespace

std::optional<std::string> environment_value(const char* name) {
    const char* const value = find(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

std::optional<secret> take_environment_secret(const char* name) {
    char* const value = find(name);
    if (value == nullptr)
        return std::nullopt;
    const std::size_t size = std::strlen(value);
    std::optional<secret> taken{std::in_place, std::string_view{value, size}};
    wipe(std::span{value, size});
    ::unsetenv(name); // NOLINT(concurrency-mt-unsafe)
    return taken;
}

std::string take_environment_urls(const char* name) {
    char* const value = find(name);
    if (value == nullptr)
        return "";
    std::string taken{value};
    constexpr std::string_view blanks = " \t\r\n";
    for (std::size_t at = 0; at < taken.size();) {
        const std::size_t end = std::min(taken.find_first_of(blanks, at), taken.size());
        if (const auto password = find_password(std::string_view{taken}.substr(at, end - at)))
            std::fill_n(value + at + password->offset, password->length, 'x');
        at = end + 1;
    }
    return taken;
}

} // namespace sockscat
