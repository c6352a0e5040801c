// SPDX-License-Identifier: MIT
/// Answers to check results. Rules without any I/O.
#pragma once

#include "probe/answers/answers.hpp"

#include <sockscat/probe.hpp>

#include <array>
#include <string_view>

namespace sockscat::probing {

/// A check: what reports call it, and how the answers are read.
struct check_row {
    probe_check check;
    probe_group group;
    std::string_view id;
    std::string_view name;
    /// Leaves check_result::id alone.
    check_result (*read)(const answers&);
    bool is_of_http{false}; ///< else of SOCKS
};
/// In the order of probe_check.
const std::array<check_row, probe_check_count>& check_rows();

/// What the answers say about one check.
check_result read_check(probe_check id, const answers& all);

// versions.cpp
check_result read_socks4(const answers& all);
check_result read_socks4a(const answers& all);
check_result read_socks5(const answers& all);

// auth.cpp
check_result read_none(const answers& all);
check_result read_password(const answers& all);
check_result read_chap(const answers& all);
check_result read_gssapi(const answers& all);

// commands.cpp and resolve.cpp
check_result read_connect(const answers& all);
check_result read_bind(const answers& all);
check_result read_udp_associate(const answers& all);
check_result read_resolve(const answers& all);
check_result read_resolve_ptr(const answers& all);

// addresses.cpp
check_result read_ipv4(const answers& all);
check_result read_ipv6(const answers& all);
check_result read_domain(const answers& all);

// tls.cpp and pipelining.cpp
check_result read_tls(const answers& all);
check_result read_pipelining(const answers& all);
check_result read_http_connect(const answers& all);
check_result read_basic(const answers& all);
check_result read_digest(const answers& all);
check_result read_ntlm(const answers& all);
check_result read_negotiate(const answers& all);

} // namespace sockscat::probing
