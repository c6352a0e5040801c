// SPDX-License-Identifier: MIT
// The whole client against any proxies, over a stream and a clock of our own: chains of one to
// three hops with every command. It ends within its limit, says what is due and to whom it is due,
// believes what was granted and nothing else, and does all that alike however the bytes arrive.
#include "client_plan.hpp"

#include <sockscat/association.hpp>
#include <sockscat/listener.hpp>
#include <sockscat/resolver.hpp>

#include <algorithm>
#include <memory>

namespace sockscat::fuzz {
namespace {

using std::chrono::milliseconds;

bool is_fit(std::string_view text) {
    return is_clean(text) && is_utf8(text) && text.find(password_mark) == std::string_view::npos;
}

bool is_label(const client_plan& plan, std::string_view hop) {
    return std::any_of(plan.hops.begin(), plan.hops.end(), [hop](const model_hop& each) {
        return to_string(each.place) == hop;
    });
}

// Everything that it is told is fit to be shown, and about one of the hops.
class listening final : public observer {
  public:
    explicit listening(const client_plan& plan) : plan_{plan} {}

    void on_phase(std::string_view hop, phase begins) override {
        must(is_label(plan_, hop), "a phase of a stranger");
        events.push_back(std::string{hop} + " " + std::string{to_string(begins)});
    }
    bool wants_messages() const override { return true; }
    void on_message(std::string_view hop, const traced_message& message) override {
        must(is_label(plan_, hop), "a message of a stranger");
        events.emplace_back(to_string(message.kind));
        for (const trace_row& row : message.rows) {
            must(is_fit(row.bytes) && is_fit(row.meaning), "a row that is not fit to be shown");
            rows.push_back(row.bytes + "|" + row.meaning);
        }
    }
    void on_note(std::string_view hop, std::string_view text) override {
        must(is_label(plan_, hop) && is_fit(text), "a note that is not fit to be shown");
        events.emplace_back(text);
    }
    void on_password_in_clear(std::string_view hop) override {
        must(is_label(plan_, hop), "a password for a stranger");
        ++passwords;
    }
    void on_end() override { ++ends; }

    std::vector<std::string> events;
    std::vector<std::string> rows;
    std::size_t passwords{0};
    std::size_t ends{0};

  private:
    const client_plan& plan_;
};

// What the client said of its run, in one value.
struct outcome {
    bool stands{false};
    bool was_refused{false}; // before the first byte
    error why;
    std::vector<address> told; // BND.ADDR and the like
    milliseconds took{0};
    std::vector<std::uint8_t> heard;
    std::size_t taken{0};
    std::size_t connections{0};
    std::vector<std::string> events;
    std::vector<std::string> rows;
    std::size_t passwords{0};
};

template <class T>
bool keep(outcome& out, run_result<result<T>>& ran) {
    out.took += ran.took;
    if (!ran.value) // cancelled before it had a value
        return false;
    out.stands = static_cast<bool>(*ran.value);
    if (!out.stands)
        out.why = ran.value->error();
    return out.stands;
}

// One run of a plan.
class player {
  public:
    player(const client_plan& plan, std::span<const std::uint8_t> pieces)
        : plan_{plan}, script_{plan.script()}, options_{plan.options()}, watch_{plan} {
        script_.pieces = pieces;
        options_.handshake.watch = &watch_;
        options_.dial = [this](const proxy_spec& hop) { return dial(hop); };
    }

    outcome play() {
        outcome out;
        const auto checked = check();
        out.was_refused = !checked;
        ask(out);
        out.heard = std::move(script_.heard);
        out.taken = script_.taken;
        out.connections = script_.connections;
        out.events = std::move(watch_.events);
        out.rows = std::move(watch_.rows);
        out.passwords = watch_.passwords;
        if (!checked)
            must(
                !out.stands && out.why.kind == failure::usage && out.connections == 0 &&
                    out.why.cause == checked.error().cause,
                "what cannot work was tried");
        return out;
    }

  private:
    asio::awaitable<result<std::unique_ptr<stream>>> dial(const proxy_spec& hop) {
        must(hop.label() == to_string(plan_.hops.front().place), "another hop was dialled");
        co_return std::make_unique<scripted_stream>(script_, plan_.hops.front().place);
    }

