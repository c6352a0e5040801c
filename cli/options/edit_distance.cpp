// SPDX-License-Identifier: MIT
#include "edit_distance.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sockscat::cli {
namespace {

// Letters to insert, delete or replace (Levenshtein).
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

std::optional<std::string_view> nearest(
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

} // namespace sockscat::cli
