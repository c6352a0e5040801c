// SPDX-License-Identifier: MIT
// Hints about methods and credentials.
#include "hint_parts.hpp"

#include <algorithm>

namespace sockscat::cli {
namespace {

bool is_isolated(const proxy_spec& hop) {
    return hop.login && hop.login->user.starts_with("<torS0X>");
}

// What is offered without --auth was left out of it; what is not comes in its place.
std::string how_to_offer(const auth_method_entry& method) {
    const std::string word{method.word};
    return method.is_usual ? "add " + word + " to --auth" : "--auth " + word;
}

// Methods that are only offered on request.
bool offers_rare(const connect_options& options) {
    const auto& methods = options.handshake.methods;
    return std::any_of(methods.begin(), methods.end(), [](auth_method each) {
        return !find_method(each)->is_usual;
    });
}

std::string for_gssapi(const connect_options& options) {
    const std::string& service = options.handshake.gssapi_service;
    const bool is_default = service == handshake_options{}.gssapi_service;
    return "kinit gets a ticket, klist lists them; " +
           (is_default ? "the service is " + service + " unless --gssapi-service names another"
                       : "does the proxy have a principal for the service " + service + "?");
}

} // namespace

// The proxy chose a method that was not offered: how to offer it.
std::string hint_for_unoffered(
    const error& why, const connect_options& options, const hint_context& context) {
    const proxy_spec& hop = hop_of(why, options);
    if (why.code == auth_method::password && !hop.login)
        return credentials_wanted(
            "if the proxy requires a user name and password", options, context);
    if (!is_last(why, options))
        return "--auth applies to the last proxy of a chain only";
    const auto* const chosen = find_method(static_cast<auth_method>(why.code.value()));
    if (chosen == nullptr)
        return "sockscat probe shows which methods the proxy accepts";
    if (chosen->method == auth_method::none && is_isolated(hop))
        return "--isolate offers only user name and password";
    const bool lacks_login = chosen->needs_login && !hop.login;
    return "if the proxy " + std::string{chosen->demand} + ": " + how_to_offer(*chosen) +
           (lacks_login ? ", with " + credentials_options(options) : "");
}

std::string hint_for_no_method(
    const error& why, const connect_options& options, const hint_context& context) {
    if (why.code == std::errc::not_supported) // schemes of HTTP
        return "sockscat supports only Basic; a helper on this machine, such as px or cntlm, may "
               "support what the proxy offers";
    if (offers_rare(options) && is_last(why, options))
        return "without --auth, \"none\" is offered, and also \"password\" if credentials are "
               "given";
    if (!offers_password(why, options) && hop_of(why, options).login)
        return "the proxy may require the user name and password: add password to --auth";
    if (!offers_password(why, options))
        return credentials_wanted(
            "the proxy probably requires a user name and password", options, context);
    if (is_isolated(hop_of(why, options)))
        return "--isolate logs in with made-up credentials, which only proxies such as Tor accept";
    return options.handshake.methods.empty()
               ? ""
               : "without --auth, both \"none\" and \"password\" are offered";
}

std::string hint_for_credentials(const error& why, const connect_options& options) {
    if (why.code.category() == gssapi_category())
        return for_gssapi(options);
    if (why.code.category() == socks4_reply_category())
        return "the proxy asks identd who you are; --proxy-user NAME sets the SOCKS4 user id";
    const auto& login = hop_of(why, options).login;
    if (login && login->password && login->password->empty())
        return "the password is empty";
    if (login && !login->password)
        return password_options(options);
    return "";
}

} // namespace sockscat::cli
