// SPDX-License-Identifier: MIT
#include "url_keys.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <iterator>

namespace sockscat::base {
namespace {

template <class Hop, class T>
auto& member(Hop& hop, T proxy_settings::*which) {
    return hop.*which;
}

template <class Hop, class T>
auto& member(Hop& hop, T tls_settings::*which) {
    return hop.trust.*which;
}

const url_key* find_key(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(url_keys), std::end(url_keys), [&](const url_key& each) {
            return each.name == name;
        });
    return found == std::end(url_keys) ? nullptr : found;
}

std::string key_names() {
    std::string all;
    for (const url_key& each : url_keys)
        all.append(all.empty() ? "" : ", ").append(each.name);
    return all;
}

error given_twice(const url_key& key) {
    return usage_error("key " + quote(key.name) + " is given twice in the proxy URL");
}

result<void> set(const url_key& key, std::string_view text, bool& flag) {
    if (text != "1")
        return usage_error("key " + quote(key.name) + " of the proxy URL can only be 1");
    if (flag)
        return given_twice(key);
    flag = true;
    return {};
}

result<void> set(const url_key& key, std::string_view text, std::string& place) {
    const std::string name = quote(key.name);
    auto value = percent_decode(text);
    if (!value)
        return usage_error("bad percent-escape in the value of key " + name);
    if (value->empty() || value->find('\0') != std::string::npos)
        return usage_error("key " + name + " of the proxy URL has no value");
    if (!place.empty())
        return given_twice(key);
    place = *value;
    return {};
}

result<void> apply_key(const url_parts& url, std::string_view pair, proxy_settings& hop) {
    const cut parts = cut_at(pair, pair.find('='));
    const url_key* const key = find_key(parts.head);
    if (key == nullptr)
        return usage_error(
            "unknown " + shown(url, url_part::key, "key", parts.head) +
            " in the proxy URL (known: " + key_names() + ")");
    return std::visit(
        [&](auto which) { return set(*key, parts.tail, member(hop, which)); }, key->sets);
}

std::string written(bool flag) {
    return flag ? "1" : "";
}

std::string written(const std::string& text) {
    return percent_encode(text, "/");
}

} // namespace

result<void> apply_query(const url_parts& url, proxy_settings& hop) {
    std::string_view query = url.query;
    while (!query.empty()) {
        const cut parts = cut_at(query, query.find('&'));
        if (auto applied = apply_key(url, parts.head, hop); !applied)
            return applied;
        query = parts.tail;
    }
    return {};
}

std::string query_of(const proxy_settings& hop) {
    std::string query;
    for (const url_key& key : url_keys) {
        const std::string value =
            std::visit([&](auto which) { return written(member(hop, which)); }, key.sets);
        if (!value.empty())
            query.append(query.empty() ? "?" : "&").append(key.name).append("=").append(value);
    }
    return query;
}

bool begins_with_key(std::string_view query) {
    const cut parts = cut_at(query, query.find('='));
    return parts.found && find_key(parts.head) != nullptr;
}

} // namespace sockscat::base
