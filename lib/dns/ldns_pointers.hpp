// SPDX-License-Identifier: MIT
/// What libldns gives away.
#pragma once

#include "libraries/ldns.hpp"

#include <cstdlib>
#include <memory>

namespace sockscat::dns {

struct ldns_deleter {
    void operator()(ldns_rr* record) const { ldns_rr_free(record); }
    void operator()(char* text) const { std::free(text); } // NOLINT(cppcoreguidelines-no-malloc)
};
using rr_pointer = std::unique_ptr<ldns_rr, ldns_deleter>;
using text_pointer = std::unique_ptr<char, ldns_deleter>;

} // namespace sockscat::dns
