// SPDX-License-Identifier: MIT
#include "lookup.hpp"

#include "asio_tokens.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <sys/socket.h>
#include <thread>

namespace sockscat::net {
namespace {

struct addrinfo_deleter {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

// Shared by the waiting coroutine and the thread; whoever is last frees it.
struct query {
    query(std::string wanted, int af, const asio::any_io_executor& executor)
        : name{std::move(wanted)}, family{af} {
        done.emplace(executor, asio::steady_timer::time_point::max());
    }

    std::string name;
    int family;
    std::mutex mutex;
    // Guarded by the mutex. Without the timer the query is abandoned, and its executor may be gone.
    std::optional<asio::steady_timer> done;
    bool answered{false};
    lookup_result answer;
};

int family_of(address_family family) {
    switch (family) {
    case address_family::ipv4:
        return AF_INET;
    case address_family::ipv6:
        return AF_INET6;
    case address_family::any:
        break;
    }
    return AF_UNSPEC;
}

std::string words_for(int code, int family) {
    if (code == EAI_NONAME || code == EAI_NODATA || code == EAI_ADDRFAMILY) {
        if (family == AF_INET)
            return "no such name, or it has no IPv4 address";
        if (family == AF_INET6)
            return "no such name, or it has no IPv6 address";
        return "no such name";
    }
    if (code == EAI_AGAIN)
        return "the name server does not answer (temporary failure)";
    return gai_strerror(code);
}

std::vector<asio::ip::address> addresses_of(const addrinfo* list) {
    std::vector<asio::ip::address> addresses;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (entry->ai_addrlen > endpoint.capacity())
            continue;
        std::copy_n(
            reinterpret_cast<const char*>(entry->ai_addr), entry->ai_addrlen,
            reinterpret_cast<char*>(endpoint.data()));
        endpoint.resize(entry->ai_addrlen);
        if (std::find(addresses.begin(), addresses.end(), endpoint.address()) == addresses.end())
            addresses.push_back(endpoint.address());
    }
    return addresses;
}

lookup_result ask(const std::string& name, int family) {
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int code = getaddrinfo(name.c_str(), nullptr, &hints, &raw);
    const std::unique_ptr<addrinfo, addrinfo_deleter> list{raw};
    lookup_result found;
    if (code != 0) {
        found.failure = words_for(code, family);
        return found;
    }
    found.addresses = addresses_of(list.get());
    if (found.addresses.empty())
        found.failure = words_for(EAI_NONAME, family);
    return found;
}

void ask_in_thread(const std::shared_ptr<query>& shared) {
    lookup_result answer = ask(shared->name, shared->family);
    const std::lock_guard lock{shared->mutex};
    if (!shared->done)
        return;
    shared->answer = std::move(answer);
    shared->answered = true;
    asio::post(shared->done->get_executor(), [shared] {
        const std::lock_guard relock{shared->mutex};
        if (shared->done) // expired: also for a wait that has yet to begin
            shared->done->expires_at(asio::steady_timer::time_point::min());
    });
}

bool start_thread(const std::shared_ptr<query>& shared) {
    try {
        std::thread{[shared] { ask_in_thread(shared); }}.detach();
    } catch (const std::system_error&) {
        return false;
    }
    return true;
}

// Leaves the thread behind however the coroutine ends.
class abandon_guard {
  public:
    explicit abandon_guard(std::shared_ptr<query> shared) : shared_{std::move(shared)} {}
    abandon_guard(const abandon_guard&) = delete;
    abandon_guard& operator=(const abandon_guard&) = delete;
    ~abandon_guard() {
        const std::lock_guard lock{shared_->mutex};
        shared_->done.reset();
    }

  private:
    std::shared_ptr<query> shared_;
};

} // namespace

host to_host(const asio::ip::address& ip) {
    if (ip.is_v4()) {
        ipv4_address v4;
        v4.bytes = ip.to_v4().to_bytes();
        return v4;
    }
    ipv6_address v6; // without its zone
    v6.bytes = ip.to_v6().to_bytes();
    return unmapped(v6);
}

bool is_ip_literal(const std::string& name) {
    std::error_code no_literal;
    asio::ip::make_address(name, no_literal);
    return !no_literal;
}

asio::awaitable<lookup_result> lookup(std::string name, address_family family) {
    std::error_code no_literal;
    const auto literal = asio::ip::make_address(name, no_literal);
    lookup_result found;
    if (!no_literal) {
        found.addresses.push_back(literal);
        co_return found;
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto shared = std::make_shared<query>(std::move(name), family_of(family), executor);
    const abandon_guard guard{shared};
    if (!start_thread(shared)) {
        found.failure = "no thread for the lookup";
        co_return found;
    }
    co_await shared->done->async_wait(as_tuple);
    const std::lock_guard lock{shared->mutex};
    if (shared->answered)
        found = shared->answer;
    co_return found;
}

} // namespace sockscat::net
