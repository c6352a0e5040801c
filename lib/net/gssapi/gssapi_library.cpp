// SPDX-License-Identifier: MIT
#include "gssapi_library.hpp"

#include <sockscat/text.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <string>
#include <unistd.h>

namespace sockscat::net {
namespace {

constexpr const char* library_name = "libgssapi_krb5.so.2";

error not_loaded() {
    const char* const why = ::dlerror(); // NOLINT(concurrency-mt-unsafe)
    return {
        failure::usage, phase::none,
        std::string{"GSSAPI cannot be loaded: "} + escape(why == nullptr ? library_name : why)};
}

template <class Function>
bool find(void* library, const char* name, Function& slot) {
    slot = reinterpret_cast<Function>(::dlsym(library, name));
    return slot != nullptr;
}

std::atomic<int>& users() {
    static std::atomic<int> count{0};
    return count;
}

// Runs before the finalizers of libraries, with the status of exit(3).
void leave_at_once_if_used(int status, void*) {
    if (users() == 0)
        return;
    std::fflush(nullptr);
    ::_exit(status);
}

result<gssapi_library> load() {
    void* const library = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        return not_loaded();
    gssapi_library out;
    const bool found = find(library, "gss_import_name", out.import_name) &&
                       find(library, "gss_release_name", out.release_name) &&
                       find(library, "gss_init_sec_context", out.init_sec_context) &&
                       find(library, "gss_delete_sec_context", out.delete_sec_context) &&
                       find(library, "gss_wrap", out.wrap) &&
                       find(library, "gss_unwrap", out.unwrap) &&
                       find(library, "gss_wrap_size_limit", out.wrap_size_limit) &&
                       find(library, "gss_release_buffer", out.release_buffer) &&
                       find(library, "gss_display_status", out.display_status);
    if (!found || ::on_exit(leave_at_once_if_used, nullptr) != 0)
        return not_loaded();
    return out;
}

} // namespace

const result<gssapi_library>& load_gssapi() {
    static const result<gssapi_library> loaded = load();
    return loaded;
}

gssapi_user::gssapi_user() {
    ++users();
}

gssapi_user::~gssapi_user() {
    --users();
}

} // namespace sockscat::net
