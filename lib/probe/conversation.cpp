// SPDX-License-Identifier: MIT
#include "conversation.hpp"

#include "cut_off.hpp"
#include "net/ip_literal.hpp"
#include "net/session.hpp"
#include "net/tls.hpp"
#include "wire_talk.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

namespace sockscat::probing {
namespace {

namespace socks4 = proto::socks4;
namespace socks5 = proto::socks5;
using clock = std::chrono::steady_clock;
using net::within;
using std::chrono::milliseconds;

constexpr milliseconds tls_patience{2'000};
constexpr milliseconds most_silence{3'000};
constexpr std::size_t usual_reply = 10;
// Ends a line for whoever reads lines; completes a record for whoever wants TLS.
constexpr std::array<std::uint8_t, 4> nudge{'\r', '\n', '\r', '\n'};

double milliseconds_since(clock::time_point start) {
    return std::chrono::duration<double, std::milli>{clock::now() - start}.count();
}

class conversation : private wire_talk {
  public:
    conversation(
        const connect_options& options,
        const question& asked,
        const asio::any_io_executor& executor,
        net::setup& where,
        answer& out)
        : wire_talk{where, out}, options_{options}, hop_{options.chain.back()}, asked_{asked},
          end_{executor, where.end()} {}

    /// Sets no limit of its own.
    asio::awaitable<bool> reach() {
        const auto start = clock::now();
        auto reached = co_await net::reach_hop(options_, options_.chain.size() - 1, where_);
        if (!reached) {
            out_.how = ending::unreachable;
            out_.failed = reached.error();
            co_return false;
        }
        over_ = std::move(reached.value().over);
        out_.proxy = reached.value().proxy;
        out_.spans.connect = milliseconds_since(start);
        if (asked_.log_in) {
            out_.is_private = !net::is_in_clear(options_, options_.chain.size() - 1, *over_);
            where_.in_clear(!out_.is_private);
        }
        if (const auto* const secured = dynamic_cast<const tls_stream*>(over_.get()))
            out_.tls = secured->summary();
        co_return true;
    }

    /// Until all is said, or the time is over.
    asio::awaitable<void> run() {
        if (asked_.nudges)
            end_.remind(clock::now() + longest_silence(), [this] { nudge_it(); });
        end_.watch(over_->descriptor());
        if (asked_.speaks == question::protocol::socks4)
            co_await ask_socks4();
        else if (asked_.speaks == question::protocol::tls)
            co_await ask_tls();
        else
            co_await ask_socks5();
        if (over_)
            hang_up();
    }

    [[nodiscard]] bool is_cut_off() const { return end_.has_come(); }

  private:
    asio::awaitable<void> ask_socks4() {
        where_.enter(phase::request);
        proto::message_buffer message{socks4::max_request};
        put_socks4_request(message);
        const auto start = clock::now();
        co_await send(message_kind::socks4_request, message.view());
        const bool begun = co_await fill_some(out_.reply, socks4::reply_size);
        if (!begun)
            co_return;
        if (out_.reply[0] != 0x00 && out_.reply[0] != socks4::version) {
            out_.foreign.swap(out_.reply);
            co_await hear_stranger();
            co_return;
        }
        const bool whole = co_await fill(out_.reply, socks4::reply_size);
        out_.spans.request = milliseconds_since(start);
        if (out_.reply.size() > 1)
            out_.code = out_.reply[1];
        const auto said = socks4::decode_reply(out_.reply);
        if (said)
            out_.bound = said->bound;
        tell(message_kind::socks4_reply, direction::from_proxy, out_.reply);
        if (whole)
            co_await granted_or_not(*out_.code == socks4::granted);
    }

    asio::awaitable<void> ask_tls() {
        const bool secured = co_await secure();
        if (secured)
            co_await ask_socks5();
    }

    // A certificate is looked at, not judged: nothing secret is sent inside.
    asio::awaitable<bool> secure() {
        tls_settings trust = hop_.trust;
        trust.insecure = true;
        end_.leave();
        auto handshake = net::start_tls(over_, trust, hop_.host, where_);
        const milliseconds limit = asked_.limit;
        const auto done = co_await within(
            limit == milliseconds{0} ? tls_patience : std::min(limit, tls_patience),
            std::move(handshake));
        if (!done) {
            out_.how = ending::timeout;
            out_.at = phase::tls;
            co_return false;
        }
        if (!*done) {
            out_.how = ending::answered;
            out_.at = phase::tls;
            out_.failed = done->error();
            co_return false;
        }
        end_.watch(over_->descriptor());
        out_.tls = dynamic_cast<const tls_stream&>(*over_).summary();
        co_return true;
    }

    asio::awaitable<void> ask_socks5() {
        where_.enter(phase::method);
        if (asked_.pipelined)
            co_await send_together();
        else
            co_await send_greeting();
        if (!co_await hear_method())
            co_return;
        if (const auto method = static_cast<socks5::method>(*out_.method);
            method == socks5::method::password) {
            if (!co_await log_in())
                co_return;
        } else if (
            method == socks5::method::gost_tls || method == socks5::method::gost_tls_password) {
            co_await secure(); // no login follows
            co_return;
        } else if (method != socks5::method::none) {
            co_return;
        }
        if (asked_.asks)
            co_await ask_request();
    }

    asio::awaitable<void> send_greeting() {
        proto::message_buffer message{socks5::max_greeting};
        socks5::encode_greeting(message, asked_.methods);
        begun_ = clock::now();
        co_await send(message_kind::socks5_greeting, message.view());
    }

    // One write: what is looked for is whether the proxy takes it apart.
    asio::awaitable<void> send_together() {
        proto::message_buffer all{
            socks5::max_greeting + socks5::max_userpass + socks5::max_request};
        const auto add = [&](message_kind kind, auto write) {
            const std::size_t begin = all.size();
            write();
            tell(kind, direction::to_proxy, all.view().subspan(begin));
        };
        add(message_kind::socks5_greeting, [&] { socks5::encode_greeting(all, asked_.methods); });
        if (asked_.log_in)
            add(message_kind::userpass_request, [&] { put_login(all); });
        add(message_kind::socks5_request, [&] { put_request(all); });
        begun_ = clock::now();
        co_await over_->write(all.view());
    }

    // True if the conversation goes on behind it.
    asio::awaitable<bool> hear_method() {
        std::vector<std::uint8_t> said;
        const bool begun = co_await fill_some(said, socks5::method_selection_size);
        end_.forget();
        if (!begun)
            co_return false;
        if (said[0] != socks5::version) {
            out_.foreign.swap(said);
            co_await hear_stranger();
            co_return false;
        }
        if (!co_await fill(said, socks5::method_selection_size)) {
            out_.foreign = std::move(said);
            co_return false;
        }
        tell(message_kind::socks5_method_selection, direction::from_proxy, said);
        out_.spans.method = milliseconds_since(begun_);
        out_.method = said[1];
        settled(phase::method);
        const auto method = static_cast<socks5::method>(said[1]);
        const auto& offered = asked_.methods;
        co_return std::find(offered.begin(), offered.end(), method) != offered.end();
    }

    [[nodiscard]] milliseconds longest_silence() const {
        return asked_.limit == milliseconds{0} ? most_silence
                                               : std::min(asked_.limit / 2, most_silence);
    }

    void nudge_it() {
        tell(message_kind::foreign, direction::to_proxy, nudge);
        over_->try_write(nudge);
    }

    asio::awaitable<bool> log_in() {
        if (!asked_.log_in)
            co_return false;
        where_.enter(phase::auth);
        if (!asked_.pipelined) {
            begun_ = clock::now();
            proto::message_buffer message{socks5::max_userpass};
            put_login(message);
            co_await send(message_kind::userpass_request, message.view());
        }
        std::vector<std::uint8_t> said;
        const bool whole = co_await fill(said, socks5::userpass_status_size);
        if (!said.empty())
            out_.auth_version = said[0];
        if (!whole)
            co_return false;
        tell(message_kind::userpass_status, direction::from_proxy, said);
        out_.spans.auth = milliseconds_since(begun_);
        out_.auth_status = said[1];
        settled(phase::auth);
        co_return said[1] == 0;
    }

    asio::awaitable<void> ask_request() {
        where_.enter(phase::request);
        if (!asked_.pipelined) {
            begun_ = clock::now();
            proto::message_buffer message{socks5::max_request};
            put_request(message);
            co_await send(message_kind::socks5_request, message.view());
        }
        if (!co_await fill(out_.reply, 2)) {
            if (!out_.reply.empty() && out_.reply[0] != socks5::version)
                out_.foreign = std::exchange(out_.reply, {});
            co_return;
        }
        if (out_.reply[0] != socks5::version) {
            out_.foreign.swap(out_.reply);
            co_await hear_stranger();
            co_return;
        }
        out_.code = out_.reply[1];
        out_.spans.request = milliseconds_since(begun_);
        const bool granted = *out_.code == socks5::succeeded;
        const bool whole = co_await hear_bound(granted);
        tell(message_kind::socks5_reply, direction::from_proxy, out_.reply);
        if (whole || !granted)
            co_await granted_or_not(granted);
    }

    // What follows REP. An error is known without it, so that it gets a short time only.
    asio::awaitable<bool> hear_bound(bool granted) {
        auto rest = hear_address();
        bool whole = false;
        if (granted) {
            whole = co_await std::move(rest);
        } else {
            const auto heard = co_await within(grace, std::move(rest));
            whole = heard && *heard;
            out_.how = ending::answered;
        }
        out_.spans.request = milliseconds_since(begun_);
        if (auto said = socks5::decode_reply(out_.reply))
            out_.bound = std::move(said->bound);
        co_return whole;
    }

    asio::awaitable<bool> hear_address() {
        if (!co_await fill(out_.reply, socks5::reply_prefix))
            co_return false;
        const auto size = socks5::reply_size(out_.reply);
        if (!size && *out_.code == socks5::succeeded) { // an unknown type has no length
            settled(phase::request);
            co_return false;
        }
        co_return co_await fill(out_.reply, size.value_or(usual_reply)); // Tor refuses in type 0
    }

    asio::awaitable<void> granted_or_not(bool granted) {
        settled(phase::request);
        if (!granted || asked_.lingers == milliseconds{0})
            co_return;
        std::array<std::uint8_t, 256> buffer{};
        auto reading = over_->read_some(buffer);
        const auto got = co_await within(asked_.lingers, std::move(reading));
        if (got && got->size > 0)
            out_.payload.assign(buffer.data(), buffer.data() + got->size);
        else if (got && !is_cut_off())
            out_.closed_at_once = true;
    }

    void put_login(proto::message_buffer& out) const {
        const auto& login = *hop_.login;
        socks5::encode_userpass(
            out, login.user, login.password ? login.password->reveal() : std::string_view{});
    }

    void put_request(proto::message_buffer& out) const {
        socks5::encode_request(
            out, static_cast<socks5::command>(asked_.asks->command), asked_.asks->destination);
    }

    // The user name is for a proxy that is known to want it: one asked for SOCKS4.
    void put_socks4_request(proto::message_buffer& out) const {
        const bool is_meant = hop_.login && hop_.protocol == proxy_protocol::socks4;
        socks4::encode_request(
            out, static_cast<socks4::command>(asked_.asks->command), asked_.asks->destination,
            is_meant ? std::string_view{hop_.login->user} : std::string_view{});
    }

    // What is left unread would turn the close into a reset.
    void hang_up() {
        std::array<std::uint8_t, 512> rest; // NOLINT: thrown away
        over_->try_read(rest);
        end_.leave();
        over_.reset();
    }

    const connect_options& options_;
    const proxy_spec& hop_;
    const question& asked_;
    cut_off end_;
    clock::time_point begun_{};
};

// An address that is known: dialling takes nothing but the connection, and ends by itself.
bool is_plain(const connect_options& options) {
    const proxy_spec& hop = options.chain.front();
    return options.chain.size() == 1 && !hop.tls && hop.unix_path.empty() &&
           net::ip_literal(hop.host).has_value();
}

void cut_short(const net::setup& where, answer& out) {
    if (out.failed) { // by the cut
        out.failed.reset();
        out.how = ending::timeout;
        out.at = phase::tls;
        return;
    }
    const bool is_known = !out.foreign.empty() || out.code.value_or(0) != 0;
    if (!is_known && out.how == ending::answered)
        return;
    out.how = is_known ? ending::answered : ending::timeout; // answered but for the rest of it
    out.at = where.at();
}

} // namespace

asio::awaitable<answer> converse(const connect_options& options, const question& asked) {
    answer out;
    net::setup where{options.handshake.watch};
    if (asked.limit != milliseconds::zero())
        where.ends_at(clock::now() + asked.limit);
    conversation talk{options, asked, co_await asio::this_coro::executor, where, out};
    std::optional<bool> reached;
    if (is_plain(options)) {
        where.asks_briefly();
        reached = co_await talk.reach();
    } else {
        auto reaching = talk.reach();
        reached = co_await within(asked.limit, std::move(reaching));
    }
    const bool is_late = !reached || (!*reached && clock::now() >= where.end());
    if (is_late) {
        out.how = ending::unreachable;
        out.failed = net::timed_out(where, asked.limit);
    } else if (*reached) {
        co_await talk.run();
        if (talk.is_cut_off())
            cut_short(where, out);
    }
    if (options.handshake.watch != nullptr)
        options.handshake.watch->on_end();
    co_return out;
}

} // namespace sockscat::probing
