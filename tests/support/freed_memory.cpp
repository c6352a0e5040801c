// SPDX-License-Identifier: MIT
#include "freed_memory.hpp"

#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <new>

namespace sockscat::tests {
namespace {

std::string_view wanted;
std::size_t found{0};

void look_into(void* memory) {
    if (!wanted.empty() && memory != nullptr &&
        ::memmem(memory, ::malloc_usable_size(memory), wanted.data(), wanted.size()) != nullptr)
        ++found;
}

} // namespace

freed_memory::freed_memory(std::string_view mark) {
    wanted = mark;
    found = 0;
}

freed_memory::~freed_memory() {
    wanted = {};
}

std::size_t freed_memory::hits() const {
    return found;
}

} // namespace sockscat::tests

// All of them, as a sanitizer wants them to match.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return std::malloc(size == 0 ? 1 : size);
}

void* operator new(std::size_t size) {
    void* const memory = operator new(size, std::nothrow);
    if (memory == nullptr)
        throw std::bad_alloc{};
    return memory;
}

void operator delete(void* memory) noexcept {
    sockscat::tests::look_into(memory);
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}
