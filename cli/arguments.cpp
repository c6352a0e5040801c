// SPDX-License-Identifier: MIT
#include "arguments.hpp"

#include "parse.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::cli {
namespace {

bool takes_value(const option_spec& spec) {
    return spec.argument == takes::value || spec.argument == takes::values;
}

std::string key_of(const option_spec& spec) {
    return spec.name.empty() ? std::string(1, spec.letter) : std::string{spec.name};
}

std::string shown(const option_spec& spec) {
    return spec.name.empty() ? std::string{"-"} + spec.letter : "--" + std::string{spec.name};
}

// Names of the options of later versions, so that nobody looks for a typing error.
constexpr std::string_view later[] = {
    "proxy-cacert",
    "proxy-cert",
    "proxy-key",
    "proxy-servername",
    "proxy-insecure",
    "tls",
    "cacert",
    "cert",
    "key",
    "servername",
    "insecure",
    "alpn",
    "gssapi-service",
    "gssapi-protection"};

error unknown_option(std::span<const option_spec> specs, std::string_view word) {
    const std::string_view name = word.substr(word.starts_with("--") ? 2 : 1);
    if (std::find(std::begin(later), std::end(later), name) != std::end(later))
        return usage_error(
            "option " + quote(word) + " is not available in this version (no TLS, no GSSAPI)");
    std::vector<std::string_view> names;
    for (const option_spec& spec : specs)
        names.push_back(spec.name);
    const auto meant = word.starts_with("--") ? guess(name, names) : std::nullopt;
    return usage_error(
        "unknown option " + quote(word) +
        (meant ? ", did you mean --" + std::string{*meant} + "?" : ""));
}

// By hand: cxxopts, told only of the options that occur, was a third of all instructions of a short
// run, and it has no words for half of what is said here.
class sorter {
  public:
    sorter(std::span<const option_spec> specs, const std::vector<std::string>& words)
        : specs_{specs}, words_{words} {}

    result<void> sort() {
        for (; next_ < words_.size(); ++next_) {
            const std::string_view word = words_[next_];
            if (word == "--") {
                operands.insert(
                    operands.end(), words_.begin() + static_cast<std::ptrdiff_t>(next_) + 1,
                    words_.end());
                break;
            }
            const bool is_option = word.size() > 1 && word.front() == '-';
            auto done = !is_option               ? keep(word)
                        : word.starts_with("--") ? sort_long(word)
                                                 : sort_letters(word);
            if (!done)
                return done;
        }
        return {};
    }

    std::map<std::string, std::vector<std::string>, std::less<>> options;
    std::vector<std::string> operands;

  private:
    result<void> keep(std::string_view word) {
        operands.emplace_back(word);
        return {};
    }

    const option_spec* find(auto matches) const {
        const auto found = std::find_if(specs_.begin(), specs_.end(), matches);
        return found == specs_.end() ? nullptr : &*found;
    }

    result<void> sort_long(std::string_view word) {
        const std::size_t equals = word.find('=');
        const std::string_view name =
            word.substr(2, equals == std::string_view::npos ? equals : equals - 2);
        const option_spec* const spec =
            find([&](const option_spec& s) { return !name.empty() && s.name == name; });
        if (spec == nullptr)
            return unknown_option(specs_, word.substr(0, equals));
        const bool has_value = equals != std::string_view::npos;
        if (has_value && !takes_value(*spec) && spec->argument != takes::optional_value)
            return usage_error(
                "option " + shown(*spec) + " takes no value, but got " +
                quote(word.substr(equals + 1)));
        if (has_value && word.size() == equals + 1)
            return usage_error("option " + shown(*spec) + " got an empty value");
        if (takes_value(*spec) && !has_value)
            return take_value(*spec, word);
        note(*spec, has_value ? word.substr(equals + 1) : std::string_view{});
        return {};
    }

    result<void> sort_letters(std::string_view word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const option_spec* const spec =
                find([&](const option_spec& s) { return s.letter == word[i]; });
            if (spec == nullptr)
                return unknown_option(
                    specs_, word.size() == 2 ? word : "-" + std::string(1, word[i]));
            if (takes_value(*spec) && i + 1 == word.size())
                return take_value(*spec, "-" + std::string(1, word[i]));
            note(*spec, takes_value(*spec) ? word.substr(i + 1) : std::string_view{});
            if (takes_value(*spec))
                break;
        }
        return {};
    }

    // `option` as it was written.
    result<void> take_value(const option_spec& spec, std::string_view option) {
        if (++next_ >= words_.size())
            return usage_error("option " + std::string{option} + " needs a value");
        if (words_[next_].empty())
            return usage_error("option " + std::string{option} + " got an empty value");
        note(spec, words_[next_]);
        return {};
    }

    void note(const option_spec& spec, std::string_view value) {
        options[key_of(spec)].emplace_back(value);
    }

    std::span<const option_spec> specs_;
    const std::vector<std::string>& words_;
    std::size_t next_{0};
};

bool may_repeat(std::span<const option_spec> specs, const std::string& key) {
    return std::any_of(specs.begin(), specs.end(), [&](const option_spec& spec) {
        const bool repeats = spec.argument == takes::values || spec.argument == takes::count ||
                             spec.argument == takes::nothing;
        return key_of(spec) == key && repeats;
    });
}

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

std::optional<std::string_view> guess(
    std::string_view word, std::span<const std::string_view> candidates) {
    std::optional<std::string_view> best;
    std::size_t least = 3;
    for (const std::string_view candidate : candidates) {
        const std::size_t steps = distance(word, candidate);
        const bool completes = word.size() >= 3 && candidate.starts_with(word);
        if (candidate.size() > 3 && (steps < least || (completes && !best))) {
            best = candidate;
            least = std::min(least, steps);
        }
    }
    return best;
}

std::vector<option_spec> joined(std::initializer_list<std::span<const option_spec>> groups) {
    std::vector<option_spec> specs;
    for (const auto group : groups)
        specs.insert(specs.end(), group.begin(), group.end());
    return specs;
}

result<arguments> arguments::parse(
    std::span<const option_spec> specs, const std::vector<std::string>& words) {
    sorter sorted{specs, words};
    if (auto done = sorted.sort(); !done)
        return done.error();
    arguments out;
    out.options_ = std::move(sorted.options);
    out.operands_ = std::move(sorted.operands);
    for (const auto& [key, values] : out.options_)
        if (values.size() > 1 && !may_repeat(specs, key))
            return usage_error(
                "option " + std::string{key.size() == 1 ? "-" : "--"} + key + " is given twice");
    return out;
}

std::size_t arguments::count(std::string_view name) const {
    return values(name).size();
}

std::optional<std::string> arguments::value(std::string_view name) const {
    const auto all = values(name);
    return all.empty() ? std::nullopt : std::optional{all.back()};
}

std::vector<std::string> arguments::values(std::string_view name) const {
    const auto found = options_.find(name);
    return found == options_.end() ? std::vector<std::string>{} : found->second;
}

} // namespace sockscat::cli
