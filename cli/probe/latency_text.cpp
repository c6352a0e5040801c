// SPDX-License-Identifier: MIT
#include "latency_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <utility>

namespace sockscat::cli {
namespace {

constexpr std::size_t phase_width = 11;
constexpr std::size_t number_width = 8;
constexpr std::size_t steps = 3; // of the scale of the waterfall
constexpr std::size_t step_width = 8;
constexpr std::size_t least_width_of_bars = 80;
constexpr std::size_t most_behind_bars = 31;
constexpr const char* gap = "   ";

std::string right(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

// 1, 2 or 5 times a power of ten, so that `steps` of it hold `total`.
double nice_step(double total) {
    double step = 0.01;
    for (;;) {
        for (const double factor : {1.0, 2.0, 5.0})
            if (step * factor * static_cast<double>(steps) >= total)
                return step * factor;
        step *= 10;
    }
}

std::string scale_text(double step) {
    std::string text;
    for (std::size_t i = 0; i <= steps; ++i) {
        std::array<char, 32> mark{};
        std::snprintf(mark.data(), mark.size(), "%g", step * static_cast<double>(i));
        text = padded(text, i * step_width == 0 ? 0 : i * step_width - 1).substr(0, i * step_width);
        text.resize(i * step_width, ' ');
        text += mark.data();
    }
    return text;
}

std::string bar(double begin, double length, double step) {
    const auto nearest = [column = step / static_cast<double>(step_width)](double at) {
        return static_cast<std::size_t>(at / column + 0.5);
    };
    const std::size_t from = nearest(begin);
    const std::size_t to = nearest(begin + length);
    const std::size_t most = steps * step_width + 1;
    const std::size_t start = std::min(from, most - 1);
    return std::string(start, ' ') + std::string(std::clamp(to, start + 1, most) - start, '=');
}

std::string numbers_of(std::string_view name, const timing& value) {
    return padded(name, phase_width) + right(number_text(value.min), number_width) +
           right(number_text(value.median), number_width) +
           right(number_text(value.max), number_width);
}

// The request takes a round trip to the proxy and what the proxy needs for the rest.
std::string behind_proxy(const probe_latency& latency) {
    if (!latency.request || !latency.connect)
        return "";
    const double rest = latency.request->median - latency.connect->median;
    return rest > 0 ? "(beyond the proxy: about " + number_text(rest) + ")" : "";
}

} // namespace

std::string number_text(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 10 ? "%.2f" : "%.1f", value);
    return text.data();
}

void add_latency(report_lines& out, const probe_latency& latency) {
    const std::array phases{
        std::pair{"connect", &latency.connect}, std::pair{"method", &latency.method},
        std::pair{"auth", &latency.auth}, std::pair{"request", &latency.request}};
    double sum = 0;
    for (const auto& [name, value] : phases)
        sum += *value ? (*value)->median : 0;
    const double step = nice_step(sum);
    const bool has_bars = out.style().width >= least_width_of_bars;
    const std::string runs =
        std::to_string(latency.runs) + (latency.runs == 1 ? " run, ms" : " runs, ms");
    out.plain_row(
        "LATENCY", padded(runs, phase_width) + right("min", number_width) +
                       right("med", number_width) + right("max", number_width) +
                       (has_bars ? gap + scale_text(step) : ""));
    double at = 0;
    for (const auto& [name, value] : phases) {
        if (!*value)
            continue;
        out.plain_row(
            "",
            numbers_of(name, **value) + (has_bars ? gap + bar(at, (*value)->median, step) : ""));
        at += (*value)->median;
    }
    if (!latency.total)
        return;
    const std::string rest = behind_proxy(latency);
    const std::string total = numbers_of("total", *latency.total);
    const bool fits = has_bars && rest.size() <= most_behind_bars;
    out.plain_row("", total + (fits ? gap + rest : ""));
    if (!fits && !rest.empty())
        out.plain_row("", rest);
}

} // namespace sockscat::cli
