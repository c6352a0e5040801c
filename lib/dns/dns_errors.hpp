// SPDX-License-Identifier: MIT
/// Errors about DNS, and their texts.
#pragma once

#include <sockscat/dns_client.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sockscat::dns {

/// A DNS server behind a proxy, as errors name both.
class asked_server {
  public:
    asked_server(std::string proxy, const address& server);

    /// After the setup: in phase::relay of the proxy.
    [[nodiscard]] error fail(failure kind, std::string_view what, std::error_code code) const;
    [[nodiscard]] error fail(failure kind, dns_errc code) const;
    [[nodiscard]] error timed_out(dns_errc code) const { return fail(failure::timeout, code); }
    [[nodiscard]] error lost(dns_errc code) const { return fail(failure::stream, code); }

    /// A response without records, with its code in words.
    [[nodiscard]] error no_record(
        const dns_query& query, record_type type, const dns_response& response) const;
    /// NODATA for each of the types.
    [[nodiscard]] error no_records(
        const dns_query& query,
        const std::vector<record_type>& types,
        const std::string& alias) const;

  private:
    std::string proxy_;
    std::string name_;
};

/// The name or address as it was given.
std::string subject_text(const dns_query& query);

/// No server is asked for it.
error not_in_dns(const dns_query& query);

} // namespace sockscat::dns
