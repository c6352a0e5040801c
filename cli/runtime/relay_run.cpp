// SPDX-License-Identifier: MIT
#include "relay_run.hpp"

#include "output/exit_status.hpp"

#include <sockscat/tls.hpp>

#include <array>
#include <chrono>
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

std::string idle_text(std::chrono::milliseconds limit) {
    std::array<char, 64> text{};
    std::snprintf(
        text.data(), text.size(), "nothing moved for %g s",
        std::chrono::duration<double>{limit}.count());
    return text.data();
}

// Ends that are no failure but may surprise.
void remark_on(
    command_run& run, const relay_result& ended, const relay_options& options, double relayed_ms) {
    if (ended.lost_by_half_close && options.on_eof == end_of_input::half_close)
        run.out().hint("the far side ended right after our half-close; if an answer is missing, "
                       "the proxy closes both "
                       "ways: try --on-eof=auto");
    else if (ended.bytes.received == 0 && relayed_ms < 100)
        run.out().note("closed right after success; the destination may be unreachable");
}

// TLS 1.3 tells only behind the handshake what is wrong with our certificate: that is no end of a
// stream, of which there was nothing yet.
int far_side_failed(command_run& run, const relay_result& ended) {
    if (run.options().tls && ended.bytes.received == 0 && is_about_our_certificate(ended.code)) {
        error why{failure::tls, phase::tls, "the connection was given up: " + ended.code.message()};
        why.hop = run.record().target;
        why.code = ended.code;
        return run.failed(why);
    }
    return run.failed(about_stream(
        run, failure::stream,
        "the stream with " + run.record().peer.value_or(run.record().target) +
            " was cut off: " + ended.code.message()));
}

int judge(
    command_run& run, const relay_result& ended, const relay_options& options, double relayed_ms) {
    switch (ended.ended_by) {
    case relay_end::far_side_finished:
        remark_on(run, ended, options, relayed_ms);
        return exit_done;
    case relay_end::input_finished:
    case relay_end::linger_over:
        return exit_done;
    case relay_end::idle:
        return run.failed(about_stream(run, failure::timeout, idle_text(*options.idle_limit)));
    case relay_end::output_closed:
        return run.output_closed();
    case relay_end::far_side_failed:
        return far_side_failed(run, ended);
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

int run_relay(command_run& run, stream& tunnel, const standard_ends& ends, relay_options options) {
    options.interrupt_fd = run.interrupt_fd();
    const auto began = clock::now();
    if (run.account().progress && ::isatty(STDERR_FILENO) == 1)
        options.on_progress = [&](const relay_counters& bytes) {
            run.out().live(progress_line(bytes, clock::now() - began));
        };
    const relay_result ended = relay(tunnel, ends.input, ends.output, options);
    run.out().live("");
    run.record().bytes = ended.bytes;
    return judge(run, ended, options, milliseconds_since(began));
}

} // namespace sockscat::cli
