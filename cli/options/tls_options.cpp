// SPDX-License-Identifier: MIT
#include "tls_options.hpp"

namespace sockscat::cli {

tls_settings tls_settings_from(const arguments& given, std::string_view prefix) {
    tls_settings settings;
    for (const auto& [name, place] : tls_text_options)
        settings.*place = given.value(std::string{prefix} + name).value_or("");
    settings.insecure = given.has(std::string{prefix} + "insecure");
    return settings;
}

std::string first_tls_option(const arguments& given, std::string_view prefix) {
    for (const option_spec& spec : std::span{prefix.empty() ? tls_specs : proxy_tls_specs})
        if (given.has(spec.name))
            return "--" + std::string{spec.name};
    return "";
}

void warn_if_insecure(const tls_settings& settings, std::string_view whom, console& out) {
    if (settings.insecure)
        out.warning(
            std::string{whom} +
            ": its certificate is not verified; the connection could be intercepted");
}

} // namespace sockscat::cli
