// SPDX-License-Identifier: MIT
#include "probe_plan.hpp"

#include "options/credentials_source.hpp"
#include "options/proxy_options.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::chrono::seconds default_limit{10};

constexpr const char* password_options[] = {
    "proxy-password-file", "proxy-password-fd", "proxy-ask-password"};

std::string place_of(const listed_url& each) {
    return each.line == 0 ? "proxy " : "--from: line " + std::to_string(each.line) + ": proxy ";
}

// With the place of the proxy that it is about.
error about(const listed_url& each, error why) {
    why.cause = place_of(each) + redact_url(each.url) + ": " + why.cause;
    return why;
}

bool has_login(const connect_options& options) {
    return std::any_of(options.chain.begin(), options.chain.end(), [](const proxy_spec& hop) {
        return hop.login.has_value();
    });
}

// None is in the URLs that were given, none comes by an option.
bool lack_passwords(const arguments& given) {
    for (const char* const name : password_options)
        if (given.has(name))
            return false;
    std::vector<std::string> urls = given.values("proxy");
    urls.insert(urls.end(), given.operands().begin(), given.operands().end());
    return !urls.empty() && std::none_of(urls.begin(), urls.end(), [](const std::string& url) {
        return find_password(url).has_value();
    });
}

result<std::vector<proxy_spec>> chain_to(const arguments& given, std::string_view url) {
    std::vector<proxy_spec> chain;
    std::vector<std::string> hops = given.values("proxy");
    hops.emplace_back(url);
    for (const std::string& each : hops) {
        auto spec = parse_proxy_url(each);
        if (!spec)
            return usage_error(redact_url(each) + ": " + spec.error().cause, spec.error().advice);
        chain.push_back(std::move(spec).value());
    }
    return chain;
}

bool lacks_password(const arguments& given, std::string_view url) {
    const auto chain = chain_to(given, url);
    return chain &&
           std::any_of(chain.value().begin(), chain.value().end(), [](const proxy_spec& hop) {
               return hop.login && !hop.login->password && hop.password_file.empty() &&
                      hop.protocol != proxy_protocol::socks4;
           });
}

} // namespace

result<probe_plan> probe_plan::make(
    const arguments& given, const probe_settings& settings, console& out, int interrupt_fd) {
    probe_plan plan{given, interrupt_fd};
    const bool has_password = cli::has_environment_password(); // the first reader takes it away
    if (auto listed = plan.list_urls(settings.list_file); !listed)
        return listed.error();
    if (!plan.urls_.empty())
        blank_proxy_variables();
    auto made = plan.is_single() ? plan.make_single(settings.probe, out)
                                 : plan.check_several(settings.probe, out);
    if (!made)
        return made.error();
    plan.password_from_environment_ = has_password && plan.is_single() && lack_passwords(given);
    return plan;
}

result<void> probe_plan::list_urls(const std::string& list_file) {
    for (const std::string& each : given_->operands())
        urls_.add(each);
    if (list_file.empty())
        return {};
    if (auto read = read_list(list_file, interrupt_fd_, urls_); !read)
        return read;
    if (urls_.empty())
        return usage_error("--from: the list is empty");
    return {};
}

result<void> probe_plan::make_single(const probe_options& probe, console& out) {
    auto options = urls_.empty() ? connect_options_from(*given_, out, interrupt_fd_, default_limit)
                                 : options_of(0, out);
    if (!options)
        return options.error();
    if (!urls_.empty())
        urls_.blank_password(0);
    single_.emplace(std::move(options).value());
    return check(*single_, probe);
}

result<void> probe_plan::check_several(const probe_options& probe, console& out) {
    if (auto checked = check_options_for_one(); !checked)
        return checked;
    const auto password = password_from_environment();
    bool is_unused = password && password.value();
    for (std::size_t i = 0; i < urls_.size(); ++i) {
        if (is_unused && lacks_password(*given_, urls_[i].url)) {
            is_unused = false;
            out.warning(
                "$SOCKSCAT_PASSWORD applies to a single proxy, and there are " +
                std::to_string(urls_.size()) + ": ignored");
        }
        auto made = options_of(i, out);
        if (!made)
            return made.error();
        connect_options options = std::move(made).value();
        if (auto checked = check(options, probe); !checked)
            return about(urls_[i], checked.error());
        if (!has_login(options))
            continue;
        urls_.blank_password(i);
        with_login_.emplace(i, std::move(options));
    }
    return {};
}

// Whose password would it be?
result<void> probe_plan::check_options_for_one() const {
    for (const char* const name :
         {"proxy-user", "proxy-password-file", "proxy-password-fd", "proxy-ask-password"})
        if (given_->has(name))
            return usage_error(
                std::string{"--"} + name + " applies to a single proxy, and there are " +
                std::to_string(urls_.size()) + ": put it in each URL");
    return {};
}

result<connect_options> probe_plan::options_of(std::size_t index, console& out) const {
    auto chain = chain_to(*given_, urls_[index].url);
    if (!chain)
        return usage_error(place_of(urls_[index]) + chain.error().cause, chain.error().advice);
    return connect_options_for(
        *given_, std::move(chain).value(), out, interrupt_fd_, default_limit);
}

connect_options probe_plan::take_options(std::size_t index) {
    if (single_) {
        connect_options options = std::move(*single_);
        single_.reset();
        return options;
    }
    if (auto kept = with_login_.extract(index))
        return std::move(kept.mapped());
    console quiet{console::level::quiet}; // warnings have been said when it was checked
    return options_of(index, quiet).value();
}

} // namespace sockscat::cli
