// SPDX-License-Identifier: MIT
#include "confine_process.hpp"

#include <sockscat/address.hpp>
#include <sockscat/libraries.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace sockscat::cli {
namespace {

bool offers(const connect_options& options, auth_method method) {
    const auto& offered = options.handshake.methods;
    return std::find(offered.begin(), offered.end(), method) != offered.end();
}

std::string_view purpose(const remaining_needs& needs) {
    if (!needs.sockets)
        return needs.files == file_need::none ? "moving data" : "moving data and reading files";
    return needs.files == file_need::write ? "connections and files"
                                           : "connections and reading files";
}

std::string text_of(const remaining_needs& needs, const confinement& granted) {
    if (!granted.no_new_privileges)
        return "not confined: not supported by this system, or this build";
    return "confined to " + std::string{purpose(needs)} + ": no new privileges, " +
           (granted.landlock > 0 ? "Landlock ABI " + std::to_string(granted.landlock)
                                 : "no Landlock") +
           (granted.filter ? ", seccomp" : ", no seccomp");
}

} // namespace

// Kerberos keeps the tickets that it gets in files.
remaining_needs needs_of_setup(const connect_options& options) {
    remaining_needs needs = needs_of_probes();
    if (offers(options, auth_method::gssapi))
        needs.files = file_need::write;
    return needs;
}

remaining_needs needs_of_probes() {
    remaining_needs needs;
    needs.files = file_need::read;
    needs.sockets = true;
    return needs;
}

bool is_involved(const connect_options& options) {
    const proxy_spec& first = options.chain.front();
    const auto& methods = options.handshake.methods;
    return options.tls || options.chain.back().names == name_resolution::local ||
           (!first.via.is_unix() && !parse_ip(first.host)) ||
           std::any_of(
               options.chain.begin(), options.chain.end(),
               [](const proxy_spec& hop) { return hop.via.tls; }) ||
           std::any_of(methods.begin(), methods.end(), [](auth_method each) {
               return library_for(each).has_value();
           });
}

void confine_process(const remaining_needs& needs, bool is_wanted, console& out) {
    if (!is_wanted)
        return out.detail("not confined: --no-sandbox");
    const confinement granted = confine(needs);
    if (out.is_at_least(console::level::debug))
        out.detail(text_of(needs, granted));
}

} // namespace sockscat::cli
