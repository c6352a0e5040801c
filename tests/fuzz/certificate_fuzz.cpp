// SPDX-License-Identifier: MIT
// Certificates of strangers, and codes of TLS: whatever is in them, their texts can be shown.
#include "fuzz.hpp"

#include "net/tls/x509_text.hpp"

#include <sockscat/tls.hpp>

#include <cstring>
#include <memory>
#include <openssl/x509.h>
#include <string>

namespace sockscat::fuzz {
namespace {

bool is_fit(std::string_view text) {
    return is_clean(text) && is_utf8(text);
}

void check_certificate(std::span<const std::uint8_t> der) {
    const auto* at = der.data();
    const std::unique_ptr<X509, decltype(&::X509_free)> read{
        ::d2i_X509(nullptr, &at, static_cast<long>(der.size())), ::X509_free};
    tls_summary summary;
    net::describe_certificate(read.get(), summary);
    must(is_fit(summary.subject) && is_fit(summary.issuer), "a name that is not fit to be shown");
    must(summary.sha256.size() == (read ? 64U : 0U), "no fingerprint");
    if (summary.not_after)
        must(is_fit(utc_text(*summary.not_after)), "a time that is not fit to be shown");
    must(is_fit(net::names_of(read.get())), "names that are not fit to be shown");
}

void check_code(source& input) {
    int code = 0;
    const auto raw = input.piece(sizeof(code));
    std::memcpy(&code, raw.data(), raw.size());
    const std::string text = tls_category().message(code);
    must(!text.empty() && is_fit(text), "the text of a code is not fit to be shown");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sockscat::fuzz;
    source input{data, size};
    if (size <= 4)
        check_code(input);
    else
        check_certificate(input.rest());
    return 0;
}
