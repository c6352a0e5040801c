// SPDX-License-Identifier: MIT
/// Functions of libraries that are loaded when they are needed, under their own names.
#pragma once

#include <sockscat/libraries.hpp>

#include <atomic>

namespace sockscat::base {

/// The address of a symbol. The library is loaded if it is not yet; throws std::runtime_error if it
/// cannot be, which need() says beforehand, or has no such symbol.
void* symbol_of(library from, const char* name);

/// Represents a function of a library: it is called as the function is, and converts to a pointer
/// to it. `Symbol` is the type that the library's own header declares. Looked up at the first use.
template <library From, class Symbol>
class imported {
  public:
    constexpr explicit imported(const char* name) : name_{name} {}

    operator Symbol*()
        const { // NOLINT(google-explicit-constructor): this is what makes it callable
        Symbol* found = found_.load(std::memory_order_acquire);
        if (found == nullptr) {
            found = reinterpret_cast<Symbol*>(symbol_of(From, name_));
            found_.store(found, std::memory_order_release);
        }
        return found;
    }

  private:
    const char* name_;
    mutable std::atomic<Symbol*> found_{nullptr};
};

} // namespace sockscat::base
