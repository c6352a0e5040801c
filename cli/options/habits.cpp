// SPDX-License-Identifier: MIT
#include "habits.hpp"

#include "parse.hpp"

#include <sockscat/address.hpp>
#include <sockscat/proxy_spec.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::pair<std::string_view, std::string_view> habits[] = {
    {"-l", "sockscat bind has the proxy accept a connection"},
    {"-u", "datagrams have their own command: sockscat udp HOST PORT"},
    {"-X", "the scheme of the URL is the protocol: -x socks5h://, socks4a:// or http://"},
    {"-p",
     "the target's port follows its host: HOST PORT; the proxy chooses the port it sends from"},
    {"-k", "--proxy-insecure is for TLS with the proxy, --insecure for TLS with the target"},
    {"-U", "--proxy-user NAME, with --proxy-ask-password or --proxy-password-file FILE"},
    {"--socks4", "-x socks4://HOST:PORT"},
    {"--socks4a", "-x socks4a://HOST:PORT"},
    {"--socks5", "-x socks5://HOST:PORT"},
    {"--socks5-hostname", "-x socks5h://HOST:PORT"},
    {"--preproxy", "repeat -x for a chain, nearest proxy first"},
    {"--proxy-type", "the scheme of the URL is the protocol: -x socks5h://, socks4a:// or http://"},
    {"--proxy-auth", "--proxy-user NAME, with --proxy-ask-password or --proxy-password-file FILE"},
};

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "http://HOST:PORT/..." as HOST PORT; empty where that is not certain.
std::string advice_for_url(std::string_view url) {
    const std::size_t mark = url.find("://");
    const std::string scheme{url.substr(0, mark)};
    if (const auto proxy = parse_proxy_url(scheme + "://h"); proxy && !scheme.starts_with("http"))
        return "a proxy is given with -x URL; the operands are the target";
    const std::string_view rest = url.substr(mark + 3);
    const std::string_view place = rest.substr(0, rest.find_first_of("/?#"));
    auto split = parse_destination({std::string{place}});
    const std::string usual = scheme == "http" ? "80" : scheme == "https" ? "443" : scheme;
    const auto port = parse_port(split ? split.value().ports : usual);
    const auto host = split ? result<sockscat::host>{split.value().host} : parse_host(place);
    if (!host || !port)
        return "";
    return "write HOST PORT: " + to_string(host.value()) + " " + std::to_string(port.value()) +
           (scheme == "https" ? ", and --tls" : "");
}

} // namespace

std::string advice_for_habit(std::string_view option) {
    const auto* const found =
        std::find_if(std::begin(habits), std::end(habits), [option](const auto& each) {
            return each.first == option;
        });
    return found == std::end(habits) ? "" : std::string{found->second};
}

std::string advice_for_operands(const std::vector<std::string>& operands, bool is_quiet) {
    const auto url = std::find_if(operands.begin(), operands.end(), [](const std::string& each) {
        return each.find("://") != std::string::npos;
    });
    if (url != operands.end())
        return advice_for_url(*url);
    if (is_quiet && operands.size() > 1 && is_number(operands.front()))
        return "nc's -q SECONDS is --linger SECONDS; here -q prints nothing on stderr";
    return "";
}

bool is_linger_of_nc(const std::vector<std::string>& operands) {
    return operands.size() == 2 && is_number(operands[0]) &&
           operands[1].find_first_of(".:") != std::string::npos;
}

std::string advice_for_no_command(const std::vector<std::string>& words) {
    const auto target = parse_destination(words);
    if (!target || words.front().find_first_of(".:") == std::string::npos)
        return "";
    const auto port = parse_port(target.value().ports);
    return port ? "sockscat connect " + to_string(target.value().host) + " " +
                      std::to_string(port.value())
                : "";
}

error login_in_user_name() {
    return usage_error(
        "--proxy-user takes a name, and this one contains a ':'",
        "a password comes from --proxy-ask-password, --proxy-password-file FILE, "
        "--proxy-password-fd N or $SOCKSCAT_PASSWORD");
}

} // namespace sockscat::cli
