// SPDX-License-Identifier: MIT
#include "relay_run.hpp"

#include "output/exit_status.hpp"

#include <sockscat/text.hpp>
#include <sockscat/tls.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace sockscat::cli {
namespace {

using clock = std::chrono::steady_clock;

error about_stream(const command_run& run, failure kind, std::string cause) {
    error why{kind, phase::relay, std::move(cause)};
    why.hop = run.hop();
    return why;
}

error about_stdio(std::string_view what, const std::error_code& code) {
    return {failure::stream, phase::none, std::string{what} + ": " + code.message()};
}

// "; 2048 bytes of standard input were sent" where not all was.
std::string sent_text(const relay_result& ended) {
    return ended.has_unsent ? "; " + counted(ended.bytes.sent, "byte") + " of standard input " +
                                  (ended.bytes.sent == 1 ? "was" : "were") + " sent"
                            : "";
}

// Proxies that report success before they have connected close when they cannot.
void hint_at_target(command_run& run) {
    if (run.record().command == "connect")
        run.out().hint("no data arrived before the other end closed; if an answer is missing, the "
                       "target may be unreachable");
}

std::string idle_text(std::chrono::milliseconds limit) {
    std::array<char, 64> text{};
    std::snprintf(
        text.data(), text.size(), "no traffic for %g s",
        std::chrono::duration<double>{limit}.count());
    return text.data();
}

// What was sent is no longer than a question may be; more is an upload, which has no answer.
constexpr std::uint64_t question = 4'096;

// Some proxies end both directions when we end ours.
void hint_at_half_close(command_run& run) {
    run.out().hint(
        "the other end closed after our half-close, and no data arrived; if an answer is missing, "
        "--on-eof=ignore never half-closes (if none is expected: --send-only)");
}

// What may have been lost although nothing failed.
void hint_at_silence(command_run& run, const relay_result& ended, const relay_options& options) {
    if (ended.bytes.received > 0 || !options.write_output)
        return;
    if (ended.shut_down_first)
        hint_at_half_close(run);
    else if (ended.bytes.sent <= question)
        hint_at_target(run);
}

// TLS 1.3 reports only after the handshake what is wrong with our certificate. That is not the end
// of a stream: there was nothing of it yet.
int far_side_failed(command_run& run, const relay_result& ended, const relay_options& options) {
    if (run.options().tls && ended.bytes.received == 0 && is_about_our_certificate(ended.code)) {
        error why{failure::tls, phase::tls, ended.code.message()};
        why.hop = run.record().target;
        why.code = ended.code;
        return run.failed(why);
    }
    const int status = run.failed(about_stream(
        run, failure::stream,
        "the connection to " + run.record().peer.value_or(run.record().target) +
            " was cut off: " + ended.code.message() + sent_text(ended)));
    if (ended.bytes.received > 0 || !options.write_output)
        return status;
    if (ended.shut_down_first)
        hint_at_half_close(run);
    else if (ended.has_unsent)
        hint_at_target(run);
    return status;
}

int linger_over(command_run& run, const relay_result& ended) {
    return ended.has_unsent
               ? run.failed(about_stream(
                     run, failure::stream, "the --linger time is over" + sent_text(ended)))
               : int{exit_done};
}

int judge(command_run& run, const relay_result& ended, const relay_options& options) {
    switch (ended.ended_by) {
    case relay_end::far_side_finished:
        hint_at_silence(run, ended, options);
        return exit_done;
    case relay_end::input_finished:
        return exit_done;
    case relay_end::linger_over:
        return linger_over(run, ended);
    case relay_end::idle:
        return run.failed(about_stream(run, failure::timeout, idle_text(*options.idle_limit)));
    case relay_end::output_closed:
        return run.output_closed();
    case relay_end::far_side_failed:
        return far_side_failed(run, ended, options);
    case relay_end::input_failed:
        return run.failed(about_stdio("cannot read standard input", ended.code));
    case relay_end::output_failed:
        return run.failed(about_stdio("cannot write standard output", ended.code));
    case relay_end::interrupted:
        return run.signalled();
    }
    return exit_stream;
}

} // namespace

int run_relay(command_run& run, stream& tunnel, standard_ends& ends, relay_options options) {
    options.interrupt_fd = run.interrupt_fd();
    const auto began = clock::now();
    if (run.account().progress && ::isatty(STDERR_FILENO) == 1)
        options.on_progress = [&](const relay_counters& bytes) {
            run.out().live(progress_line(bytes, clock::now() - began));
        };
    const relay_result ended = relay(tunnel, ends.input, ends.output, options);
    run.out().live("");
    run.record().bytes = ended.bytes;
    return judge(run, ended, options);
}

} // namespace sockscat::cli
