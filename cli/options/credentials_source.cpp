// SPDX-License-Identifier: MIT
#include "credentials_source.hpp"

#include "output/wait.hpp"
#include "password_line.hpp"

#include <sockscat/environment.hpp>
#include <sockscat/text.hpp>

#include <fcntl.h>
#include <optional>
#include <sys/stat.h>

namespace sockscat::cli {
namespace {

constexpr const char* password_variable = "SOCKSCAT_PASSWORD";

void warn_if_readable_by_others(int fd, const std::string& path, console& out) {
    struct stat about {};
    if (::fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
        (about.st_mode & (S_IRGRP | S_IROTH)) != 0)
        out.warning(
            "the password file " + quote_value(path) +
            " can be read by others; chmod 600 would prevent that");
}

error cannot_open(const std::string& path, std::string_view option) {
    const std::string why = errno_text();
    struct stat about {};
    const bool is_file = path.starts_with('/') || ::lstat(path.c_str(), &about) == 0;
    return usage_error(
        std::string{option} + ": cannot open the file" + (is_file ? " " + quote_value(path) : "") +
        ": " + why);
}

} // namespace

result<secret> password_from_file(
    const std::string& path, std::string_view option, console& out, const reading_limits& limits) {
    // Not blocking: a FIFO is waited for where a signal can end it.
    const file_descriptor file{
        open_uninterrupted(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)};
    if (file.get() == -1)
        return cannot_open(path, option);
    warn_if_readable_by_others(file.get(), path, out);
    return read_password_line(file.get(), quote_value(path), limits);
}

result<secret> password_from_descriptor(int fd, const reading_limits& limits) {
    return read_password_line(fd, "descriptor " + std::to_string(fd), limits);
}

bool has_environment_password() {
    return environment_value(password_variable).has_value();
}

result<std::optional<secret>> password_from_environment() {
    auto password = take_environment_secret(password_variable);
    if (password && password->size() > max_credential_size)
        return usage_error("the password in $SOCKSCAT_PASSWORD is longer than 255 bytes");
    return password;
}

} // namespace sockscat::cli
