// SPDX-License-Identifier: MIT
#include "x509_text.hpp"

#include <sockscat/address.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <span>

namespace sockscat {

std::string utc_text(std::chrono::sys_seconds when) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{when - day};
    std::array<char, 64> text{}; // strftime() would read the time zone
    std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()));
    return text.data();
}

namespace net {
namespace {

constexpr int most_names = 5;
// A DNS name has no more; a certificate may hold anything.
constexpr std::size_t most_bytes = 255;

std::string name_text(const X509_NAME* name) {
    const std::unique_ptr<BIO, decltype(&::BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return size > 0 ? escape({text, static_cast<std::size_t>(size)}) : "";
}

std::optional<std::chrono::sys_seconds> time_of(const ASN1_TIME* when) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(when, &parts) != 1)
        return std::nullopt;
    return std::chrono::sys_seconds{std::chrono::seconds{::timegm(&parts)}};
}

std::span<const std::uint8_t> content(const ASN1_STRING* value) {
    return {ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::string alternative_text(const GENERAL_NAME* name) {
    int type = 0;
    const auto* const value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &type));
    const auto bytes =
        type == GEN_DNS || type == GEN_IPADD ? content(value) : std::span<const std::uint8_t>{};
    if (type == GEN_DNS)
        return escape(
            {reinterpret_cast<const char*>(bytes.data()), std::min(bytes.size(), most_bytes)});
    if (bytes.size() == 4) {
        ipv4_address ip;
        std::copy(bytes.begin(), bytes.end(), ip.bytes.begin());
        return to_string(host{ip});
    }
    if (bytes.size() == 16) {
        ipv6_address ip;
        std::copy(bytes.begin(), bytes.end(), ip.bytes.begin());
        return to_string(host{ip});
    }
    return "";
}

} // namespace

void describe_certificate(const X509* certificate, tls_summary& summary) {
    if (certificate == nullptr)
        return;
    summary.subject = name_text(X509_get_subject_name(certificate));
    summary.issuer = name_text(X509_get_issuer_name(certificate));
    summary.not_after = time_of(X509_get0_notAfter(certificate));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1)
        summary.sha256 = hex({digest.data(), size});
}

std::string names_of(const X509* certificate) {
    if (certificate == nullptr)
        return "";
    const std::unique_ptr<GENERAL_NAMES, decltype(&::GENERAL_NAMES_free)> names{
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        GENERAL_NAMES_free};
    std::string list;
    const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
    int hosts = 0;
    for (int i = 0; i < count; ++i) {
        const std::string text = alternative_text(sk_GENERAL_NAME_value(names.get(), i));
        if (text.empty())
            continue;
        if (++hosts > most_names)
            return list + ", ...";
        list += (list.empty() ? "" : ", ") + text;
    }
    return list;
}

} // namespace net
} // namespace sockscat
