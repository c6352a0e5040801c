// SPDX-License-Identifier: MIT
/// \file
/// result<T>: a value or an error. C++20 has no std::expected.
#pragma once

#include <sockscat/error.hpp>

#include <utility>
#include <variant>

namespace sockscat {

/// Contains either a T or an error. Reading the other one is a programming error and throws
/// std::bad_variant_access.
template <class T>
class [[nodiscard]] result {
  public:
    /// A value.
    result(T value) : state_{std::in_place_index<0>, std::move(value)} {}
    /// An error.
    result(sockscat::error failed) : state_{std::in_place_index<1>, std::move(failed)} {}

    /// True if there is a value.
    explicit operator bool() const { return state_.index() == 0; }

    /// The value.
    T& value() & { return std::get<0>(state_); }
    /// The value.
    const T& value() const& { return std::get<0>(state_); }
    /// The value, to be moved from.
    T&& value() && { return std::get<0>(std::move(state_)); }

    /// The error.
    sockscat::error& error() & { return std::get<1>(state_); }
    /// The error.
    const sockscat::error& error() const& { return std::get<1>(state_); }

  private:
    std::variant<T, sockscat::error> state_;
};

/// What result<void> contains on success.
using success = std::monostate;

/// Success or an error.
template <>
class [[nodiscard]] result<void> : public result<success> {
  public:
    /// Success.
    result() : result<success>{success{}} {}
    /// An error.
    result(sockscat::error failed) : result<success>{std::move(failed)} {}
};

} // namespace sockscat
