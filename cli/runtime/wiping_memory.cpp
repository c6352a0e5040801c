// SPDX-License-Identifier: MIT
// What C++ gives back is overwritten with zeros first: of every text that a password went through,
// none is left. The library leaves this choice to the program.
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <new>

// Sanitizers have their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// The operator new that fits is libstdc++'s, which takes from malloc().
void operator delete(void* memory) noexcept { // NOLINT(misc-new-delete-overloads)
    if (memory == nullptr)
        return;
    ::explicit_bzero(memory, ::malloc_usable_size(memory));
    std::free(memory); // NOLINT(cppcoreguidelines-no-malloc)
}

void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}

#endif
