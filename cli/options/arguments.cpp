// SPDX-License-Identifier: MIT
// Without a library. cxxopts without std::regex knows neither -w0.5 nor -xURL, does not say which
// word was wrong, and accepts empty and surplus values: every word had to be read before it read
// them again. It also makes the first std::locale of the process, a tenth of a short run's time.
#include "arguments.hpp"

#include "edit_distance.hpp"
#include "habits.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
#include <utility>

namespace sockscat::cli {
namespace {

bool needs_value(const option_spec& spec) {
    return spec.argument == takes::value || spec.argument == takes::text;
}

std::string_view key_of(const option_spec& spec) {
    return spec.name.empty() ? std::string_view{&spec.letter, 1} : spec.name;
}

std::optional<std::string_view> nearest_name(
    std::span<const option_spec> specs, std::string_view name) {
    std::vector<std::string_view> names;
    for (const option_spec& spec : specs)
        names.push_back(spec.name);
    return nearest(name, names);
}

std::string guess(std::optional<std::string_view> meant) {
    return meant ? ", did you mean --" + std::string{*meant} + "?" : "";
}

error unknown_name(std::span<const option_spec> specs, std::string_view option) {
    return usage_error(
        "unknown option " + quote_value(option) + guess(nearest_name(specs, option.substr(2))),
        advice_for_habit(option));
}

// `word`: where the letter is. What is not similar to a name may be a value, and a secret.
error unknown_letter(
    std::span<const option_spec> specs, const std::string& option, std::string_view word) {
    const std::string advice = advice_for_habit(word.substr(0, option.size()));
    const std::string cause = "unknown option " + quote_value(option);
    if (word.size() == option.size() || !advice.empty())
        return usage_error(cause, advice);
    const std::string_view name = word.substr(1, word.find('=') - 1);
    const auto meant = nearest_name(specs, name);
    return usage_error(
        cause + (meant ? " in " + quote_value("-" + std::string{name}) : "") + guess(meant),
        "an operand that begins with '-' goes after --");
}

} // namespace

class arguments::parser {
  public:
    // Both are borrowed.
    parser(std::span<const option_spec> specs, const std::vector<std::string>& words)
        : specs_{specs}, words_{words} {}

    result<arguments> run() {
        while (next_ < words_.size()) {
            const std::string& word = words_[next_++];
            if (word == "--")
                break;
            if (auto read = read_word(word); !read)
                return read.error();
        }
        for (; next_ < words_.size(); ++next_)
            out_.operands_.push_back(words_[next_]);
        return std::move(out_);
    }

  private:
    result<void> read_word(std::string_view word) {
        if (word.starts_with("--"))
            return read_name(word);
        if (word.starts_with('-') && word.size() > 1)
            return read_letters(word);
        out_.operands_.emplace_back(word);
        return {};
    }

    // --name, --name VALUE or --name=VALUE
    result<void> read_name(std::string_view word) {
        const std::size_t equals = word.find('=');
        const std::string_view option = word.substr(0, equals);
        const option_spec* const spec = find([name = option.substr(2)](const option_spec& each) {
            return !name.empty() && each.name == name;
        });
        if (spec == nullptr)
            return unknown_name(specs_, option);
        if (equals == std::string_view::npos)
            return read_next(*spec, option);
        const std::string_view value = word.substr(equals + 1);
        if (spec->argument == takes::nothing)
            return usage_error(
                "option " + std::string{option} + " takes no value, but got " +
                (spec->name.find("password") == std::string_view::npos ? quote_value(value)
                                                                       : "one"));
        return add(*spec, option, value);
    }

    // -a, -abc, -n VALUE or -nVALUE
    result<void> read_letters(std::string_view word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const std::string option{'-', word[i]};
            const option_spec* const spec =
                find([&](const option_spec& each) { return each.letter == word[i]; });
            if (spec == nullptr)
                return unknown_letter(specs_, option, word);
            const bool is_last = i + 1 == word.size();
            if (needs_value(*spec) && !is_last)
                return add_adjacent(*spec, option, word.substr(i + 1));
            if (auto read = read_next(*spec, option); !read)
                return read;
        }
        return {};
    }

    // An option that has no value in its own word; `option` as it was written.
    result<void> read_next(const option_spec& spec, std::string_view option) {
        if (!spec.means.empty()) {
            const std::size_t equals = spec.means.find('=');
            out_.add(spec.means.substr(0, equals), spec.means.substr(equals + 1));
            return {};
        }
        if (!needs_value(spec)) {
            out_.add(key_of(spec), "");
            return {};
        }
        if (next_ == words_.size())
            return usage_error("option " + std::string{option} + " needs a value");
        return add(spec, option, words_[next_++]);
    }

    result<void> add_adjacent(
        const option_spec& spec, std::string_view option, std::string_view value) {
        const std::string name{option};
        if (value.starts_with('='))
            return usage_error(
                name + " takes its value without '=': write " + name + " VALUE" +
                (spec.name.empty() ? "" : " or --" + std::string{spec.name} + "=VALUE"));
        return add(spec, option, value);
    }

    result<void> add(const option_spec& spec, std::string_view option, std::string_view value) {
        if (value.empty() && spec.argument != takes::text)
            return usage_error("option " + std::string{option} + ": the value is empty");
        out_.add(key_of(spec), value);
        return {};
    }

    const option_spec* find(auto matches) const {
        const auto found = std::find_if(specs_.begin(), specs_.end(), matches);
        return found == specs_.end() ? nullptr : &*found;
    }

    std::span<const option_spec> specs_;
    const std::vector<std::string>& words_;
    std::size_t next_{0};
    arguments out_;
};

std::vector<option_spec> joined(std::initializer_list<std::span<const option_spec>> groups) {
    std::vector<option_spec> specs;
    for (const auto group : groups)
        specs.insert(specs.end(), group.begin(), group.end());
    return specs;
}

result<arguments> arguments::parse(
    std::span<const option_spec> specs, const std::vector<std::string>& words) {
    return parser{specs, words}.run();
}

const arguments::option* arguments::find(std::string_view key) const {
    for (const option& each : options_)
        if (each.key == key)
            return &each;
    return nullptr;
}

void arguments::add(std::string_view key, std::string_view value) {
    for (option& each : options_)
        if (each.key == key) {
            each.values.emplace_back(value);
            return;
        }
    options_.push_back({std::string{key}, {std::string{value}}});
}

std::size_t arguments::count(std::string_view name) const {
    const option* const found = find(name);
    return found == nullptr ? 0 : found->values.size();
}

std::optional<std::string> arguments::value(std::string_view name) const {
    const option* const found = find(name);
    return found == nullptr ? std::nullopt : std::optional{found->values.back()};
}

std::vector<std::string> arguments::values(std::string_view name) const {
    const option* const found = find(name);
    return found == nullptr ? std::vector<std::string>{} : found->values;
}

void arguments::blank(const blanker& blank) {
    for (option& each : options_)
        for (std::string& value : each.values)
            blank(each.key, value);
    for (std::string& operand : operands_)
        blank("", operand);
}

} // namespace sockscat::cli
