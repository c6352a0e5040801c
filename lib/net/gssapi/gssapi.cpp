// SPDX-License-Identifier: MIT
#include "gssapi.hpp"

#include "gssapi_errors.hpp"
#include "gssapi_user.hpp"
#include "libraries/gssapi.hpp"

#include <sockscat/text.hpp>

#include <array>
#include <string_view>
#include <utility>

namespace sockscat::net {
namespace {

// 1.2.840.113554.1.2.1.4, GSS_C_NT_HOSTBASED_SERVICE (RFC 2743 section 4.1).
constexpr std::array<unsigned char, 10> hostbased_service{0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                          0x12, 0x01, 0x02, 0x01, 0x04};

// GSSAPI takes pointers to bytes that it does not change as if it did.
gss_buffer_desc borrowed(const void* bytes, std::size_t size) {
    return {size, const_cast<void*>(bytes)}; // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

// Owns what GSSAPI puts into it.
class filled_buffer {
  public:
    filled_buffer() = default;
    ~filled_buffer() {
        OM_uint32 ignored = 0;
        gss_release_buffer(&ignored, &buffer_);
    }
    filled_buffer(const filled_buffer&) = delete;
    filled_buffer& operator=(const filled_buffer&) = delete;

    gss_buffer_t slot() { return &buffer_; }
    [[nodiscard]] std::vector<std::uint8_t> bytes() const {
        const auto* const begin = static_cast<const std::uint8_t*>(buffer_.value);
        return {begin, begin + buffer_.length};
    }
    [[nodiscard]] std::string_view text() const {
        return {static_cast<const char*>(buffer_.value), buffer_.length};
    }

  private:
    gss_buffer_desc buffer_ = GSS_C_EMPTY_BUFFER;
};

std::string status_text(OM_uint32 code, int type) {
    OM_uint32 minor = 0;
    OM_uint32 more = 0;
    filled_buffer text;
    if (GSS_ERROR(gss_display_status(&minor, code, type, GSS_C_NO_OID, &more, text.slot())))
        return "";
    return escape(text.text());
}

class gssapi_context final : public proto::security_context {
  public:
    gssapi_context(std::string name, bool in_order) : name_{std::move(name)}, in_order_{in_order} {}
    ~gssapi_context() override {
        OM_uint32 ignored = 0;
        gss_delete_sec_context(&ignored, &context_, GSS_C_NO_BUFFER);
        gss_release_name(&ignored, &target_);
    }
    gssapi_context(const gssapi_context&) = delete;
    gssapi_context& operator=(const gssapi_context&) = delete;

    proto::context_progress advance(base::byte_view token) override;
    [[nodiscard]] bool has_confidentiality() const override {
        return (flags_ & GSS_C_CONF_FLAG) != 0;
    }
    std::optional<std::vector<std::uint8_t>> wrap(base::byte_view plain, bool hidden) override;
    std::optional<std::vector<std::uint8_t>> unwrap(base::byte_view message, bool hidden) override;
    std::size_t max_plain(std::size_t most, bool hidden) override;

  private:
    [[nodiscard]] error failed(OM_uint32 major, OM_uint32 minor, bool is_first) const;
    OM_uint32 import_target(OM_uint32& minor);

    gssapi_user user_; // the last to go
    std::string name_;
    bool in_order_;
    gss_name_t target_{GSS_C_NO_NAME};
    gss_ctx_id_t context_{GSS_C_NO_CONTEXT};
    OM_uint32 flags_{0};
};

OM_uint32 gssapi_context::import_target(OM_uint32& minor) {
    if (target_ != GSS_C_NO_NAME)
        return GSS_S_COMPLETE;
    auto text = borrowed(name_.data(), name_.size());
    auto bytes = hostbased_service;
    gss_OID_desc type{bytes.size(), bytes.data()};
    return gss_import_name(&minor, &text, &type, &target_);
}

// A token that the proxy sent and that makes no sense breaks the protocol; everything else is about
// tickets: there is none, it has expired, no one gives one for this service, the proxy rejects it.
error gssapi_context::failed(OM_uint32 major, OM_uint32 minor, bool is_first) const {
    const OM_uint32 routine = GSS_ROUTINE_ERROR(major);
    if (routine == GSS_S_DEFECTIVE_TOKEN || routine == GSS_S_BAD_SIG)
        return {
            failure::protocol, phase::auth,
            "its GSSAPI token is bad: " + status_text(major, GSS_C_GSS_CODE)};
    std::string why = minor == 0 ? "" : status_text(minor, GSS_C_MECH_CODE);
    if (why.empty())
        why = status_text(major, GSS_C_GSS_CODE);
    const auto code = is_first ? gssapi_errc::no_ticket : gssapi_errc::not_accepted;
    error out{
        failure::credentials, phase::auth,
        (is_first ? "no ticket for " : "it does not accept the ticket for ") + escape(name_) +
            ": " + why};
    out.code = {static_cast<int>(code), gssapi_category()};
    return out;
}

proto::context_progress gssapi_context::advance(base::byte_view token) {
    const bool is_first = context_ == GSS_C_NO_CONTEXT;
    proto::context_progress progress;
    OM_uint32 minor = 0;
    OM_uint32 major = import_target(minor);
    filled_buffer answer;
    const OM_uint32 wanted = GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_CONF_FLAG |
                             GSS_C_INTEG_FLAG | (in_order_ ? GSS_C_SEQUENCE_FLAG : 0U);
    if (!GSS_ERROR(major)) {
        auto input = borrowed(token.data(), token.size());
        major = gss_init_sec_context(
            &minor, GSS_C_NO_CREDENTIAL, &context_, target_, GSS_C_NO_OID, wanted, 0,
            GSS_C_NO_CHANNEL_BINDINGS, is_first ? GSS_C_NO_BUFFER : &input, nullptr, answer.slot(),
            &flags_, nullptr);
    }
    if (GSS_ERROR(major)) {
        progress.failed = failed(major, minor, is_first);
        return progress;
    }
    progress.token = answer.bytes();
    progress.complete = (major & GSS_S_CONTINUE_NEEDED) == 0;
    const OM_uint32 needed = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG;
    if (progress.complete && (flags_ & needed) != needed)
        progress.failed = error{
            failure::credentials, phase::auth, "the proxy did not authenticate itself (GSSAPI)"};
    return progress;
}

std::optional<std::vector<std::uint8_t>> gssapi_context::wrap(base::byte_view plain, bool hidden) {
    OM_uint32 minor = 0;
    int is_hidden = 0;
    auto input = borrowed(plain.data(), plain.size());
    filled_buffer message;
    const OM_uint32 major = gss_wrap(
        &minor, context_, hidden ? 1 : 0, GSS_C_QOP_DEFAULT, &input, &is_hidden, message.slot());
    if (GSS_ERROR(major) || (hidden && is_hidden == 0))
        return std::nullopt;
    return message.bytes();
}

std::optional<std::vector<std::uint8_t>> gssapi_context::unwrap(
    base::byte_view message, bool hidden) {
    OM_uint32 minor = 0;
    int is_hidden = 0;
    auto input = borrowed(message.data(), message.size());
    filled_buffer plain;
    // Anything but COMPLETE, also the supplementary bits: repeated, old, out of order, a gap.
    if (gss_unwrap(&minor, context_, &input, plain.slot(), &is_hidden, nullptr) != GSS_S_COMPLETE)
        return std::nullopt;
    if (hidden && is_hidden == 0)
        return std::nullopt;
    return plain.bytes();
}

std::size_t gssapi_context::max_plain(std::size_t most, bool hidden) {
    OM_uint32 minor = 0;
    OM_uint32 size = 0;
    const OM_uint32 major = gss_wrap_size_limit(
        &minor, context_, hidden ? 1 : 0, GSS_C_QOP_DEFAULT, static_cast<OM_uint32>(most), &size);
    return GSS_ERROR(major) ? 0 : size;
}

} // namespace

std::shared_ptr<proto::security_context> make_gssapi_context(
    const std::string& service, const std::string& host, bool in_order) {
    if (!need(library::gssapi))
        return nullptr;
    return std::make_shared<gssapi_context>(service + "@" + host, in_order);
}

} // namespace sockscat::net