    [[nodiscard]] result<void> check() const {
        switch (plan_.what) {
        case asked_for::bind:
            return check_bind(options_, plan_.destination);
        case asked_for::associate:
            return check_associate(options_);
        case asked_for::resolve:
            return check_resolve(options_, plan_.destination.host);
        case asked_for::resolve_ptr:
            return check_resolve_ptr(options_, plan_.destination.host);
        case asked_for::connect:
            break;
        }
        return sockscat::check(options_, plan_.destination);
    }

    template <class T>
    run_result<T> run(asio::awaitable<T> job) {
        auto ran = fuzz::run(loop_, std::move(job), plan_.limit + tick, plan_.cancel_after);
        must(script_.connections == 0 || watch_.ends > 0 || !ran.value, "no end was told");
        return ran;
    }

    void ask(outcome& out) {
        switch (plan_.what) {
        case asked_for::connect:
            return ask_connect(out);
        case asked_for::bind:
            return ask_bind(out);
        case asked_for::associate:
            return ask_associate(out);
        case asked_for::resolve:
            return ask_resolve(out);
        case asked_for::resolve_ptr:
            return ask_resolve_ptr(out);
        }
    }
    void ask_connect(outcome& out) {
        auto ran = run(connect(options_, plan_.destination));
        if (keep(out, ran))
            out.told = {ran.value->value().bound()};
    }
    void ask_bind(outcome& out) {
        auto ran = run(bind(options_, plan_.destination));
        if (!keep(out, ran))
            return;
        listener& listening = ran.value->value();
        out.told = {listening.bound(), listening.callable()};
        must(
            listening.bound() == listening.callable() || is_unspecified(listening.bound().host),
            "a caller is sent elsewhere");
        auto called = run(listening.accept(plan_.limit));
        if (keep(out, called))
            out.told.push_back(called.value->value().bound());
    }
    void ask_associate(outcome& out) {
        auto ran = run(associate(options_, associate_options{}));
        if (keep(out, ran))
            out.told = {ran.value->value().bound(), ran.value->value().relay()};
    }
    void ask_resolve(outcome& out) {
        auto ran = run(resolve(options_, plan_.destination.host));
        if (keep(out, ran))
            out.told = {address{ran.value->value(), 0}};
    }
    void ask_resolve_ptr(outcome& out) {
        auto ran = run(resolve_ptr(options_, plan_.destination.host));
        if (keep(out, ran))
            out.told = {address{ran.value->value(), 0}};
    }

