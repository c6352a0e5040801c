// SPDX-License-Identifier: MIT
#include "wire_answers.hpp"

#include "proto/socks4.hpp"
#include "proto/socks5.hpp"

namespace sockscat::tests {
namespace {

address proxy_address() {
    return address{parse_ip("203.0.113.5").value(), 1080};
}

answers begun() {
    answers all;
    all.facts.hop = "203.0.113.5:1080";
    return all;
}

// {00 02}, {00}, {02}, {01 03 7F}
void set_methods(answers& all, answer either, answer none, answer password, const answer& others) {
    all[question::either] = std::move(either);
    all[question::either].proxy = proxy_address();
    all[question::none] = std::move(none);
    all[question::password] = std::move(password);
    all[question::gssapi] = others;
    all[question::chap] = others;
    all[question::control_method] = others;
}

const bytes rep_07 = "05 07 00 01 00 00 00 00 00 00"_hex;

} // namespace

void set_commands(
    answers& all,
    answer connect,
    answer control,
    answer bind,
    answer udp,
    answer resolve,
    answer resolve_ptr) {
    all[question::connect] = std::move(connect);
    all[question::control_command] = std::move(control);
    all[question::bind] = std::move(bind);
    all[question::udp_associate] = std::move(udp);
    all[question::resolve] = std::move(resolve);
    all[question::resolve_ptr] = std::move(resolve_ptr);
}

answer chose(std::uint8_t method) {
    answer out;
    out.how = probing::ending::answered;
    out.at = phase::method;
    out.method = method;
    out.spans.method = 1.5;
    return out;
}

answer hung_up(phase at) {
    answer out;
    out.how = probing::ending::closed;
    out.at = at;
    if (at != phase::method)
        out.method = 0x00;
    return out;
}

answer silent(phase at) {
    answer out = hung_up(at);
    out.how = probing::ending::timeout;
    return out;
}

answer foreign(bytes first) {
    answer out;
    out.how = probing::ending::answered;
    out.at = phase::method;
    out.foreign = std::move(first);
    return out;
}

answer logged_in_with(bytes status) {
    answer out = chose(0x02);
    out.at = phase::auth;
    out.auth_version = status.at(0);
    out.auth_status = status.at(1);
    return out;
}

answer replied(const bytes& wire) {
    answer out;
    out.how = probing::ending::answered;
    out.at = phase::request;
    out.reply = wire;
    out.code = wire.at(1);
    out.spans.request = 2.5;
    if (wire[0] != 0x05) {
        if (const auto said = proto::socks4::decode_reply(wire))
            out.bound = said->bound;
    } else {
        out.method = 0x00;
        if (const auto said = proto::socks5::decode_reply(wire))
            out.bound = said->bound;
    }
    return out;
}

answers microsocks() {
    answers all = begun();
    set_methods(all, chose(0x00), chose(0x00), chose(0xFF), chose(0xFF));
    set_commands(
        all, replied("05 01 00 01 00 00 00 00 00 00"_hex), replied(rep_07), replied(rep_07),
        replied(rep_07), replied(rep_07), replied(rep_07));
    all[question::socks4] = foreign("05 ff"_hex);
    all[question::tls].how = probing::ending::answered;
    all[question::tls].failed.emplace(failure::tls, phase::tls, "closed during the handshake");
    all[question::unpipelined] = all[question::control_command];
    all[question::pipelined] = silent(phase::request);
    return all;
}

answers microsocks_with_password() {
    answers all = microsocks();
    set_methods(all, chose(0x02), chose(0xFF), chose(0x02), chose(0xFF));
    set_commands(all, {}, {}, {}, {}, {}, {});
    all[question::pipelined] = {};
    return all;
}

answers three_proxy() {
    answers all = begun();
    set_methods(all, chose(0x00), chose(0x00), chose(0x00), chose(0x00));
    const bytes own = "05 00 00 01 cb 00 71 05 04 38"_hex; // its own listener
    set_commands(
        all, replied("05 04 00 01 00 00 00 00 00 00"_hex), replied(rep_07), replied(own),
        replied("05 00 00 01 cb 00 71 05 c0 00"_hex), replied(rep_07), replied(rep_07));
    all[question::socks4] = replied("00 5b 00 00 00 00 00 00"_hex);
    all[question::unpipelined] = all[question::control_command];
    all[question::pipelined] = replied(rep_07);
    return all;
}

answers dante() {
    answers all = begun();
    set_methods(all, chose(0x00), chose(0x00), chose(0xFF), chose(0xFF));
    bytes echo = "05 04 00 03 16"_hex;
    const bytes name = text_bytes("sockscat-probe.invalid");
    echo.insert(echo.end(), name.begin(), name.end());
    echo.insert(echo.end(), {0x00, 0x50});
    const bytes fresh = "05 00 00 01 cb 00 71 05 9c 40"_hex;
    set_commands(
        all, replied(echo), hung_up(phase::request), replied(fresh), replied(fresh),
        hung_up(phase::request), hung_up(phase::request));
    all[question::socks4] = hung_up(phase::request);
    all[question::socks4_bind] = replied("00 5a 9c 41 cb 00 71 05"_hex);
    all[question::unpipelined] = all[question::udp_associate];
    all[question::pipelined] = all[question::udp_associate];
    return all;
}

answers openssh() {
    answers all = begun();
    const answer no = hung_up(phase::method);
    set_methods(all, chose(0x00), chose(0x00), no, no);
    const answer closed = hung_up(phase::request);
    set_commands(all, closed, closed, closed, closed, closed, closed);
    all[question::socks4] = closed;
    all[question::socks4_bind] = closed;
    all[question::unpipelined] = closed;
    all[question::pipelined] = closed;
    return all;
}

answers tor() {
    answers all = begun();
    set_methods(all, chose(0x02), chose(0x00), chose(0x02), chose(0xFF));
    const bytes literal = "05 00 00 01 c0 00 02 01 00 00"_hex;
    set_commands(
        all, silent(phase::request), replied("05 01 00 01 00 00 00 00 00 00"_hex), replied(rep_07),
        replied(rep_07), replied(literal), replied("05 04 00 00 00 00 00 00 00 00"_hex));
    all[question::socks4] = replied("00 5b 00 00 00 00 00 00"_hex);
    all[question::socks4a_resolve] = replied("00 5a 00 00 c0 00 02 01"_hex);
    all[question::unpipelined] = all[question::resolve];
    all[question::pipelined] = all[question::resolve];
    return all;
}

answers ss_libev() {
    answers all = begun();
    set_methods(all, chose(0x00), chose(0x00), chose(0xFF), chose(0xFF));
    const answer short_07 = replied("05 07 00 01"_hex);
    set_commands(
        all, replied("05 00 00 01 00 00 00 00 00 00"_hex), short_07, short_07,
        replied("05 00 00 01 00 00 00 00 04 38"_hex), short_07, short_07);
    all[question::socks4] = hung_up(phase::request);
    all[question::socks4_bind] = hung_up(phase::request);
    all[question::unpipelined] = short_07;
    all[question::pipelined] = short_07;
    return all;
}

answers hev() {
    answers all = microsocks();
    all[question::connect] = replied("05 08 00 03 00 00 50"_hex);
    all[question::udp_associate] = replied("05 00 00 01 cb 00 71 05 9c 40"_hex);
    all[question::pipelined] = replied(rep_07);
    return all;
}

answers xray() {
    answers all = begun();
    set_methods(all, chose(0x00), chose(0x00), chose(0xFF), chose(0xFF));
    const answer own = replied("05 00 00 01 cb 00 71 05 04 38"_hex);
    set_commands(all, own, replied(rep_07), replied(rep_07), replied(rep_07), own, own);
    all[question::socks4] = replied("00 5b 00 00 00 00 00 00"_hex);
    all[question::unpipelined] = all[question::control_command];
    all[question::pipelined] = all[question::control_command];
    return all;
}

answers gost() {
    answers all = begun();
    set_methods(all, chose(0x00), chose(0x00), chose(0xFF), chose(0xFF));
    const bytes denied = "05 02 00 01 00 00 00 00 00 00"_hex;
    set_commands(
        all, replied("05 03 00 01 00 00 00 00 00 00"_hex), replied(rep_07), replied(denied),
        replied(denied), replied(rep_07), replied(rep_07));
    all[question::gost_tls] = chose(0x80);
    tls_summary tls;
    tls.version = "TLSv1.3";
    tls.cipher = "TLS_AES_128_GCM_SHA256";
    tls.verify_error = "self-signed certificate";
    all[question::gost_tls].tls = tls;
    all[question::socks4] = hung_up(phase::request);
    all[question::socks4_bind] = hung_up(phase::request);
    all[question::unpipelined] = all[question::control_command];
    all[question::pipelined] = all[question::control_command];
    return all;
}

} // namespace sockscat::tests
