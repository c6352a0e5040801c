// SPDX-License-Identifier: MIT
#include "gssapi.hpp"
#include "idn2.hpp"
#include "imported.hpp"
#include "ldns.hpp"
#include "openssl.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <dlfcn.h>
#include <filesystem>
#include <iterator>
#include <link.h>
#include <stdexcept>

namespace sockscat {
namespace {

struct description {
    const char* name;
    const char* file; // what NEEDED would say
    const char* package;
};

// In the order of `library`.
constexpr std::array descriptions{
    // libssl brings libcrypto with it.
    description{"OpenSSL", "libssl.so.3", "libssl3 or libssl3t64"},
    description{"ldns", "libldns.so.3", "libldns3 or libldns3t64"},
    description{"GSSAPI", "libgssapi_krb5.so.2", "libgssapi-krb5-2"},
    description{"libidn2", "libidn2.so.0", "libidn2-0"},
};

// The same for those who make packages: the ELF note that systemd has defined for this.
constexpr char dlopen_json[] = R"json([
{"feature":"tls","description":"TLS, CHAP","priority":"recommended","soname":["libssl.so.3"]},
{"feature":"dns","description":"DNS messages","priority":"recommended","soname":["libldns.so.3"]},
{"feature":"gssapi","description":"Kerberos","priority":"suggested","soname":["libgssapi_krb5.so.2"]},
{"feature":"idn","description":"names not ASCII","priority":"recommended","soname":["libidn2.so.0"]}
])json";

struct dlopen_note {
    std::uint32_t owner_size;
    std::uint32_t text_size;
    std::uint32_t type;
    char owner[4];
    char text[(sizeof dlopen_json + 3) / 4 * 4];
};

alignas(4) [[gnu::section(".note.dlopen"), gnu::used]] constinit const dlopen_note note = [] {
    dlopen_note made{4, sizeof dlopen_json, 0x407c0c0a, "FDO", {}};
    std::copy(std::begin(dlopen_json), std::end(dlopen_json), made.text);
    return made;
}();

const description& described(library which) {
    return descriptions.at(static_cast<std::size_t>(which));
}

result<void*> load(library which) {
    const description& what = described(which);
    if (void* const loaded = ::dlopen(what.file, RTLD_NOW | RTLD_LOCAL))
        return loaded;                   // also if it was there already
    const char* const why = ::dlerror(); // NOLINT(concurrency-mt-unsafe): it is the thread's own
    return error{
        failure::usage, phase::none,
        std::string{what.name} + " cannot be loaded (Debian package " + what.package +
            "): " + escape(why == nullptr ? what.file : why)};
}

// Kerberos does not say its version, but its file is called by it.
std::string file_of(void* loaded) {
    const link_map* map = nullptr;
    if (::dlinfo(loaded, RTLD_DI_LINKMAP, &map) != 0)
        return "";
    std::error_code failed;
    return escape(std::filesystem::canonical(map->l_name, failed).filename().string());
}

std::string version_of(library which, void* loaded) {
    switch (which) {
    case library::openssl:
        return OpenSSL_version(OPENSSL_VERSION_STRING);
    case library::ldns:
        return ldns_version();
    case library::gssapi:
        return file_of(loaded);
    case library::idn2:
        return idn2_check_version(nullptr);
    }
    return "";
}

} // namespace

result<void> need(library which) {
    auto loaded = load(which);
    return loaded ? result<void>{} : loaded.error();
}

std::optional<library> library_for(auth_method method) {
    switch (method) {
    case auth_method::chap: // HMAC-MD5
    case auth_method::gost_tls:
    case auth_method::gost_tls_password:
        return library::openssl;
    case auth_method::gssapi:
        return library::gssapi;
    default:
        return std::nullopt;
    }
}

std::vector<library_state> libraries() {
    std::vector<library_state> out;
    for (const library each : {library::openssl, library::ldns, library::gssapi, library::idn2}) {
        library_state state;
        state.name = described(each).name;
        const auto loaded = load(each);
        if (loaded)
            state.version = version_of(each, loaded.value());
        else
            state.missing = loaded.error().cause;
        out.push_back(std::move(state));
    }
    return out;
}

void* base::symbol_of(library from, const char* name) {
    const auto loaded = load(from);
    if (!loaded)
        throw std::runtime_error{loaded.error().cause};
    if (void* const found = ::dlsym(loaded.value(), name))
        return found;
    throw std::runtime_error{std::string{described(from).file} + " has no " + name};
}

} // namespace sockscat
