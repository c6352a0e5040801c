// SPDX-License-Identifier: MIT
/// result<T>: a value or an error. C++20 has no std::expected.
#pragma once

#include <sockscat/error.hpp>

#include <utility>
#include <variant>

namespace sockscat {

/// Holds either a T or an error. Reading the one that is not there is a programming error and
/// throws std::bad_variant_access.
template <class T>
class [[nodiscard]] result {
  public:
    result(T value) : state_{std::in_place_index<0>, std::move(value)} {}
    result(sockscat::error failed) : state_{std::in_place_index<1>, std::move(failed)} {}

    /// True when there is a value.
    explicit operator bool() const { return state_.index() == 0; }

    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }

    sockscat::error& error() & { return std::get<1>(state_); }
    const sockscat::error& error() const& { return std::get<1>(state_); }

  private:
    std::variant<T, sockscat::error> state_;
};

/// What result<void> holds on success.
using success = std::monostate;

template <>
class [[nodiscard]] result<void> : public result<success> {
  public:
    result() : result<success>{success{}} {}
    result(sockscat::error failed) : result<success>{std::move(failed)} {}
};

} // namespace sockscat
