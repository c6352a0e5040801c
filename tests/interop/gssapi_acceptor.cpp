// SPDX-License-Identifier: MIT
// A SOCKS5 proxy that knows one authentication method, GSSAPI, for tests: written from RFC 1961, on
// libkrb5. It dials addresses and "localhost" only. One process for each client.
//
// usage: gssapi_acceptor BEHAVIOUR [LEVEL [PIECE]]
//   BEHAVIOUR  see main(); "good" obeys the RFC
//   LEVEL      the protection level that it grants, if it is not to be the one asked for ("-")
//   PIECE      the most bytes in a message of its own
// The keytab is that of KRB5_KTNAME. It prints "listening on PORT".
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <gssapi/gssapi.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <span>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using bytes = std::vector<std::uint8_t>;
using view = std::span<const std::uint8_t>;

struct settings {
    std::string behaviour;
    int level{-1};
    std::size_t piece{60'000};
};

[[noreturn]] void leave() {
    std::_Exit(0);
}

bool read_all(int fd, std::span<std::uint8_t> into) {
    while (!into.empty()) {
        const ssize_t got = ::read(fd, into.data(), into.size());
        if (got <= 0)
            return false;
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

bytes take(int fd, std::size_t size) {
    bytes out(size);
    if (!read_all(fd, out))
        leave();
    return out;
}

void put(int fd, view out) {
    while (!out.empty()) {
        const ssize_t gone = ::write(fd, out.data(), out.size());
        if (gone <= 0)
            leave();
        out = out.subspan(static_cast<std::size_t>(gone));
    }
}

void drip(int fd, view out) {
    for (const std::uint8_t& byte : out) {
        put(fd, {&byte, 1});
        ::usleep(300);
    }
}

// Says nothing more, until the client has gone.
[[noreturn]] void stay_silent(int fd) {
    std::array<std::uint8_t, 4'096> ignored{};
    while (::read(fd, ignored.data(), ignored.size()) > 0)
        ;
    leave();
}

// What the client still sends is read, so that it is no reset that it sees.
[[noreturn]] void hang_up(int fd) {
    ::shutdown(fd, SHUT_WR);
    stay_silent(fd);
}

bytes frame(std::uint8_t type, view token) {
    bytes out(4 + token.size());
    out[0] = 1;
    out[1] = type;
    out[2] = static_cast<std::uint8_t>(token.size() >> 8U);
    out[3] = static_cast<std::uint8_t>(token.size());
    std::copy(token.begin(), token.end(), out.begin() + 4);
    return out;
}

std::size_t length(std::size_t high, std::size_t low) {
    return high << 8U | low;
}

// The token of the next frame, which must be of this type; false at the end of the stream.
bool read_frame(int fd, std::uint8_t type, bytes& token) {
    std::array<std::uint8_t, 4> head{};
    if (!read_all(fd, head) || head[0] != 1 || head[1] != type)
        return false;
    token = take(fd, length(head[2], head[3]));
    return true;
}

gss_buffer_desc borrowed(view of) {
    return {of.size(), const_cast<std::uint8_t*>(of.data())};
}

bytes taken(gss_buffer_desc& buffer) {
    const auto* const begin = static_cast<const std::uint8_t*>(buffer.value);
    bytes out{begin, begin + buffer.length};
    OM_uint32 minor = 0;
    gss_release_buffer(&minor, &buffer);
    return out;
}

class context {
  public:
    // A token for the client, or nothing at all: then `failed` is set.
    bytes accept(view token, bool& complete, bool& failed) {
        auto input = borrowed(token);
        gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
        OM_uint32 minor = 0;
        OM_uint32 flags = 0;
        const OM_uint32 major = gss_accept_sec_context(
            &minor, &context_, GSS_C_NO_CREDENTIAL, &input, GSS_C_NO_CHANNEL_BINDINGS, nullptr,
            nullptr, &output, &flags, nullptr, nullptr);
        failed = GSS_ERROR(major) != 0;
        complete = major == GSS_S_COMPLETE;
        if (complete && (flags & GSS_C_DELEG_FLAG) != 0)
            std::fputs("the client delegates\n", stderr);
        return taken(output);
    }
    bytes wrap(view plain, bool hidden) {
        auto input = borrowed(plain);
        gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
        OM_uint32 minor = 0;
        if (gss_wrap(&minor, context_, hidden ? 1 : 0, 0, &input, nullptr, &output) != 0)
            leave();
        return taken(output);
    }
    // `hidden`: how it came.
    bytes unwrap(view message, bool& hidden) {
        auto input = borrowed(message);
        gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
        OM_uint32 minor = 0;
        int conf = 0;
        if (gss_unwrap(&minor, context_, &input, &output, &conf, nullptr) != 0) {
            std::fputs("a message cannot be unwrapped\n", stderr);
            leave();
        }
        hidden = conf != 0;
        return taken(output);
    }

  private:
    gss_ctx_id_t context_{GSS_C_NO_CONTEXT};
};

class conversation {
  public:
    conversation(int client, const settings& how) : fd_{client}, how_{how} {}

    void run() {
        const bytes head = take(fd_, 2);
        const bytes methods = take(fd_, head[1]);
        const bool offered = std::find(methods.begin(), methods.end(), 1) != methods.end();
        put(fd_, bytes{5, static_cast<std::uint8_t>(offered ? 1 : 0xFF)});
        if (!offered)
            hang_up(fd_);
        establish();
        agree();
        serve();
    }

  private:
    [[nodiscard]] bool is(std::string_view name) const { return how_.behaviour == name; }

    void say(view out) {
        if (is("drip"))
            drip(fd_, out);
        else
            put(fd_, out);
    }

    void spoil_token() {
        if (is("abort-token"))
            put(fd_, bytes{1, 0xFF});
        else if (is("zero-token"))
            put(fd_, frame(1, {}));
        else if (is("bad-version"))
            put(fd_, bytes{5, 1, 0, 0});
        else if (is("wrong-type"))
            put(fd_, frame(3, bytes(10, 0)));
        else if (is("junk-token"))
            put(fd_, frame(1, bytes(65'535, 0x5a)));
        else if (is("cut-token")) {
            put(fd_, bytes{1, 1, 0xFF, 0xFF, 0x60, 0x60});
        } else if (is("silent-token"))
            stay_silent(fd_);
        else if (!is("close-token"))
            return;
        hang_up(fd_);
    }

    void establish() {
        for (bool complete = false; !complete;) {
            bytes token;
            if (!read_frame(fd_, 1, token))
                leave();
            spoil_token();
            bool failed = false;
            const bytes answer = context_.accept(token, complete, failed);
            if (failed) {
                put(fd_, bytes{1, 0xFF});
                hang_up(fd_);
            }
            say(frame(1, answer)); // an empty one says that there is no more
        }
    }

    void agree() {
        bytes token;
        if (!read_frame(fd_, 2, token))
            leave();
        bool hidden = false;
        const bytes asked = context_.unwrap(token, hidden);
        if (asked.size() != 1 || hidden)
            leave();
        level_ = how_.level == -1 ? asked[0] : how_.level;
        std::fprintf(stderr, "asked for %d, granted %d\n", asked[0], level_);
        const bytes choice{static_cast<std::uint8_t>(level_)};
        if (is("abort-protection")) {
            put(fd_, bytes{1, 0xFF});
            hang_up(fd_);
        }
        if (is("silent-protection"))
            stay_silent(fd_);
        if (is("bare-protection")) { // as old NEC servers write it
            put(fd_, frame(2, choice));
            hang_up(fd_);
        }
        say(frame(2, context_.wrap(is("long-protection") ? bytes{1, 1} : choice, false)));
    }

    // What the client says, unwrapped; empty at its end.
    bytes hear() {
        if (level_ == 0) {
            bytes out(65'536);
            const ssize_t got = ::read(fd_, out.data(), out.size());
            out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
            return out;
        }
        bytes token;
        if (!read_frame(fd_, 3, token))
            return {};
        bool hidden = false;
        bytes plain = context_.unwrap(token, hidden);
        if (hidden != (level_ == 2)) {
            std::fputs("a message is hidden, or not, as it should not be\n", stderr);
            leave();
        }
        return plain;
    }

    bytes hear_exactly(std::size_t size) {
        while (heard_.size() < size) {
            const bytes more = hear();
            if (more.empty())
                leave();
            heard_.insert(heard_.end(), more.begin(), more.end());
        }
        const auto end = heard_.begin() + static_cast<std::ptrdiff_t>(size);
        bytes out{heard_.begin(), end};
        heard_.erase(heard_.begin(), end);
        return out;
    }

    // In messages of at most a piece.
    bytes protect(view plain) {
        if (level_ == 0)
            return {plain.begin(), plain.end()};
        bytes out;
        while (!plain.empty()) {
            const view piece = plain.first(std::min(plain.size(), how_.piece));
            plain = plain.subspan(piece.size());
            const bytes message = frame(3, context_.wrap(piece, level_ == 2 && !is("not-hidden")));
            out.insert(out.end(), message.begin(), message.end());
            if (is("empty-messages")) {
                const bytes nothing = frame(3, context_.wrap({}, level_ == 2));
                out.insert(out.end(), nothing.begin(), nothing.end());
            }
        }
        return out;
    }

    static bytes reply_to(const sockaddr_in& bound, std::uint8_t code) {
        bytes out{5, code, 0, 1, 0, 0, 0, 0, 0, 0};
        std::memcpy(out.data() + 4, &bound.sin_addr, 4);
        std::memcpy(out.data() + 8, &bound.sin_port, 2);
        return out;
    }

    // IPv4 and "localhost" only.
    static sockaddr_in place_of(std::uint8_t type, view host, view port) {
        sockaddr_in out{};
        out.sin_family = AF_INET;
        out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (type == 1)
            std::memcpy(&out.sin_addr, host.data(), 4);
        std::memcpy(&out.sin_port, port.data(), 2);
        return out;
    }

    void serve() {
        const bytes head = hear_exactly(4);
        const std::size_t size = head[3] == 1 ? 4 : hear_exactly(1)[0];
        const bytes host = hear_exactly(size);
        const sockaddr_in place = place_of(head[3], host, hear_exactly(2));
        if (head[1] == 3)
            associate();
        else if (head[1] == 2)
            accept_caller();
        else
            connect_to(place);
        hang_up(fd_);
    }

    void connect_to(const sockaddr_in& place) {
        const int target = ::socket(AF_INET, SOCK_STREAM, 0);
        if (::connect(target, reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0) {
            say(protect(reply_to({}, 5)));
            hang_up(fd_);
        }
        bytes answer = protect(reply_to(place, 0));
        if (is("broken-reply"))
            answer[answer.size() - 3] ^= 1U;
        if (is("bare-reply"))
            answer = reply_to(place, 0);
        if (is("coalesced")) {
            const bytes banner = protect(bytes{'h', 'e', 'l', 'l', 'o', '\n'});
            answer.insert(answer.end(), banner.begin(), banner.end());
        }
        say(answer);
        relay(target);
    }

    // BIND, for whoever calls.
    void accept_caller() {
        const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in bound{};
        bound.sin_family = AF_INET;
        bound.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof bound;
        ::bind(listener, reinterpret_cast<const sockaddr*>(&bound), size);
        ::listen(listener, 1);
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&bound), &size);
        say(protect(reply_to(bound, 0)));
        const int caller = ::accept(listener, reinterpret_cast<sockaddr*>(&bound), &size);
        say(protect(reply_to(bound, 0)));
        relay(caller);
    }

    // What the proxy sends next, spoilt.
    void spoil_stream(bytes& out) {
        if (++messages_ != 2)
            return;
        if (is("broken-later"))
            out[out.size() - 3] ^= 1U;
        else if (is("repeated"))
            out.insert(out.end(), out.begin(), out.end());
        else if (is("bare-later"))
            out = bytes{'c', 'l', 'e', 'a', 'r'};
        else if (is("abort-later"))
            out = bytes{1, 0xFF};
        else if (is("cut-later"))
            out.resize(out.size() / 2);
        else if (is("lost"))
            out.clear();
        else
            return;
        put(fd_, out);
        out.clear();
        if (is("cut-later"))
            hang_up(fd_);
    }

    void relay(int target) {
        bytes buffer(how_.piece);
        std::array<pollfd, 2> ends{{{fd_, POLLIN, 0}, {target, POLLIN, 0}}};
        while (ends[0].fd != -1 || ends[1].fd != -1) {
            ::poll(ends.data(), ends.size(), -1);
            if (ends[0].revents != 0) {
                const bytes plain = hear();
                put(target, plain);
                if (plain.empty()) {
                    ::shutdown(target, SHUT_WR);
                    ends[0].fd = -1;
                }
            }
            if (ends[1].revents != 0) {
                const ssize_t got = ::read(target, buffer.data(), buffer.size());
                if (got <= 0) {
                    ::shutdown(fd_, SHUT_WR);
                    ends[1].fd = -1;
                    continue;
                }
                bytes out = protect(view{buffer}.first(static_cast<std::size_t>(got)));
                spoil_stream(out);
                say(out);
            }
        }
        leave();
    }

    static int udp_socket(sockaddr_in& bound) {
        const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
        bound = {};
        bound.sin_family = AF_INET;
        bound.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof bound;
        ::bind(fd, reinterpret_cast<const sockaddr*>(&bound), size);
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
        return fd;
    }

    // RFC 1961 section 5: header and data in one message, one message in a datagram.
    void associate() {
        sockaddr_in bound{};
        sockaddr_in ignored{};
        const int near = udp_socket(bound);
        const int far = udp_socket(ignored);
        say(protect(reply_to(bound, 0)));
        sockaddr_in client{};
        bytes buffer(65'536);
        std::array<pollfd, 3> ends{{{fd_, POLLIN, 0}, {near, POLLIN, 0}, {far, POLLIN, 0}}};
        for (;;) {
            ::poll(ends.data(), ends.size(), -1);
            if (ends[0].revents != 0)
                leave();
            sockaddr_in source{};
            socklen_t size = sizeof source;
            if (ends[1].revents != 0) {
                const ssize_t got = ::recvfrom(
                    near, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&client),
                    &size);
                forward(
                    far, view{buffer}.first(static_cast<std::size_t>(std::max<ssize_t>(got, 0))));
            }
            if (ends[2].revents != 0) {
                const ssize_t got = ::recvfrom(
                    far, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&source),
                    &size);
                bytes plain = reply_to(source, 0);
                plain[0] = 0;
                plain.insert(plain.end(), buffer.begin(), buffer.begin() + got);
                bytes out = level_ == 0 ? plain : frame(3, context_.wrap(plain, level_ == 2));
                if (is("broken-later"))
                    out[out.size() - 3] ^= 1U;
                ::sendto(
                    near, out.data(), out.size(), 0, reinterpret_cast<const sockaddr*>(&client),
                    sizeof client);
            }
        }
    }

    void forward(int far, view datagram) {
        bytes plain{datagram.begin(), datagram.end()};
        bool hidden = false;
        if (level_ != 0) {
            if (datagram.size() < 4 || datagram[0] != 1 || datagram[1] != 3 ||
                datagram.size() != 4 + length(datagram[2], datagram[3]))
                return std::perror("no message in a datagram"), leave();
            plain = context_.unwrap(datagram.subspan(4), hidden);
        }
        if (hidden != (level_ == 2) || plain.size() < 10 || plain[3] != 1)
            return leave();
        const view all{plain};
        const sockaddr_in to = place_of(1, all.subspan(4, 4), all.subspan(8, 2));
        ::sendto(
            far, plain.data() + 10, plain.size() - 10, 0, reinterpret_cast<const sockaddr*>(&to),
            sizeof to);
    }

    int fd_;
    const settings& how_;
    context context_;
    int level_{0};
    int messages_{0};
    bytes heard_;
};

} // namespace

int main(int count, char** words) {
    if (count < 2)
        return 2;
    settings how;
    how.behaviour = words[1];
    if (count > 2 && std::string{words[2]} != "-")
        how.level = std::atoi(words[2]);
    if (count > 3)
        how.piece = static_cast<std::size_t>(std::atoi(words[3]));
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD, SIG_IGN); // nobody waits for them
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&here), size) != 0 ||
        ::listen(listener, 16) != 0)
        return 1;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&here), &size);
    std::printf("listening on %d\n", ntohs(here.sin_port));
    std::fflush(stdout);
    for (;;) {
        const int client = ::accept(listener, nullptr, nullptr);
        if (client == -1)
            continue;
        if (::fork() == 0) {
            ::close(listener);
            const int on = 1;
            ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            conversation{client, how}.run();
            leave();
        }
        ::close(client);
    }
}
