// SPDX-License-Identifier: MIT
#include "hints.hpp"

#include <sockscat/dns_client.hpp>
#include <sockscat/tls.hpp>

#include <algorithm>
#include <optional>

namespace sockscat::cli {
namespace {

constexpr const char* without_pipeline =
    "try without --pipeline: many proxies lose what is sent ahead";

constexpr const char* no_caller =
    "the proxy may have waited long enough, or not have liked who called";

// The hop that the error is about.
const proxy_spec& hop_of(const error& why, const connect_options& options) {
    for (const proxy_spec& hop : options.chain)
        if (hop.label() == why.hop)
            return hop;
    return options.chain.back();
}

bool is_last(const error& why, const connect_options& options) {
    return &hop_of(why, options) == &options.chain.back();
}

// In a chain an option may fit several hops; the URL is always right.
std::string credentials_options(const connect_options& options) {
    return options.chain.size() > 1 ? "user@ and ?password-file=FILE in its URL"
                                    : "--proxy-user NAME --proxy-ask-password";
}

bool has_user(const connect_options& options) {
    return std::any_of(options.chain.begin(), options.chain.end(), [](const proxy_spec& each) {
        return each.login.has_value();
    });
}

// `wish`: why credentials are needed, up to the colon.
std::string credentials_wanted(
    const std::string& wish, const connect_options& options, const hint_context& context) {
    if (!context.has_environment_password || has_user(options))
        return wish + ": " + credentials_options(options);
    return "$SOCKSCAT_PASSWORD is set, but no user name is given: " +
           std::string{options.chain.size() > 1 ? "user@ in its URL" : "--proxy-user NAME"};
}

// Once the method is chosen, what is missing may have been lost with the first message.
bool may_be_pipelining(const error& why, const connect_options& options) {
    return options.handshake.pipeline && (why.at == phase::auth || why.at == phase::request);
}

std::string for_stranger(peer_kind kind) {
    switch (kind) {
    case peer_kind::http:
        return "if it is an HTTP proxy: -x http://HOST:PORT";
    case peer_kind::ssh:
        return "ssh -D PORT makes a SOCKS proxy of an SSH server; give its PORT here";
    case peer_kind::tls:
        return "try TLS: -x socks5h+tls://..., or https:// for an HTTP proxy";
    case peer_kind::mail_or_ftp:
        return "is this the right port?";
    case peer_kind::socks4:
        return "try -x socks4a://...";
    case peer_kind::socks5:
        return "try -x socks5h://...";
    case peer_kind::socks6:
    case peer_kind::unknown:
        break;
    }
    return "";
}

// Of the last hop.
bool offers(const connect_options& options, auth_method wanted) {
    const auto& methods = options.handshake.methods;
    return std::find(methods.begin(), methods.end(), wanted) != methods.end();
}

bool offers_password(const error& why, const connect_options& options) {
    const proxy_spec& hop = hop_of(why, options);
    const auto& methods = options.handshake.methods;
    return methods.empty() || &hop != &options.chain.back()
               ? hop.login.has_value()
               : offers(options, auth_method::password);
}

bool is_isolated(const proxy_spec& hop) {
    return hop.login && hop.login->user.starts_with("<torS0X>");
}

// What is offered without --auth was left out of it; what is not comes in its place.
std::string how_to_offer(const auth_method_entry& method) {
    const std::string word{method.word};
    return method.is_usual ? "add " + word + " to --auth" : "--auth " + word;
}

// The proxy chose a method that was not offered: how to offer it.
std::string for_unoffered(
    const error& why, const connect_options& options, const hint_context& context) {
    const proxy_spec& hop = hop_of(why, options);
    if (why.code == auth_method::password && !hop.login)
        return credentials_wanted("if the proxy wants a user name and password", options, context);
    if (!is_last(why, options))
        return "only the last proxy of a chain is offered what --auth names";
    const auto* const chosen = find_method(static_cast<auth_method>(why.code.value()));
    if (chosen == nullptr)
        return "sockscat probe shows which methods the proxy accepts";
    if (chosen->method == auth_method::none && is_isolated(hop))
        return "--isolate offers a user name and password alone";
    const bool lacks_login = chosen->needs_login && !hop.login;
    return "if the proxy " + std::string{chosen->demand} + ": " + how_to_offer(*chosen) +
           (lacks_login ? ", with " + credentials_options(options) : "");
}

std::string for_weak_protection(const connect_options& options) {
    const bool is_private = options.handshake.protection == gssapi_protection::confidentiality;
    return "if less protection will do: --gssapi-protection " +
           std::string{is_private ? "integrity, or none" : "none"};
}

std::string for_protocol(
    const error& why, const connect_options& options, const hint_context& context) {
    if (why.code.category() == socks5_method_category())
        return for_unoffered(why, options, context);
    if (why.code == std::errc::not_supported)
        return for_weak_protection(options);
    if (why.code == std::errc::address_not_available) // of a UDP relay
        return "--relay=proxy sends to the proxy itself, --relay=reply to whatever it says, "
               "--relay=HOST:PORT elsewhere";
    const std::string hint = for_stranger(why.looks_like);
    if (!hint.empty())
        return hint;
    return options.handshake.pipeline ? without_pipeline : "";
}

// Methods that nobody is offered without asking for them.
bool offers_rare(const connect_options& options) {
    const auto& methods = options.handshake.methods;
    return std::any_of(methods.begin(), methods.end(), [](auth_method each) {
        return !find_method(each)->is_usual;
    });
}

std::string for_no_method(
    const error& why, const connect_options& options, const hint_context& context) {
    if (offers_rare(options) && is_last(why, options))
        return "without --auth none is offered, and password when there are credentials";
    if (!offers_password(why, options) && hop_of(why, options).login)
        return "the proxy may want the user name and password: add password to --auth";
    if (!offers_password(why, options))
        return credentials_wanted(
            "the proxy probably wants a user name and password", options, context);
    if (is_isolated(hop_of(why, options)))
        return "--isolate logs in, which only a proxy like Tor accepts without knowing the user";
    return options.handshake.methods.empty() ? ""
                                             : "without --auth both none and password are offered";
}

std::string for_credentials(const error& why, const connect_options& options) {
    if (why.code.category() == gssapi_category())
        return "kinit gets a ticket, klist shows what there is; the proxy's service is " +
               options.handshake.gssapi_service + " unless --gssapi-service says otherwise";
    if (why.code.category() == socks4_reply_category())
        return "the proxy asks identd who you are; --proxy-user NAME sets the SOCKS4 user id";
    const auto& login = hop_of(why, options).login;
    if (login && login->password && login->password->empty())
        return "the password that was read is empty";
    if (login && !login->password && options.chain.size() > 1)
        return "no password was given: ?password-file=FILE in its URL";
    if (login && !login->password)
        return "no password was given: --proxy-ask-password, --proxy-password-file FILE or "
               "$SOCKSCAT_PASSWORD";
    return "";
}

std::string for_closed(const error& why, const connect_options& options, std::string_view command) {
    if (may_be_pipelining(why, options))
        return without_pipeline;
    if (hop_of(why, options).protocol == proxy_protocol::http)
        return "it may want TLS, which is https://, or be no HTTP proxy at all";
    if (why.at == phase::accept)
        return no_caller;
    if (why.at == phase::request && command != "connect")
        return "a proxy that does not have the command, like ssh -D, may close like this";
    if (why.at == phase::request)
        return "ssh -D closes like this whenever it cannot reach the destination, other proxies "
               "when they do not allow it";
    if (why.at == phase::auth)
        return "a proxy may close like this when it rejects the user name or password";
    return "it may want another authentication method, refuse this client, be a TLS port or no "
           "SOCKS proxy at all";
}

// BIND: the first reply was a good one.
std::string for_refused_caller(const std::error_code& reply) {
    if (reply == socks5_reply::not_allowed)
        return "somebody other than PEER may have called, or one whom the proxy's rules keep out";
    return no_caller;
}

std::string for_refused(const error& why, const connect_options& options) {
    if (why.at == phase::accept)
        return for_refused_caller(why.code);
    if (why.code == http_status::unauthorized && hop_of(why, options).login)
        return hop_of(why, options).login->password
                   ? "some HTTP proxies answer a wrong user name or password like this"
                   : "no password was given: --proxy-ask-password, --proxy-password-file FILE or "
                     "$SOCKSCAT_PASSWORD";
    if (why.code == socks5_reply::command_not_supported)
        return "the proxy has no such command, or has it switched off";
    if (why.code == socks5_reply::not_allowed && offers_password(why, options))
        return "some proxies answer a wrong user name or password like this";
    if (why.code == socks5_reply::address_type_not_supported &&
        hop_of(why, options).names == name_resolution::local)
        return "try -x socks5h://... and a host name, so that the proxy resolves it";
    return "";
}

std::string for_tls(const error& why, const connect_options& options) {
    const bool is_proxy = why.hop == hop_of(why, options).label();
    const auto setting = [&](const std::string& name, const std::string& value) {
        if (is_proxy && options.chain.size() > 1)
            return name + "=" + value + " in its URL";
        return (is_proxy ? "--proxy-" : "--") + name + " " + value;
    };
    if (why.code == tls_errc::not_trusted)
        return setting("cacert", "FILE") + " names the authority to trust";
    if (why.code == tls_errc::wrong_name)
        return setting("servername", "NAME") + " says which name to expect";
    if (why.code == tls_errc::out_of_date)
        return "is the clock of this machine right?";
    if (why.code == tls_errc::certificate_required)
        return setting("cert", "FILE") + " shows a client certificate";
    if (why.code == tls_errc::no_tls || why.code == tls_errc::closed)
        return is_proxy ? "write the URL without +tls if the proxy speaks no TLS"
                        : "leave out --tls if the destination speaks no TLS";
    return "";
}

std::string for_timeout(const error& why, const connect_options& options) {
    if (may_be_pipelining(why, options))
        return without_pipeline;
    switch (why.at) {
    case phase::connect:
        return "a firewall may drop the packets; --timeout SECONDS gives more time";
    case phase::tls:
        return "it accepts connections but stays silent: does it speak TLS at this port?";
    case phase::method:
        return "it accepts connections but stays silent: a TLS port, no SOCKS proxy, or one under "
               "load? sockscat probe finds out more";
    case phase::auth:
        return offers(options, auth_method::gssapi) && is_last(why, options)
                   ? "the proxy may be slow to log in to, or the Kerberos KDC does not answer"
                   : "";
    case phase::request:
        return "the proxy may still be trying; --timeout SECONDS gives it more time";
    default:
        return "";
    }
}

// What other commands have no use for; nothing: the usual hint.
std::optional<std::string> for_resolve(const error& why) {
    const bool lacks_command =
        (why.kind == failure::refused && why.code == socks5_reply::command_not_supported) ||
        (why.kind == failure::closed && why.at == phase::request) ||
        why.code == std::errc::function_not_supported;
    if (lacks_command)
        return "the proxy may not have the command: --via tcp, tls or udp do without, and need "
               "--server ADDRESS";
    if (why.code == std::errc::address_not_available) // of a UDP relay
        return "--via tcp does without a UDP relay";
    if (why.code == dns_errc::not_in_dns)
        return "without --server the proxy itself is asked";
    if (why.code == tls_errc::no_tls)
        return "--via tcp if the DNS server speaks no TLS";
    if (why.kind == failure::negative_answer)
        return "";
    return std::nullopt;
}

} // namespace

std::string hint_for(
    const error& why, const connect_options& options, const hint_context& context) {
    const std::string_view command = context.command;
    if (options.chain.empty())
        return "";
    if (auto hint = command == "resolve" ? for_resolve(why) : std::nullopt)
        return *hint;
    switch (why.kind) {
    case failure::protocol:
        return for_protocol(why, options, context);
    case failure::no_method:
        return for_no_method(why, options, context);
    case failure::tls:
        return for_tls(why, options);
    case failure::credentials:
        return for_credentials(why, options);
    case failure::closed:
        return for_closed(why, options, command);
    case failure::refused:
        return for_refused(why, options);
    case failure::timeout:
        return for_timeout(why, options);
    case failure::negative_answer:
        return "with socks5h:// or socks4a:// the proxy resolves the name";
    default:
        return "";
    }
}

} // namespace sockscat::cli
