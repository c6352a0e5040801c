// SPDX-License-Identifier: MIT
#include "fake_hop.hpp"

#include "tls_terminator.hpp"

#include <sockscat/base64.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace sockscat::tests {
namespace {

std::string ip_text(const bytes& raw) {
    char text[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(raw.size() == 4 ? AF_INET : AF_INET6, raw.data(), text, sizeof text);
    return raw.size() == 4 ? text : "[" + std::string{text} + "]";
}

std::string port_text(const bytes& two) {
    return ":" + std::to_string(two[0] * 256 + two[1]);
}

std::string text_of(const bytes& raw) {
    return {raw.begin(), raw.end()};
}

unique_fd dial(std::uint16_t port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    unique_fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        throw std::runtime_error{"the next hop is not there"};
    return fd;
}

using fault = hop_wish::fault;

} // namespace

fake_hop::fake_hop(hop_wish wish, std::uint16_t next) : wish_{std::move(wish)}, next_{next} {
    server_ = std::make_unique<background>([this] { serve(); });
}

fake_hop::~fake_hop() {
    stopped_ = true;
    server_.reset();
}

void fake_hop::finish() {
    stopped_ = true;
    server_->finish();
    if (tls_)
        tls_->finish();
}

std::string fake_hop::label() const {
    return wish_.host + ":" + std::to_string(port());
}

std::string fake_hop::url() const {
    const std::string login =
        wish_.user.empty()
            ? ""
            : wish_.user + (wish_.password.empty() ? "" : ":") + wish_.password + "@";
    const std::string trust = wish_.has_tls ? "?cacert=" + authority_file() : "";
    return wish_.scheme + (wish_.has_tls ? "+tls" : "") + "://" + login + label() + trust;
}

void fake_hop::serve() {
    while (!listener_.is_asked()) {
        if (stopped_)
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    was_reached_ = true;
    unique_fd client = listener_.accept();
    if (wish_.fails_with == fault::speaks_plain) {
        write_all(client.get(), text_bytes("SSH-2.0-x\r\n"));
        ::shutdown(client.get(), SHUT_WR);
        heard_ = read_to_end(client.get());
        return;
    }
    if (wish_.has_tls)
        client = take_off_tls(std::move(client));
    if (!shake(client.get()))
        return;
    pass_on(std::move(client));
}

unique_fd fake_hop::take_off_tls(unique_fd client) {
    fd_pair inside = make_socket_pair();
    tls_server_wish wish;
    wish.shows.names = wish_.fails_with == fault::wrong_certificate
                           ? "DNS:wrong.test"
                           : "DNS:hop.test,DNS:localhost,IP:127.0.0.1,DNS:" +
                                 (wish_.host.empty() ? "x" : wish_.host);
    tls_ = std::make_unique<background>([outside = std::make_shared<unique_fd>(std::move(client)),
                                         in = std::make_shared<unique_fd>(std::move(inside.second)),
                                         wish] {
        tls_terminator{std::move(*outside), wish, std::move(*in)}.finish();
    });
    return std::move(inside.first);
}

bytes fake_hop::hear(int fd, std::size_t size) {
    bytes got = read_exactly(fd, size);
    heard_.insert(heard_.end(), got.begin(), got.end());
    if (got.size() < size)
        throw std::system_error{std::make_error_code(std::errc::connection_aborted)};
    return got;
}

std::string fake_hop::hear_text(int fd) {
    std::string text;
    for (char c = static_cast<char>(hear(fd, 1)[0]); c != '\0';
         c = static_cast<char>(hear(fd, 1)[0]))
        text += c;
    return text;
}

bool fake_hop::shake(int fd) {
    try {
        if (wish_.scheme.starts_with("socks4"))
            return shake_socks4(fd);
        return wish_.scheme == "http" ? shake_http(fd) : shake_socks5(fd);
    } catch (const std::system_error&) { // the client has left
        return false;
    }
}

// True if it does not go on.
bool fake_hop::misbehaves(int fd, const bytes& refusal) {
    if (wish_.fails_with == fault::refuses)
        write_all(fd, refusal);
    if (wish_.fails_with == fault::is_silent)
        read_to_end(fd);
    return wish_.fails_with != fault::none;
}

bool fake_hop::shake_socks4(int fd) {
    const bytes head = hear(fd, 8);
    user_ = hear_text(fd);
    const bytes ip{head.begin() + 4, head.end()};
    const bool has_name = ip[0] == 0 && ip[1] == 0 && ip[2] == 0;
    asked_for_ = (has_name ? hear_text(fd) : ip_text(ip)) + port_text({head[2], head[3]});
    if (misbehaves(fd, "00 5b 00 00 00 00 00 00"_hex))
        return false;
    write_all(fd, "00 5a 00 00 00 00 00 00"_hex);
    return true;
}

bool fake_hop::shake_socks5(int fd) {
    const bytes head = hear(fd, 2);
    const bytes offered = hear(fd, head[1]);
    const std::uint8_t wanted = wish_.method != 0 ? wish_.method : wish_.user.empty() ? 0x00 : 0x02;
    if (std::find(offered.begin(), offered.end(), wanted) == offered.end()) {
        write_all(fd, "05 ff"_hex);
        return false;
    }
    write_all(fd, {0x05, wanted});
    if (wanted == 0x02) {
        user_ = text_of(hear(fd, hear(fd, 2)[1]));
        password_ = text_of(hear(fd, hear(fd, 1)[0]));
        write_all(fd, "01 00"_hex);
    }
    if (wanted == wish_.method && wanted != 0 && !knows(fd))
        return false;
    const bytes request = hear(fd, 4);
    if (request[3] == 0x03)
        asked_for_ = text_of(hear(fd, hear(fd, 1)[0]));
    else
        asked_for_ = ip_text(hear(fd, request[3] == 0x01 ? 4 : 16));
    asked_for_ += port_text(hear(fd, 2));
    if (misbehaves(fd, "05 05 00 01 00 00 00 00 00 00"_hex))
        return false;
    write_all(fd, "05 00 00 01 00 00 00 00 00 00"_hex);
    return true;
}

bool fake_hop::knows(int fd) {
    write_all(fd, text_bytes(wish_.challenge + "\n"));
    std::string said;
    for (char c = static_cast<char>(hear(fd, 1)[0]); c != '\n';
         c = static_cast<char>(hear(fd, 1)[0]))
        said += c;
    write_all(fd, text_bytes(said == wish_.answer ? "ok\n" : "no\n"));
    return said == wish_.answer;
}

bool fake_hop::shake_http(int fd) {
    std::string header;
    while (!header.ends_with("\r\n\r\n"))
        header += static_cast<char>(hear(fd, 1)[0]);
    const std::size_t begin = header.find(' ') + 1;
    asked_for_ = header.substr(begin, header.find(' ', begin) - begin);
    constexpr std::string_view basic = "Authorization: Basic ";
    if (const std::size_t at = header.find(basic); at != std::string::npos) {
        const std::size_t from = at + basic.size();
        const auto pair = from_base64(header.substr(from, header.find('\r', from) - from));
        const std::string text = pair ? text_of(*pair) : "";
        user_ = text.substr(0, text.find(':'));
        password_ = text.substr(text.find(':') + 1);
    }
    if (misbehaves(fd, text_bytes("HTTP/1.1 502 Bad Gateway\r\n\r\n")))
        return false;
    write_all(fd, text_bytes("HTTP/1.1 200 OK\r\n\r\n"));
    return true;
}

// One direction is enough to hear what the client says; the other one is another thread.
void fake_hop::pass_on(unique_fd client) {
    const auto upstream =
        std::make_shared<unique_fd>(next_ == 0 ? unique_fd{::dup(client.get())} : dial(next_));
    const auto near = std::make_shared<unique_fd>(std::move(client));
    const auto copy = [](int from, int to, bytes* kept) {
        bytes piece(16'384);
        pollfd one{from, POLLIN, 0};
        for (;;) {
            if (::poll(&one, 1, 10'000) != 1)
                return;
            const ssize_t got = ::recv(from, piece.data(), piece.size(), 0);
            if (got <= 0)
                break;
            const bytes content{piece.begin(), piece.begin() + got};
            if (kept != nullptr)
                kept->insert(kept->end(), content.begin(), content.end());
            try {
                write_all(to, content);
            } catch (const std::system_error&) {
                break;
            }
        }
        ::shutdown(to, SHUT_WR);
    };
    std::unique_ptr<background> back;
    if (next_ != 0)
        back = std::make_unique<background>(
            [copy, near, upstream] { copy(upstream->get(), near->get(), nullptr); });
    copy(near->get(), upstream->get(), &heard_);
    if (back)
        back->finish();
}

} // namespace sockscat::tests
