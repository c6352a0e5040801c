// SPDX-License-Identifier: MIT
#include "names.hpp"

#include "io.hpp"

#include <condition_variable>
#include <dlfcn.h>
#include <map>
#include <mutex>
#include <netdb.h>
#include <stdexcept>

namespace sockscat::tests {

struct known_name {
    std::vector<std::string> addresses;
    bool stalled{false};
    int asked{0};
    int answered{0};
};

namespace {

struct name_table {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, std::shared_ptr<known_name>> names;
};

name_table& table() {
    static name_table* const one = new name_table; // outlives lookups that were abandoned
    return *one;
}

using getaddrinfo_type = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

int ask_system(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
    static const auto real = reinterpret_cast<getaddrinfo_type>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(name, service, hints, found);
}

int answer(const std::vector<std::string>& addresses, const addrinfo* hints, addrinfo** found) {
    *found = nullptr;
    addrinfo** end = found;
    for (const std::string& ip : addresses) {
        addrinfo* one = nullptr;
        if (ask_system(ip.c_str(), nullptr, hints, &one) != 0)
            continue; // of the other family
        for (*end = one; *end != nullptr;)
            end = &(*end)->ai_next;
    }
    return *found == nullptr ? EAI_NONAME : 0;
}

// -1: not a name of ours.
int ask_table(const char* name, const addrinfo* hints, addrinfo** found) {
    name_table& all = table();
    std::unique_lock lock{all.mutex};
    const auto known = all.names.find(name == nullptr ? "" : name);
    if (known == all.names.end())
        return -1;
    const std::shared_ptr<known_name> entry = known->second;
    ++entry->asked;
    all.changed.notify_all();
    all.changed.wait(lock, [&] { return !entry->stalled; });
    const int code = answer(entry->addresses, hints, found);
    ++entry->answered;
    all.changed.notify_all();
    return code;
}

void wait_until(const int& counter, int times) {
    std::unique_lock lock{table().mutex};
    if (!table().changed.wait_for(lock, patience, [&] { return counter >= times; }))
        throw std::runtime_error{"a name was not looked up as often as expected"};
}

} // namespace

fake_name::fake_name(const std::string& name, std::vector<std::string> addresses)
    : name_{name}, entry_{std::make_shared<known_name>()} {
    entry_->addresses = std::move(addresses);
    const std::lock_guard lock{table().mutex};
    table().names[name_] = entry_;
}

fake_name::~fake_name() {
    release();
    const std::lock_guard lock{table().mutex};
    table().names.erase(name_);
}

void fake_name::stall() {
    const std::lock_guard lock{table().mutex};
    entry_->stalled = true;
}

void fake_name::release() {
    const std::lock_guard lock{table().mutex};
    entry_->stalled = false;
    table().changed.notify_all();
}

void fake_name::wait_until_asked(int times) const {
    wait_until(entry_->asked, times);
}

void fake_name::wait_until_answered(int times) const {
    wait_until(entry_->answered, times);
}

int fake_name::times_asked() const {
    const std::lock_guard lock{table().mutex};
    return entry_->asked;
}

} // namespace sockscat::tests

extern "C" int getaddrinfo(
    const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
    using namespace sockscat::tests;
    const int code = ask_table(name, hints, found);
    return code == -1 ? ask_system(name, service, hints, found) : code;
}