    const client_plan& plan_;
    peer_script script_;
    connect_options options_;
    listening watch_;
    asio::io_context loop_;
};

// What the model expects of a plan; nothing where it does not know.
struct expectation {
    bool stands{false};
    std::vector<std::uint8_t> due;
    std::size_t used{0};
    std::size_t passwords{0};
    address bound;
    bool is_known{true};
};

// CONNECTs through the hops before `index`, and what is asked of that one.
bool reach(chain_model& model, const client_plan& plan, std::size_t index, asked_for what) {
    for (std::size_t i = 0; i < index; ++i)
        if (!model.shake(plan.hops[i], asked_for::connect, plan.hops[i + 1].place))
            return false;
    const auto& hop = plan.hops[index];
    const bool is_ipv6 = std::holds_alternative<ipv6_address>(hop.place.host);
    const address anywhere{is_ipv6 ? host{ipv6_address{}} : host{ipv4_address{}}, 0};
    return model.shake(hop, what, what == asked_for::associate ? anywhere : plan.destination);
}

// UDP may only go to the proxy itself.
bool is_fit_for_relay(const address& bound, const address& proxy) {
    const bool says_nothing =
        is_unspecified(bound.host) || std::holds_alternative<host_name>(bound.host);
    return bound.port != 0 && (says_nothing || bound.host == proxy.host);
}

bool expect_associations(chain_model& model, const client_plan& plan) {
    for (std::size_t i = 0; i < plan.hops.size(); ++i)
        if (!reach(model, plan, i, asked_for::associate) ||
            !is_fit_for_relay(model.bound(), plan.hops[i].place))
            return false;
    return true;
}

expectation expected_of(const client_plan& plan) {
    chain_model model{plan.said};
    expectation out;
    if (plan.what == asked_for::associate)
        out.stands = expect_associations(model, plan);
    else
        out.stands = reach(model, plan, plan.hops.size() - 1, plan.what);
    if (plan.what == asked_for::bind)
        out.stands = out.stands && model.second_reply(plan.hops.back());
    out.due = model.due();
    out.used = model.used();
    out.bound = model.bound();
    out.passwords = model.passwords();
    // A doubtful answer to RESOLVE is asked about again.
    out.is_known =
        !model.is_lost() && plan.what != asked_for::resolve && plan.what != asked_for::resolve_ptr;
    return out;
}

bool begins_with(const std::vector<std::uint8_t>& whole, const std::vector<std::uint8_t>& part) {
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

void check_against_model(const client_plan& plan, const outcome& got) {
    if (got.was_refused)
        return;
    const expectation due = expected_of(plan);
    if (!due.is_known)
        return;
    must(begins_with(due.due, got.heard), "it says what is not due");
    must(!got.stands || due.stands, "it stands without being granted");
    must(got.passwords <= due.passwords, "a password in clear is told that was not sent");
    if (plan.has_time() || plan.ends == ending::silent)
        return;
    must(got.stands == due.stands, "it was granted and does not stand");
    must(got.heard == due.due, "it does not say what is due");
    must(got.passwords == due.passwords, "a password was in clear, and that was not told");
    must(got.took.count() == 0, "it waits for nothing");
    if (!got.stands)
        return;
    must(got.taken == due.used, "it takes some of the payload");
    const std::size_t last = plan.what == asked_for::bind ? got.told.size() - 1 : 0;
    must(got.told[last] == due.bound, "the bound address is another");
}

void check_failure(const client_plan& plan, const outcome& got) {
    const error& why = got.why;
    must(!why.cause.empty() && is_fit(to_string(why)) && is_fit(why.advice), "an unfit error");
    if (got.was_refused)
        return;
    must(is_label(plan, why.hop), "an error about no hop");
    must(why.at != phase::none && why.kind != failure::usage, "an error of no phase");
    const bool has_code = why.code.category() == socks4_reply_category() ||
                          why.code.category() == socks5_reply_category() ||
                          why.code.category() == http_status_category();
    must(why.kind != failure::refused || has_code, "a refusal without its code");
    must(why.kind != failure::timeout || got.took >= plan.limit, "the limit was too short");
}

// `one` was fed whole, `other` in pieces.
void check_alike(const outcome& one, const outcome& other, bool has_time) {
    must(one.stands == other.stands, "split it ends otherwise");
    must(one.heard == other.heard, "split it says something else");
    must(one.told == other.told, "split it hears something else");
    must(one.connections == other.connections, "split it dials more or less often");
    // The rest of a refusal is waited for only as long as time is left.
    must(has_time || one.events == other.events, "split it tells something else");
    must(one.passwords == other.passwords, "split it warns otherwise");
    must(one.took == other.took, "split it takes longer");
    if (one.stands) {
        must(one.taken == other.taken, "split it takes some of the payload");
        // Of what ends it all, the trace has what had come by then.
        must(one.rows == other.rows, "split the trace is another");
        return;
    }
    const error& first = one.why;
    const error& second = other.why;
    must(
        first.kind == second.kind && first.at == second.at && first.hop == second.hop &&
            first.code == second.code,
        "split the failure is another");
    if (first.kind == failure::protocol)
        return; // a stranger is judged, and quoted, by what had come
    must(to_string(first) == to_string(second), "split the failure reads otherwise");
    must(first.advice == second.advice, "split the advice is another");
}

bool has_mark(std::span<const std::uint8_t> said) {
    return std::search(said.begin(), said.end(), password_mark.begin(), password_mark.end()) !=
           said.end();
}

void check(source& input) {
    const client_plan plan = plan_from(input);
    if (has_mark(plan.said))
        return; // what the peer says may be shown
    const outcome whole = player{plan, {}}.play();
    check_against_model(plan, whole);
    // Cancelled, it ends, and that is all.
    if (plan.cancel_after.count() != 0)
        return;
    if (!whole.stands)
        check_failure(plan, whole);
    if (!plan.pieces.empty())
        check_alike(whole, player{plan, plan.pieces}.play(), plan.has_time());
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
