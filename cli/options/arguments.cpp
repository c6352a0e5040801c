// SPDX-License-Identifier: MIT
#include "arguments.hpp"

#include <sockscat/text.hpp>

#include <algorithm>
// Without std::regex, whose set-up costs more than the rest of a short run; what that mode of
// cxxopts does not take (-w0.5, -xURL) is cut into words beforehand.
#define CXXOPTS_NO_REGEX true
#include <cxxopts.hpp>

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

error unknown_option(std::span<const option_spec> specs, std::string_view word) {
    const std::string_view name = word.substr(word.starts_with("--") ? 2 : 1);
    std::vector<std::string_view> names;
    for (const option_spec& spec : specs)
        names.push_back(spec.name);
    const auto meant = word.starts_with("--") ? guess(name, names) : std::nullopt;
    return usage_error(
        "unknown option " + quote(word) +
        (meant ? ", did you mean --" + std::string{*meant} + "?" : ""));
}

// Cuts words so that each is one option, one value or one operand.
class word_cutter {
  public:
    word_cutter(std::span<const option_spec> specs, const std::vector<std::string>& words)
        : specs_{specs}, words_{words} {}

    /// The options that occur, each once.
    [[nodiscard]] const std::vector<const option_spec*>& used() const { return used_; }

    result<std::vector<std::string>> cut() {
        for (; next_ < words_.size(); ++next_) {
            const std::string_view word = words_[next_];
            if (word == "--") {
                out_.insert(
                    out_.end(), words_.begin() + static_cast<std::ptrdiff_t>(next_), words_.end());
                break;
            }
            const bool is_option = word.size() > 1 && word.front() == '-';
            auto done = !is_option               ? keep(word)
                        : word.starts_with("--") ? cut_long(word)
                                                 : cut_letters(word);
            if (!done)
                return done.error();
        }
        return std::move(out_);
    }

  private:
    result<void> keep(std::string_view word) {
        out_.emplace_back(word);
        return {};
    }

    const option_spec* find(auto matches) {
        const auto found = std::find_if(specs_.begin(), specs_.end(), matches);
        if (found == specs_.end())
            return nullptr;
        if (std::find(used_.begin(), used_.end(), &*found) == used_.end())
            used_.push_back(&*found);
        return &*found;
    }

    result<void> cut_long(std::string_view word) {
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
        out_.emplace_back(word);
        return takes_value(*spec) && !has_value ? take_value(word) : result<void>{};
    }

    result<void> cut_letters(std::string_view word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const option_spec* const spec =
                find([&](const option_spec& s) { return s.letter == word[i]; });
            if (spec == nullptr)
                return unknown_option(
                    specs_, word.size() == 2 ? word : "-" + std::string(1, word[i]));
            out_.push_back(std::string{"-"} + word[i]);
            if (!takes_value(*spec))
                continue;
            return i + 1 < word.size() ? keep(word.substr(i + 1))
                                       : take_value("-" + std::string(1, word[i]));
        }
        return {};
    }

    // `option` as it was written.
    result<void> take_value(std::string_view option) {
        if (++next_ >= words_.size())
            return usage_error("option " + std::string{option} + " needs a value");
        if (words_[next_].empty())
            return usage_error("option " + std::string{option} + " got an empty value");
        return keep(words_[next_]);
    }

    std::span<const option_spec> specs_;
    const std::vector<std::string>& words_;
    std::vector<std::string> out_;
    std::vector<const option_spec*> used_;
    std::size_t next_{0};
};

// Not by add_options(): it asks std::locale what a letter is, and making the first locale costs
// more than all the rest here.
void declare(cxxopts::Options& options, const option_spec& spec) {
    const std::string letter(spec.letter == 0 ? 0 : 1, spec.letter);
    cxxopts::OptionNames names;
    if (!spec.name.empty())
        names.emplace_back(spec.name);
    auto value = std::shared_ptr<cxxopts::Value>{cxxopts::value<bool>()};
    if (takes_value(spec))
        value = cxxopts::value<std::string>();
    else if (spec.argument == takes::optional_value)
        value = cxxopts::value<std::string>()->implicit_value("");
    options.add_option("", letter, names, "", value, "");
}

// Told only of the options that occur: telling it of all costs more than the rest of a short run.
cxxopts::ParseResult run_cxxopts(
    const std::vector<const option_spec*>& used, const std::vector<std::string>& words) {
    cxxopts::Options options{"sockscat"};
    for (const option_spec* const spec : used)
        declare(options, *spec);
    std::vector<const char*> argv{"sockscat"};
    for (const std::string& word : words)
        argv.push_back(word.c_str());
    return options.parse(static_cast<int>(argv.size()), argv.data());
}

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
    word_cutter cutter{specs, words};
    auto cut = cutter.cut();
    if (!cut)
        return cut.error();
    arguments out;
    try {
        const cxxopts::ParseResult parsed = run_cxxopts(cutter.used(), cut.value());
        for (const cxxopts::KeyValue& pair : parsed.arguments())
            out.add(pair.key(), pair.value());
        out.operands_ = parsed.unmatched();
    } catch (const cxxopts::exceptions::exception& why) {
        return usage_error(escape(why.what()));
    }
    for (const auto& [key, values] : out.options_)
        if (values.size() > 1 && !may_repeat(specs, key))
            return usage_error(
                "option " + std::string{key.size() == 1 ? "-" : "--"} + key + " is given twice");
    return out;
}

const arguments::option* arguments::find(std::string_view key) const {
    for (const option& each : options_)
        if (each.key == key)
            return &each;
    return nullptr;
}

void arguments::add(const std::string& key, const std::string& value) {
    for (option& each : options_)
        if (each.key == key)
            return each.values.push_back(value);
    options_.push_back({key, {value}});
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

} // namespace sockscat::cli
