// SPDX-License-Identifier: MIT
#include "http_exchange.hpp"

#include "net/within.hpp"
#include "probe/answers/reserved.hpp"
#include "proto/http_challenge.hpp"
#include "proto/http_connect.hpp"

#include <sockscat/base64.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace sockscat::probing {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t out_limit = 2 * 300 + 800;
constexpr std::size_t most_of_reason = 80;
constexpr std::string_view protocol_name = "HTTP/1.";

std::string authority_of(const address& destination) {
    const auto* const name = std::get_if<host_name>(&destination.host);
    return name == nullptr ? to_string(destination)
                           : name->text + ":" + std::to_string(destination.port);
}

void put_login(base::message_buffer& out, const credentials& login) {
    std::string pair = login.user + ":";
    if (login.password)
        pair.append(login.password->reveal());
    std::string encoded =
        to_base64({reinterpret_cast<const std::uint8_t*>(pair.data()), pair.size()});
    out.text("Proxy-Authorization: Basic ");
    out.text(encoded);
    out.text("\r\n");
    wipe(std::span<char>{pair});
    wipe(std::span<char>{encoded});
}

void put_request(base::message_buffer& out, const proxy_spec& hop, const exchange_plan& plan) {
    constexpr std::uint8_t connect = 0x01;
    if (plan.wants_page) { // without Host: some proxies would go there
        out.text("GET / HTTP/1.0\r\n\r\n");
        return;
    }
    const std::string authority = authority_of(plan.asks->destination);
    out.text(plan.asks->command == connect ? "CONNECT " : unassigned_verb);
    out.text(authority + " HTTP/1.1\r\nHost: " + authority + "\r\n");
    if (plan.log_in && hop.login)
        put_login(out, *hop.login);
    out.text("\r\n");
}

// How many bytes are missing at least until an empty line ends the header.
std::size_t missing(std::string_view header) {
    if (header.ends_with("\n\r\n") || header.ends_with("\n\n"))
        return 0;
    return header.ends_with('\n') || header.ends_with("\n\r") ? 1 : 2;
}

// The status line is whole, and of HTTP.
std::optional<http_reply> parse_status(std::string_view header) {
    const std::size_t end = header.find('\n');
    std::string_view line = header.substr(0, end);
    const std::size_t blank = line.find(' ');
    if (end == std::string_view::npos || blank == std::string_view::npos)
        return std::nullopt;
    line.remove_prefix(blank + 1);
    while (line.ends_with('\r'))
        line.remove_suffix(1);
    const std::string_view digits = line.substr(0, 3);
    const bool is_number =
        digits.size() == 3 &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number)
        return std::nullopt;
    http_reply out;
    for (const char digit : digits)
        out.status = 10 * out.status + (digit - '0');
    if (line.size() > 4)
        out.reason = line.substr(4, most_of_reason);
    return out;
}

bool is_interim(int status) {
    return status / 100 == 1 && status != 101;
}

class http_exchange {
  public:
    http_exchange(byte_exchange& bytes, answer& out) : bytes_{bytes}, out_{out} {}

    asio::awaitable<void> hear(clock::time_point begun) {
        begun_ = begun;
        const bool came = co_await bytes_.fill_some(said_, protocol_name.size());
        bytes_.forget_nudge();
        if (!came)
            co_return;
        bool is_over = false;
        while (!is_over)
            is_over = !co_await hear_header();
    }

  private:
    [[nodiscard]] std::string_view header() const {
        return {reinterpret_cast<const char*>(said_.data()), said_.size()};
    }

    // False if there is no more to come: all but an interim reply.
    asio::awaitable<bool> hear_header() {
        auto status = co_await hear_status();
        if (!status)
            co_return false;
        const bool is_refusal = !is_interim(status->status) && status->status / 100 != 2;
        if (is_refusal) { // counts, however the header goes on
            out_.http = *status;
            out_.spans.request = elapsed();
        }
        auto rest = hear_rest();
        const bool whole = co_await hear_within(is_refusal, std::move(rest));
        bytes_.notify_received(message_kind::http_reply, said_);
        if (is_interim(status->status) && whole) {
            interim_ += said_.size();
            said_.clear();
            co_return co_await bytes_.fill_some(said_, protocol_name.size());
        }
        if (!is_refusal && !whole && is_too_long())
            give_up();
        if (!is_refusal && !whole)
            co_return false;
        for (const std::string_view scheme : proto::offered_schemes(header()))
            status->schemes.emplace_back(scheme);
        out_.http = std::move(status);
        out_.spans.request = elapsed();
        bytes_.settled(phase::request);
        co_return false;
    }

    static asio::awaitable<bool> hear_within(bool is_refusal, asio::awaitable<bool> rest) {
        if (!is_refusal)
            co_return co_await std::move(rest);
        const auto heard = co_await net::within(grace, std::move(rest));
        co_return heard.value_or(false);
    }

    asio::awaitable<std::optional<http_reply>> hear_status() {
        while (header().find('\n') == std::string_view::npos) {
            const std::size_t common = std::min(said_.size(), protocol_name.size());
            if (is_too_long()) {
                bytes_.notify_received(message_kind::http_reply, said_);
                give_up();
                co_return std::nullopt;
            }
            if (header().substr(0, common) != protocol_name.substr(0, common)) {
                co_await bytes_.hear_stranger(std::exchange(said_, {}));
                co_return std::nullopt;
            }
            const bool came = co_await bytes_.fill(said_, said_.size() + 1);
            if (!came)
                co_return std::nullopt;
        }
        auto status = parse_status(header());
        if (!status)
            co_await bytes_.hear_stranger(std::exchange(said_, {}));
        co_return status;
    }

    asio::awaitable<bool> hear_rest() {
        while (missing(header()) != 0) {
            if (is_too_long())
                co_return false;
            const bool came = co_await bytes_.fill(said_, said_.size() + missing(header()));
            if (!came)
                co_return false;
        }
        co_return true;
    }

    void give_up() {
        out_.foreign = std::exchange(said_, {});
        out_.is_endless = true;
        bytes_.settled(phase::request);
    }

    [[nodiscard]] bool is_too_long() const {
        return interim_ + said_.size() >= proto::max_http_header;
    }

    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double, std::milli>{clock::now() - begun_}.count();
    }

    byte_exchange& bytes_;
    answer& out_;
    clock::time_point begun_{};
    std::size_t interim_{0};         // bytes of replies 1xx
    std::vector<std::uint8_t> said_; // the header, as far as it came
};

} // namespace

asio::awaitable<void> ask_by_http(
    byte_exchange& bytes, const proxy_spec& hop, const exchange_plan& plan, answer& out) {
    bytes.enter(phase::request);
    if (!plan.asks) {
        bytes.settled(phase::connect);
        co_return;
    }
    base::message_buffer message{out_limit};
    put_request(message, hop, plan);
    if (plan.log_in)
        bytes.notify_of_password();
    const auto begun = clock::now();
    co_await bytes.send(message_kind::http_request, message.view());
    http_exchange exchange{bytes, out};
    co_await exchange.hear(begun);
    const bool is_granted = out.http && out.http->status / 100 == 2;
    if (is_granted && plan.lingers.count() > 0)
        co_await bytes.hear_target(plan.lingers);
}

} // namespace sockscat::probing
