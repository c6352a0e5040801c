// SPDX-License-Identifier: MIT
/// Names that only this test program knows: its getaddrinfo(3) stands before the system's, so that
/// no test asks a name server.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace sockscat::tests {

struct known_name;

/// As long as it lives, the name has these addresses; without any it does not exist.
class fake_name {
  public:
    fake_name(const std::string& name, std::vector<std::string> addresses);
    ~fake_name();
    fake_name(const fake_name&) = delete;
    fake_name& operator=(const fake_name&) = delete;

    /// Lookups get no answer until release().
    void stall();
    void release();
    /// Waits, within bounds, until so many lookups were begun, or answered.
    void wait_until_asked(int times) const;
    void wait_until_answered(int times) const;
    [[nodiscard]] int times_asked() const;

  private:
    std::string name_;
    std::shared_ptr<known_name> entry_;
};

} // namespace sockscat::tests
