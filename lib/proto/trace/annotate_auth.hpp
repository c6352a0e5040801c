// SPDX-License-Identifier: MIT
/// Traces of what comes before the request: methods and their messages, secrets masked.
#pragma once

#include "dissector.hpp"

namespace sockscat::proto {

void annotate_greeting(dissector& in);
void annotate_method_selection(dissector& in);
void annotate_userpass(dissector& in);
void annotate_userpass_status(dissector& in);
void annotate_chap_message(dissector& in);
void annotate_gssapi_message(dissector& in);

} // namespace sockscat::proto
