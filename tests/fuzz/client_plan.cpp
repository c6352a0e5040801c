// SPDX-License-Identifier: MIT
#include "client_plan.hpp"

#include <array>

namespace sockscat::fuzz {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 3> places{"192.0.2.1", "198.51.100.2", "2001:db8::3"};
constexpr std::array<milliseconds, 4> limits{
    milliseconds{50}, milliseconds{350}, milliseconds{1'000}, milliseconds{3'000}};
constexpr std::array<milliseconds, 4> pauses{
    milliseconds{20}, milliseconds{300}, milliseconds{500}, milliseconds{5'000}};

model_hop hop_from(source& input, std::size_t index, std::size_t count) {
    const unsigned choice = input.byte();
    model_hop hop;
    hop.protocol = static_cast<model_hop::speaks>(choice % 3);
    hop.place = {parse_ip(places[index]).value(), static_cast<std::uint16_t>(1080 + index)};
    if ((choice & 4U) != 0) {
        hop.user = "user" + std::to_string(index);
        hop.has_login = true;
        if (hop.protocol != model_hop::speaks::socks4)
            hop.password = std::to_string(index) + std::string{password_mark};
    }
    hop.methods = {0};
    if (hop.has_login)
        hop.methods.push_back(2);
    if (index + 1 < count || hop.protocol != model_hop::speaks::socks5)
        return hop;
    const unsigned offer = input.byte();
    std::vector<std::uint8_t> methods;
    if ((offer & 1U) != 0)
        methods.push_back(0);
    if ((offer & 2U) != 0 && hop.has_login)
        methods.push_back(2);
    if ((offer & 4U) != 0 && hop.has_login)
        methods.push_back(3);
    if ((offer & 8U) != 0)
        methods.push_back(own_method);
    if (!methods.empty())
        hop.methods = methods;
    hop.pipelines = (offer & 16U) != 0 && (methods == std::vector<std::uint8_t>{0} ||
                                           methods == std::vector<std::uint8_t>{2});
    return hop;
}

address destination_from(unsigned choice, asked_for what) {
    const bool is_lookup = what == asked_for::resolve || what == asked_for::resolve_ptr;
    const std::uint16_t port = is_lookup ? 0 : 443;
    if (what == asked_for::resolve_ptr)
        return {parse_ip("192.0.2.99").value(), port};
    switch (choice % 3) {
    case 0:
        return {host_name{"target.test"}, port};
    case 1:
        return {parse_ip("192.0.2.99").value(), port};
    default:
        return {parse_ip("2001:db8::99").value(), port};
    }
}

std::string scheme_of(const model_hop& hop) {
    switch (hop.protocol) {
    case model_hop::speaks::socks4:
        return "socks4a://";
    case model_hop::speaks::http:
        return "http://";
    case model_hop::speaks::socks5:
        break;
    }
    return "socks5h://";
}

// Says "k", wants "K".
asio::awaitable<result<std::unique_ptr<stream>>> own_authentication(std::unique_ptr<stream> over) {
    const std::uint8_t question = 'k';
    std::uint8_t answer = 0;
    co_await over->write({&question, 1});
    const io_result got = co_await over->read_some({&answer, 1});
    if (got.code || got.size == 0 || answer != 'K')
        co_return error{failure::credentials, phase::auth, "it does not say K"};
    co_return std::move(over);
}

} // namespace

client_plan plan_from(source& input) {
    client_plan plan;
    const unsigned choice = input.byte();
    plan.what = static_cast<asked_for>((choice >> 2U) % 5);
    const std::size_t count = 1 + choice % 3;
    for (std::size_t i = 0; i < count; ++i)
        plan.hops.push_back(hop_from(input, i, count));
    const unsigned more = input.byte();
    plan.destination = destination_from(more & 3U, plan.what);
    plan.limit = limits[(more >> 2U) & 3U];
    plan.ends = static_cast<ending>(((more >> 4U) & 3U) % 3);
    if ((more & 0x40U) != 0)
        plan.cancel_after = milliseconds{1 + 4 * input.byte()};
    if ((more & 0x80U) != 0) {
        for (std::size_t i = 0, at = 0; i < 2; ++i) {
            at += input.byte();
            plan.pauses.push_back({at, pauses[input.byte() % pauses.size()]});
        }
    }
    plan.pieces = input.piece(4);
    plan.said = input.rest();
    return plan;
}

connect_options client_plan::options() const {
    connect_options out;
    out.time_limit = limit;
    for (const model_hop& each : hops) {
        const std::string login = each.has_login ? each.user + ":" + each.password + "@" : "";
        const bool has_password = !each.password.empty();
        auto parsed = parse_proxy_url(
            scheme_of(each) + (has_password || login.empty() ? login : each.user + "@") +
            to_string(each.place));
        must(static_cast<bool>(parsed), "a good URL was refused");
        out.chain.push_back(std::move(parsed).value());
    }
    const model_hop& last = hops.back();
    if (last.protocol != model_hop::speaks::socks5)
        return out;
    for (const std::uint8_t each : last.methods)
        if (each != own_method)
            out.handshake.methods.push_back(auth_method{each});
    if (last.methods.back() == own_method) {
        authenticator own;
        own.method = own_method;
        own.run = own_authentication;
        out.handshake.authenticators.push_back(std::move(own));
    }
    out.handshake.pipeline = last.pipelines;
    return out;
}

peer_script client_plan::script() const {
    peer_script out;
    out.bytes = said;
    out.pauses = pauses;
    out.ends = ends;
    return out;
}

} // namespace sockscat::fuzz
