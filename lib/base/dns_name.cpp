// SPDX-License-Identifier: MIT
#include <sockscat/dns_name.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>

namespace sockscat {
namespace {

constexpr std::array<std::string_view, 2> domains_without_dns{"onion", "i2p"};

bool is_same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

std::string_view last_label(std::string_view name) {
    if (name.ends_with('.'))
        name.remove_suffix(1);
    return name.substr(name.rfind('.') + 1); // npos + 1 is 0
}

} // namespace

std::string reverse_name(const host& ip) {
    std::string out;
    if (const auto* v4 = std::get_if<ipv4_address>(&ip)) {
        for (auto byte = v4->bytes.rbegin(); byte != v4->bytes.rend(); ++byte)
            out += std::to_string(*byte) + ".";
        return out + "in-addr.arpa";
    }
    const auto digits = hex(std::get<ipv6_address>(ip).bytes);
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit)
        (out += *digit) += '.';
    return out + "ip6.arpa";
}

result<void> check_dns_name(std::string_view name) {
    if (name == ".")
        return {};
    if (name.size() > 253)
        return usage_error(
            "a name in DNS has at most 253 bytes, this one has " + std::to_string(name.size()));
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        if (end == begin || end - begin > 63)
            return usage_error(
                "a label in DNS has 1 to 63 bytes, " + quote(name) + " has one with " +
                std::to_string(end - begin));
        begin = end + 1;
    }
    return {};
}

bool has_no_dns(std::string_view name) {
    const std::string_view domain = last_label(name);
    return std::any_of(
        domains_without_dns.begin(), domains_without_dns.end(),
        [&](std::string_view each) { return is_same(domain, each); });
}

} // namespace sockscat
