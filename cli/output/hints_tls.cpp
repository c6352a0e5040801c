// SPDX-License-Identifier: MIT
// Hints about TLS with a hop or the target.
#include "hint_parts.hpp"

#include <sockscat/tls.hpp>

#include <string>

namespace sockscat::cli {
namespace {

// The options of one connection: those of a proxy, of one of several, or of the target.
class tls_options_of {
  public:
    tls_options_of(const error& why, const connect_options& options)
        : is_proxy_{why.hop == hop_of(why, options).label()}, is_in_url_{options.chain.size() > 1} {
        if (is_proxy_)
            settings_ = &hop_of(why, options).trust;
        else if (options.tls)
            settings_ = &*options.tls;
    }

    [[nodiscard]] bool is_proxy() const { return is_proxy_; }
    /// "--proxy-cacert FILE", "cacert=FILE in its URL"
    [[nodiscard]] std::string setting(const std::string& name, const std::string& value) const {
        if (is_proxy_ && is_in_url_)
            return name + "=" + value + " in its URL";
        return option(name) + (value.empty() ? "" : " " + value);
    }
    /// "--proxy-cacert", also where it came from the URL
    [[nodiscard]] std::string option(const std::string& name) const {
        return (is_proxy_ ? "--proxy-" : "--") + name;
    }
    [[nodiscard]] bool has(std::string tls_settings::*which) const {
        return settings_ != nullptr && !(settings_->*which).empty();
    }

  private:
    bool is_proxy_;
    bool is_in_url_;
    const tls_settings* settings_{nullptr};
};

std::string for_no_tls(const error& why, const proxy_spec& hop, bool is_proxy) {
    if (!is_proxy)
        return "leave out --tls if the target speaks no TLS";
    if (why.looks_like == peer_kind::socks4 || why.looks_like == peer_kind::socks5)
        return "write the URL without +tls: it is a SOCKS proxy that speaks no TLS";
    return hop.protocol == proxy_protocol::http
               ? "write http://, without the s, if the proxy speaks no TLS"
               : "write the URL without +tls if the proxy speaks no TLS";
}

} // namespace

std::string hint_for_tls(const error& why, const connect_options& options) {
    const tls_options_of its{why, options};
    if (why.code == tls_errc::not_trusted)
        return its.has(&tls_settings::cacert)
                   ? "the file of " + its.option("cacert") +
                         " does not hold the authority that signed it"
                   : its.setting("cacert", "FILE") + " names the authority to trust";
    if (why.code == tls_errc::wrong_name)
        return its.has(&tls_settings::servername)
                   ? "the name of " + its.option("servername") + " is not one of them"
                   : its.setting("servername", "NAME") + " says which name to expect";
    if (why.code == tls_errc::no_names)
        return "it needs a new certificate; " +
               (its.is_proxy() && options.chain.size() > 1 ? "insecure=1 in its URL"
                                                           : its.option("insecure")) +
               " accepts this one, like any other";
    if (why.code == tls_errc::out_of_date)
        return "is the clock of this machine right?";
    if (why.code == tls_errc::certificate_required)
        return its.setting("cert", "FILE") + " shows a client certificate";
    if (is_about_our_certificate(why.code))
        return "does " + its.option("cert") + " name a certificate that it knows?";
    if (why.code == tls_errc::no_tls || why.code == tls_errc::closed)
        return for_no_tls(why, hop_of(why, options), its.is_proxy());
    return "";
}

} // namespace sockscat::cli
