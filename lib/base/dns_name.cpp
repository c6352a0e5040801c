// SPDX-License-Identifier: MIT
#include <sockscat/dns_name.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace sockscat {
namespace {

constexpr std::array<std::string_view, 2> domains_without_dns{"onion", "i2p"};

bool is_same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

std::string last_label(std::string_view name) {
    if (name.ends_with('.'))
        name.remove_suffix(1);
    const auto labels = dns_labels(name);
    if (labels)
        return labels.value().empty() ? "" : labels.value().back();
    return std::string{name.substr(name.rfind('.') + 1)}; // npos + 1 is 0
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

struct unescaped {
    std::size_t length{0}; // of the text; 0 if the escape is broken
    char byte{0};
};

// Of a text that begins with a backslash.
unescaped unescape(std::string_view text) {
    if (text.size() < 2)
        return {};
    if (!is_digit(text[1]))
        return {2, text[1]};
    if (text.size() < 4 || !is_digit(text[2]) || !is_digit(text[3]))
        return {};
    const int value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    return value > 255 ? unescaped{} : unescaped{4, static_cast<char>(value)};
}

error bad_label(std::string_view name, std::size_t size) {
    return usage_error(
        "a DNS label has 1 to 63 bytes, but " + quote_value(name) + " has one with " +
        std::to_string(size));
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

result<std::vector<std::string>> dns_labels(std::string_view name) {
    std::vector<std::string> labels;
    if (name == ".")
        return labels;
    std::string label;
    std::size_t size = 0; // with the dots between
    for (std::string_view rest = name; !rest.empty();) {
        unescaped next{1, rest.front()};
        if (rest.front() == '\\')
            next = unescape(rest);
        if (next.length == 0)
            return usage_error(
                "a backslash in a DNS name is followed by three digits (at most 255) or one "
                "character, unlike in " +
                quote_value(name));
        const bool is_end = next.length == 1 && next.byte == '.';
        if (is_end && (label.empty() || label.size() > 63))
            return bad_label(name, label.size());
        if (is_end)
            labels.push_back(std::exchange(label, {}));
        else
            label += next.byte;
        ++size;
        rest.remove_prefix(next.length);
    }
    if (label.empty() || label.size() > 63)
        return bad_label(name, label.size());
    if (size > 253)
        return usage_error(
            "a DNS name has at most 253 bytes, but this one has " + std::to_string(size));
    labels.push_back(std::move(label));
    return labels;
}

result<void> check_dns_name(std::string_view name) {
    auto labels = dns_labels(name);
    return labels ? result<void>{} : labels.error();
}

result<host> parse_dns_name(std::string_view text) {
    const bool is_dot_escaped =
        text.ends_with("\\.") && !dns_labels(text.substr(0, text.size() - 1));
    if (text.size() > 1 && text != ".." && text.ends_with('.') && !is_dot_escaped)
        text.remove_suffix(1);
    if (auto labels = dns_labels(text); !labels)
        return labels.error();
    return host{host_name{std::string{text}}};
}

std::string to_dns_text(std::string_view raw) {
    static constexpr std::string_view special = "\\\";();@$"; // to whoever reads zone files
    std::string out;
    for (const char c : raw) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7F) {
            std::array<char, 8> code{};
            std::snprintf(code.data(), code.size(), "\\%03u", byte);
            out += code.data();
            continue;
        }
        if (special.find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
    return out;
}

bool has_no_dns(std::string_view name) {
    const std::string domain = last_label(name);
    return std::any_of(
        domains_without_dns.begin(), domains_without_dns.end(),
        [&](std::string_view each) { return is_same(domain, each); });
}

} // namespace sockscat
