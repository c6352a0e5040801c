// SPDX-License-Identifier: MIT
/// Which methods a proxy has, in as few connections as possible: what it chooses is struck off the
/// list, and the rest is offered again.
#pragma once

#include "probe/answers/answers.hpp"
#include "proto/socks5.hpp"

#include <cstdint>
#include <vector>

namespace sockscat::probing {

class elimination {
  public:
    enum class outcome : std::uint8_t {
        more,     ///< offer what is left
        settled,  ///< every method has its answer
        doubtful, ///< what is left was refused in a way that may be about the list, not its methods
        useless,  ///< what came does not fit the list, or never came: each question for itself
    };

    /// All that is asked for; gost's methods only if they are.
    explicit elimination(bool with_gost);

    /// What to offer next, the best known first: a proxy that reads one method only reads that one.
    [[nodiscard]] const std::vector<proto::socks5::method>& left() const { return left_; }
    [[nodiscard]] bool has_left(proto::socks5::method wanted) const;
    /// Keeps the answer to left() with the method that was chosen, or with all that were refused.
    outcome hear(const answer& said, answers& into);
    /// Of all that are left and have no answer of their own.
    void refuse_rest(const answer& said, answers& into) const;

  private:
    outcome hear_nothing(const answer& said) const;
    void strike(proto::socks5::method chosen);

    std::vector<proto::socks5::method> left_;
    bool is_first_{true};
};

/// The question that is about a method.
question question_about(proto::socks5::method which);

} // namespace sockscat::probing
