// SPDX-License-Identifier: MIT
#include "address_file.hpp"

#include "output/output_file.hpp"

#include <sockscat/text.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sockscat::cli {
namespace {

// Where a link leads to, so that what is there can be replaced; /dev/fd/N stays what it is.
std::string behind_links(const std::string& path) {
    if (path.starts_with("/dev/") || path.starts_with("/proc/"))
        return path;
    std::filesystem::path place{path};
    std::error_code failed;
    for (int links = 0; links < 16 && std::filesystem::is_symlink(place, failed); ++links) {
        const auto target = std::filesystem::read_symlink(place, failed);
        if (failed)
            return path;
        place = place.parent_path() / target; // an absolute target replaces it
    }
    return place.string();
}

bool is_to_be_replaced(const std::string& path) {
    struct stat about {};
    if (::lstat(path.c_str(), &about) != 0)
        return errno == ENOENT;
    return S_ISREG(about.st_mode);
}

mode_t usual_mode() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

error cannot_write(const std::string& path, failure kind) {
    const std::error_code code{errno, std::generic_category()};
    error why{
        kind, phase::none,
        "--address-file: cannot write " + quote_value(path) + ": " + code.message()};
    return why;
}

} // namespace

result<address_file> address_file::open(const std::string& name, int interrupt_fd) {
    address_file file;
    if (name.empty())
        return file;
    const std::string path = behind_links(name);
    file.path_ = path;
    if (!is_to_be_replaced(path)) {
        auto opened = open_output("--address-file", path, interrupt_fd);
        if (!opened)
            return opened.error();
        file.fd_ = opened.value();
        return file;
    }
    std::string fresh;
    do {
        fresh = path + ".XXXXXX";
        file.fd_ = ::mkostemp(fresh.data(), O_CLOEXEC);
    } while (file.fd_ == -1 && errno == EINTR);
    if (file.fd_ == -1)
        return cannot_write(path, failure::usage);
    ::fchmod(file.fd_, usual_mode());
    ::unlink(path.c_str()); // whoever waits for the file must not find that of an earlier run
    file.fresh_name_ = std::move(fresh);
    return file;
}

address_file::address_file(address_file&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)}, path_{std::move(other.path_)},
      fresh_name_{std::exchange(other.fresh_name_, {})} {}

address_file::~address_file() {
    if (fd_ != -1)
        ::close(fd_);
    if (!fresh_name_.empty())
        ::unlink(fresh_name_.c_str());
}

result<void> address_file::write(std::string_view text) {
    if (fd_ == -1)
        return {};
    if (!write_all(fd_, text))
        return cannot_write(path_, failure::stream);
    // Closed, so that a reader of a FIFO sees its end.
    ::close(std::exchange(fd_, -1));
    if (fresh_name_.empty())
        return {};
    if (std::rename(fresh_name_.c_str(), path_.c_str()) != 0)
        return cannot_write(path_, failure::stream);
    fresh_name_.clear();
    return {};
}

} // namespace sockscat::cli
