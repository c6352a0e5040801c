// SPDX-License-Identifier: MIT
// The JSON writer: whatever is written, one line comes out that a strict reader takes, and reads
// the same in.
#include "fuzz.hpp"

#include "cli/output/json_text.hpp"

#include <sockscat/text.hpp>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

namespace sockscat::fuzz {
namespace {

using nlohmann::json;

constexpr unsigned deepest = 8;

// Writes a value with the writer and builds the same with the library.
class twin {
  public:
    explicit twin(source& input) : input_{input} {}

    std::string line() {
        out_.begin_object();
        members(due_, 0);
        out_.end_object();
        return std::move(out_).line();
    }
    [[nodiscard]] const json& due() const { return due_; }

  private:
    void members(json& object, unsigned depth) {
        object = json::object();
        const unsigned count = input_.byte() % 8;
        for (unsigned i = 0; i < count && !input_.is_empty(); ++i) {
            const std::string name = "m" + std::to_string(i);
            value(name, object[name], depth);
        }
    }
    void elements(json& array, unsigned depth) {
        array = json::array();
        const unsigned count = input_.byte() % 8;
        for (unsigned i = 0; i < count && !input_.is_empty(); ++i) {
            array.push_back(nullptr);
            value({}, array.back(), depth);
        }
    }
    void value(std::string_view name, json& due, unsigned depth) {
        switch (input_.byte() % (depth < deepest ? 8 : 6)) {
        case 0:
            return text(name, due, false);
        case 1:
            return text(name, due, true);
        case 2: {
            std::int64_t number = 0;
            const auto raw = input_.piece(sizeof(number));
            std::memcpy(&number, raw.data(), raw.size());
            out_.number(name, number);
            due = number;
            return;
        }
        case 3: {
            const bool is_true = (input_.byte() & 1U) != 0;
            out_.boolean(name, is_true);
            due = is_true;
            return;
        }
        case 4:
            return milliseconds(name, due);
        case 5:
            out_.null(name);
            due = nullptr;
            return;
        case 6:
            out_.begin_object(name);
            members(due, depth + 1);
            return out_.end_object();
        default:
            out_.begin_array(name);
            elements(due, depth + 1);
            return out_.end_array();
        }
    }
    // Escaped, as texts of strangers are; or as it is, and then it may hold no UTF-8.
    void text(std::string_view name, json& due, bool is_raw) {
        const std::string raw{as_text(input_.piece(input_.byte() % 40))};
        const std::string shown = is_raw && is_utf8(raw) ? raw : escape(raw);
        out_.text(name, is_raw ? raw : shown);
        due = is_raw && !is_utf8(raw) ? json{} : json{shown}.front();
        if (due.is_null()) // U+FFFD in some places: any text will do
            due = json::array({"any text"});
    }
    void milliseconds(std::string_view name, json& due) {
        double value = 0;
        const auto raw = input_.piece(sizeof(value));
        std::memcpy(&value, raw.data(), raw.size());
        out_.milliseconds(name, value);
        due = std::isfinite(value) ? json(value) : json(nullptr);
    }

    source& input_;
    cli::json_text out_;
    json due_;
};

bool is_same(const json& due, const json& got) {
    if (due == json::array({"any text"}) && got.is_string())
        return is_utf8(got.get<std::string>());
    if (due.is_number_float())
        return got.is_number() && std::abs(due.get<double>() - got.get<double>()) <=
                                      0.0006 + std::abs(due.get<double>()) * 1e-15;
    if (due.is_structured()) {
        bool same = due.type() == got.type() && due.size() == got.size();
        for (auto left = due.begin(), right = got.begin(); same && left != due.end();
             ++left, ++right)
            same = is_same(*left, *right);
        return same;
    }
    return due == got;
}

void check(source& input) {
    twin both{input};
    const std::string line = both.line();
    must(line.find('\n') == line.size() - 1, "not one line");
    must(is_utf8(line), "no UTF-8");
    const json got = json::parse(line); // throws
    must(is_same(both.due(), got), "it reads otherwise");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
