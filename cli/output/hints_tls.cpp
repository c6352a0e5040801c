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
        return "drop --tls if the target does not speak TLS";
    const bool is_socks4 = why.looks_like == peer_kind::socks4;
    const bool is_socks = is_socks4 || why.looks_like == peer_kind::socks5;
    if (is_socks && hop.protocol == proxy_protocol::http)
        return "it is a SOCKS proxy without TLS: try " +
               as_plain_socks(hop, is_socks4 ? "socks4a" : "socks5h");
    if (is_socks)
        return "drop +tls from the URL: it is a SOCKS proxy without TLS";
    return hop.protocol == proxy_protocol::http
               ? "write http://, without the s, if the proxy does not speak TLS"
               : "drop +tls from the URL if the proxy does not speak TLS";
}

} // namespace

std::string hint_for_tls(const error& why, const connect_options& options) {
    const tls_options_of its{why, options};
    if (why.code == tls_errc::not_trusted)
        return its.has(&tls_settings::cacert)
                   ? "the file of " + its.option("cacert") +
                         " does not contain the CA that signed it"
                   : "use " + its.setting("cacert", "FILE") + " to trust another CA";
    if (why.code == tls_errc::wrong_name)
        return its.has(&tls_settings::servername)
                   ? "the name of " + its.option("servername") + " is not one of them"
                   : "use " + its.setting("servername", "NAME") + " to expect another name";
    if (why.code == tls_errc::no_names)
        return "it needs a new certificate; " +
               (its.is_proxy() && options.chain.size() > 1 ? "insecure=1 in its URL"
                                                           : its.option("insecure")) +
               " accepts any certificate, including this one";
    if (why.code == tls_errc::out_of_date)
        return "is the clock of this machine right?";
    if (why.code == tls_errc::certificate_required)
        return "use " + its.setting("cert", "FILE") + " to present a client certificate";
    if (is_about_our_certificate(why.code))
        return "does it know the certificate given by " + its.option("cert") + "?";
    if (why.code == tls_errc::no_tls || why.code == tls_errc::closed)
        return for_no_tls(why, hop_of(why, options), its.is_proxy());
    return "";
}

} // namespace sockscat::cli
