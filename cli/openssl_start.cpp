// SPDX-License-Identifier: MIT
// A libcrypto that is linked in asks the processor for its features before main(), in every run; on
// a virtual machine that takes as long as connecting. It asks again when it is first used.
#include <utility>

extern "C" {
void __real_OPENSSL_cpuid_setup(); // NOLINT(bugprone-reserved-identifier): the linker's names
void __wrap_OPENSSL_cpuid_setup(); // NOLINT(bugprone-reserved-identifier)
}

void __wrap_OPENSSL_cpuid_setup() { // NOLINT(bugprone-reserved-identifier)
    static bool is_used = false;
    if (std::exchange(is_used, true))
        __real_OPENSSL_cpuid_setup();
}
