// SPDX-License-Identifier: MIT
#include "credentials_source.hpp"

#include "password_line.hpp"

#include <sockscat/text.hpp>

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <span>
#include <string_view>
#include <sys/stat.h>

namespace sockscat::cli {
namespace {

constexpr const char* password_variable = "SOCKSCAT_PASSWORD";

void warn_if_readable_by_others(int fd, const std::string& path, console& out) {
    struct stat about {};
    if (::fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
        (about.st_mode & (S_IRGRP | S_IROTH)) != 0)
        out.warning(
            "others can read the password file " + quote_value(path) + " (chmod 600 would help)");
}

} // namespace

result<secret> password_from_file(
    const std::string& path, console& out, const reading_limits& limits) {
    // Not blocking: a FIFO is waited for where a signal can end it.
    const file_descriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)};
    if (file.get() == -1)
        return usage_error(
            "cannot open the password file " + quote_value(path) + ": " + errno_text());
    warn_if_readable_by_others(file.get(), path, out);
    return read_password_line(file.get(), quote_value(path), limits);
}

result<secret> password_from_descriptor(int fd, const reading_limits& limits) {
    return read_password_line(fd, "descriptor " + std::to_string(fd), limits);
}

bool has_environment_password() {
    return std::getenv(password_variable) != nullptr; // NOLINT(concurrency-mt-unsafe)
}

result<std::optional<secret>> password_from_environment() {
    char* const value = std::getenv(password_variable); // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr)
        return std::optional<secret>{};
    const std::size_t size = std::strlen(value);
    std::optional<secret> password{std::in_place, std::string_view{value, size}};
    wipe(std::span{value, size});
    ::unsetenv(password_variable); // NOLINT(concurrency-mt-unsafe)
    if (size > max_credential_size)
        return usage_error("the password in $SOCKSCAT_PASSWORD is longer than 255 bytes");
    return password;
}

} // namespace sockscat::cli
