// SPDX-License-Identifier: MIT
/// Answers made of wire bytes, as real servers give them (lib/proto/README.md, Servers).
#pragma once

#include "support/bytes.hpp"

#include "probe/answers/answers.hpp"

namespace sockscat::tests {

using probing::answer;
using probing::answers;
using probing::question;

/// A method was selected: "05 00".
answer chose(std::uint8_t method);
/// End of stream instead of an answer.
answer hung_up(phase at);
answer silent(phase at);
/// Something that is not what was expected.
answer foreign(bytes first);
/// A login that was answered: "01 00".
answer logged_in_with(bytes status);
/// A reply of version 5, or of 4 if it does not begin with 05; it may be cut short.
answer replied(const bytes& wire);

/// CONNECT of the reserved name, an unknown command, BIND, UDP ASSOCIATE, RESOLVE, RESOLVE_PTR.
void set_commands(
    answers& all,
    answer connect,
    answer control,
    answer bind,
    answer udp,
    answer resolve,
    answer resolve_ptr);

/// What servers answer that nobody configured specially.
answers microsocks();
answers microsocks_with_password();
answers three_proxy();
answers dante();
answers openssh();
answers tor();
answers ss_libev();
answers hev();
answers xray();
answers gost();

} // namespace sockscat::tests
