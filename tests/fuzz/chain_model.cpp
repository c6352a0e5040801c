// SPDX-License-Identifier: MIT
#include "chain_model.hpp"

#include "client_plan.hpp"

#include <sockscat/base64.hpp>

#include <algorithm>
#include <variant>

namespace sockscat::fuzz {
namespace {

constexpr std::uint8_t chap_method = 0x03;

std::string_view text_of(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint8_t command_of(asked_for what) {
    switch (what) {
    case asked_for::bind:
        return 2;
    case asked_for::associate:
        return 3;
    case asked_for::resolve:
        return 0xF0;
    case asked_for::resolve_ptr:
        return 0xF1;
    case asked_for::connect:
        break;
    }
    return 1;
}

// Up to and with the first empty line.
std::optional<std::size_t> header_size(std::string_view text) {
    const std::size_t bare = text.find("\n\n");
    const std::size_t usual = text.find("\n\r\n");
    if (std::min(bare, usual) == std::string_view::npos)
        return std::nullopt;
    return bare < usual ? bare + 2 : usual + 3;
}

// The three digits of "HTTP/1.1 200 OK", or nothing.
std::string_view status_of(std::string_view header) {
    const std::string_view line = header.substr(0, header.find_first_of("\r\n"));
    const std::size_t blank = line.find(' ');
    if (!line.starts_with("HTTP/1.") || blank == std::string_view::npos)
        return {};
    const std::string_view rest = line.substr(blank + 1);
    const std::string_view code = rest.substr(0, 3);
    const bool is_code = code.size() == 3 && (rest.size() == 3 || rest[3] == ' ') &&
                         code.find_first_not_of("0123456789") == std::string_view::npos;
    return is_code ? code : std::string_view{};
}

} // namespace

std::optional<std::uint8_t> chain_model::byte() {
    const auto one = bytes(1);
    return one ? std::optional{one->front()} : std::nullopt;
}

std::optional<std::span<const std::uint8_t>> chain_model::bytes(std::size_t size) {
    if (rest_.size() < size)
        return std::nullopt;
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
}

void chain_model::say_port(std::uint16_t port) {
    say(static_cast<std::uint8_t>(port >> 8U));
    say(static_cast<std::uint8_t>(port & 0xFFU));
}

bool chain_model::shake(const model_hop& hop, asked_for what, const address& destination) {
    switch (hop.protocol) {
    case model_hop::speaks::socks4:
        return shake_socks4(hop, what, destination);
    case model_hop::speaks::http:
        return shake_http(hop, destination);
    case model_hop::speaks::socks5:
        break;
    }
    return shake_socks5(hop, what, destination);
}

bool chain_model::second_reply(const model_hop& hop) {
    return hop.protocol == model_hop::speaks::socks4 ? read_socks4_reply() : read_socks5_reply();
}

void chain_model::say_socks5_request(asked_for what, const address& destination) {
    say(5);
    say(command_of(what));
    say(0);
    if (const auto* v4 = std::get_if<ipv4_address>(&destination.host)) {
        say(1);
        due_.insert(due_.end(), v4->bytes.begin(), v4->bytes.end());
    } else if (const auto* v6 = std::get_if<ipv6_address>(&destination.host)) {
        say(4);
        due_.insert(due_.end(), v6->bytes.begin(), v6->bytes.end());
    } else {
        const std::string& name = std::get<host_name>(destination.host).text;
        say(3);
        say(static_cast<std::uint8_t>(name.size()));
        say(name);
    }
    say_port(destination.port);
}

void chain_model::say_login(const model_hop& hop) {
    say(1);
    say(static_cast<std::uint8_t>(hop.user.size()));
    say(hop.user);
    say(static_cast<std::uint8_t>(hop.password.size()));
    say(hop.password);
    ++passwords_;
}

bool chain_model::shake_socks5(const model_hop& hop, asked_for what, const address& destination) {
    say(5);
    say(static_cast<std::uint8_t>(hop.methods.size()));
    for (const std::uint8_t each : hop.methods)
        say(each);
    if (hop.pipelines) {
        if (hop.methods.front() == 2)
            say_login(hop);
        say_socks5_request(what, destination);
    }
    if (byte() != 5)
        return false;
    const auto method = byte();
    if (!method || std::count(hop.methods.begin(), hop.methods.end(), *method) == 0)
        return false;
    if (!authenticate(hop, *method))
        return false;
    if (!hop.pipelines)
        say_socks5_request(what, destination);
    return read_socks5_reply();
}

bool chain_model::authenticate(const model_hop& hop, std::uint8_t method) {
    if (method == 0)
        return true;
    if (method == chap_method) {
        is_lost_ = true;
        return false;
    }
    if (method == own_method) {
        say("k");
        return byte() == 'K';
    }
    if (!hop.pipelines)
        say_login(hop);
    const auto version = byte();
    return (version == 1 || version == 5) && byte() == 0; // 5: many servers
}

bool chain_model::read_socks5_reply() {
    if (byte() != 5 || byte() != 0 || !byte())
        return false;
    const auto type = byte();
    if (type == 1) {
        const auto ip = bytes(4);
        if (!ip)
            return false;
        ipv4_address v4;
        std::copy(ip->begin(), ip->end(), v4.bytes.begin());
        bound_.host = v4;
    } else if (type == 4) {
        const auto ip = bytes(16);
        if (!ip)
            return false;
        ipv6_address v6;
        std::copy(ip->begin(), ip->end(), v6.bytes.begin());
        bound_.host = unmapped(v6);
    } else if (type == 3) {
        const auto size = byte();
        const auto name = size ? bytes(*size) : std::nullopt;
        bound_.host = host_name{std::string{text_of(name.value_or(rest_.first(0)))}};
        if (!name)
            return false;
    } else {
        return false;
    }
    const auto port = bytes(2);
    if (port)
        bound_.port = static_cast<std::uint16_t>((*port)[0] * 256U + (*port)[1]);
    return port.has_value();
}

bool chain_model::shake_socks4(const model_hop& hop, asked_for what, const address& destination) {
    const auto* v4 = std::get_if<ipv4_address>(&destination.host);
    const ipv4_address ip = v4 != nullptr ? *v4 : ipv4_address{{0, 0, 0, 1}};
    say(std::uint8_t{4});
    say(command_of(what));
    say_port(destination.port);
    due_.insert(due_.end(), ip.bytes.begin(), ip.bytes.end());
    say(hop.user);
    say(std::uint8_t{0});
    if (v4 == nullptr) {
        say(std::get<host_name>(destination.host).text);
        say(std::uint8_t{0});
    }
    return read_socks4_reply();
}

bool chain_model::read_socks4_reply() {
    const auto version = byte();
    if ((version != 0 && version != 4) || byte() != 90) // 4: srelay
        return false;
    const auto port = bytes(2);
    const auto ip = bytes(4);
    if (!ip)
        return false;
    ipv4_address v4;
    std::copy(ip->begin(), ip->end(), v4.bytes.begin());
    bound_ = {v4, static_cast<std::uint16_t>((*port)[0] * 256U + (*port)[1])};
    return true;
}

bool chain_model::shake_http(const model_hop& hop, const address& destination) {
    const auto* name = std::get_if<host_name>(&destination.host);
    const std::string where = name != nullptr ? name->text + ":" + std::to_string(destination.port)
                                              : to_string(destination);
    say("CONNECT " + where + " HTTP/1.1\r\nHost: " + where + "\r\n");
    if (hop.has_login) {
        const std::string pair = hop.user + ":" + hop.password;
        say("Proxy-Authorization: Basic " +
            to_base64({reinterpret_cast<const std::uint8_t*>(pair.data()), pair.size()}) + "\r\n");
        ++passwords_;
    }
    say("\r\n");
    bound_ = {};
    return read_http_reply();
}

// Informational replies may come first.
bool chain_model::read_http_reply() {
    for (;;) {
        const std::string_view text = text_of(rest_);
        const auto size = header_size(text);
        const std::string_view code = size ? status_of(text) : std::string_view{};
        if (code.empty())
            return false;
        rest_ = rest_.subspan(*size);
        if (code[0] != '1' || code == "101")
            return code[0] == '2';
    }
}

} // namespace sockscat::fuzz
