// SPDX-License-Identifier: MIT
// DNS over TCP (RFC 7766): any server behind the proxy, several answers in one stream, cut
// anywhere. Of what comes in whole frames that is believed which belongs to a question (its id, its
// name, type and class; an error may leave the question out), and nothing else; questions are
// repeated only for a reason; it ends; and all that alike however the bytes arrive.
#include "dns_wire.hpp"
#include "fake_clock.hpp"
#include "fuzz.hpp"
#include "scripted_stream.hpp"

#include <sockscat/dns_client.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sockscat::fuzz {
namespace {

using std::chrono::milliseconds;
using bytes = std::vector<std::uint8_t>;
using view = std::span<const std::uint8_t>;

constexpr milliseconds limit{1'000};
constexpr std::size_t most_strangers = 256;
constexpr std::string_view name = "www.Example.test";
constexpr std::array<record_type, 3> types{1, 28, 16};

// ---- The server --------------------------------------------------------------------------------

struct heard_query {
    std::uint16_t id{0};
    record_type type{0};
    bool has_edns{false};
};

// Says what the input has, message by message, whenever it is asked something.
class dns_server {
  public:
    struct connection {
        peer_script script;
        bytes said;
        std::size_t used{0};       // of what was heard
        unsigned stage{0};         // greeting, request, questions
        std::size_t answers_at{0}; // of `said`: behind SOCKS
    };

    dns_server(source input, bool is_silent) : input_{input}, is_silent_{is_silent} {}

    std::unique_ptr<stream> connect(view pieces) {
        connection& next = connections.emplace_back();
        next.script.ends = ending::silent;
        next.script.pieces = pieces;
        next.script.on_heard = [this, &next] { hear(next); };
        return std::make_unique<scripted_stream>(
            next.script, address{parse_ip("192.0.2.1").value(), 1080});
    }

    std::deque<connection> connections;
    std::vector<heard_query> queries;
    bool has_time{false};
    bool is_waiting{false}; // for a further question

  private:
    void hear(connection& now) {
        const view heard = view{now.script.heard}.subspan(now.used);
        if (now.stage == 0 && heard.size() >= 3) {
            must(as_text(heard) == std::string_view("\x05\x01\0", 3), "another greeting");
            now.said.insert(now.said.end(), {5, 0});
            now.stage = 1;
            now.used += 3;
        } else if (now.stage == 1 && heard.size() >= 10) {
            must(heard.size() == 10 && heard[1] == 1, "another request");
            now.said.insert(now.said.end(), {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            now.answers_at = now.said.size();
            now.stage = 2;
            now.used += 10;
        } else if (now.stage == 2) {
            hear_queries(now);
            speak(now);
        }
        now.script.bytes = now.said;
    }

    void hear_queries(connection& now) {
        view heard = view{now.script.heard}.subspan(now.used);
        while (!heard.empty()) {
            must(heard.size() >= 2, "half a length");
            const std::size_t size = u16_at(heard, 0);
            must(size >= 12 && heard.size() >= 2 + size, "half a question");
            const view query = heard.subspan(2, size);
            heard_query one;
            one.id = u16_at(query, 0);
            one.has_edns = u16_at(query, 10) == 1;
            const std::size_t asked = question_of(name, 1).size();
            must(u16_at(query, 2) == 0x0100 && query.size() >= 12 + asked, "a bad question");
            one.type = u16_at(query, 12 + asked - 4);
            const bytes due = question_of(name, one.type);
            must(std::equal(due.begin(), due.end(), query.begin() + 12), "it asks something else");
            queries.push_back(one);
            heard = heard.subspan(2 + size);
        }
        now.used = now.script.heard.size();
    }

    // Until it wants to hear more, or ends.
    void speak(connection& now) {
        is_waiting = false;
        while (!input_.is_empty()) {
            const unsigned choice = input_.byte();
            switch (choice % 16) {
            case 0:
                is_waiting = true;
                return;
            case 1:
                now.script.ends = ending::closed;
                return;
            case 2:
                now.script.ends = ending::reset;
                return;
            case 3: // a frame of anything
                put_frame(now, input_.piece(input_.byte()));
                break;
            case 4: { // bytes that need be no frame
                const view raw = input_.piece(choice >> 4U);
                now.said.insert(now.said.end(), raw.begin(), raw.end());
                break;
            }
            case 5:
                if (choice < 64)
                    now.said.insert(now.said.end(), 600, 0);
                break;
            case 6:
                has_time = true;
                now.script.pauses.push_back(
                    {now.said.size(), milliseconds{choice < 128 ? 300 : 3'000}});
                break;
            default:
                put_message(now, choice);
            }
        }
        if (is_silent_)
            has_time = true;
        else
            now.script.ends = ending::closed;
    }

    static void put_frame(connection& now, view message) {
        put_u16(now.said, static_cast<unsigned>(message.size()));
        now.said.insert(now.said.end(), message.begin(), message.end());
    }

    // An answer to one of the questions, or nearly.
    void put_message(connection& now, unsigned choice) {
        if (queries.empty())
            return;
        const unsigned how = input_.byte();
        const unsigned more = input_.byte();
        const heard_query& to =
            queries[queries.size() - 1 - (choice >> 4U) % std::min<std::size_t>(queries.size(), 6)];
        bytes out;
        put_u16(out, (how & 7U) == 1 ? to.id ^ 0x0100U : to.id);
        unsigned flags = 0x8180;
        if ((how & 7U) == 2)
            flags &= 0x7FFFU;
        if ((how & 7U) == 3)
            flags |= 0x2800U;
        if ((how & 7U) == 4)
            flags |= 0x0200U;
        static constexpr std::array<unsigned, 8> codes{0, 0, 0, 0, 1, 2, 3, 5};
        flags |= codes[(how >> 3U) & 7U];
        put_u16(out, flags);
        const bool has_question = (more & 7U) != 1;
        const unsigned records = (more >> 3U) & 3U;
        put_u16(out, has_question ? ((more & 7U) == 2 ? 2 : 1) : 0);
        put_u16(out, records);
        put_u16(out, 0);
        put_u16(out, 0);
        if (has_question) {
            const auto asked = question_of(
                (more & 7U) == 3   ? "www.example.TEST"
                : (more & 7U) == 4 ? "ww.wexample.test"
                                   : name,
                (more & 7U) == 5 ? 2U : to.type, (more & 7U) == 6 ? 3 : 1);
            out.insert(out.end(), asked.begin(), asked.end());
        }
        for (unsigned i = 0; i < records; ++i) {
            if ((more & 0x80U) != 0) {
                const view raw = input_.piece(input_.byte() % 32U);
                out.insert(out.end(), raw.begin(), raw.end());
                continue;
            }
            put_u16(out, 0xC00C);
            put_u16(out, to.type);
            put_u16(out, 1);
            put_u16(out, 0);
            put_u16(out, 60 + i);
            const unsigned size = to.type == 1 ? 4 : to.type == 28 ? 16 : 2;
            put_u16(out, size);
            if (to.type == 16)
                out.push_back(1);
            const std::uint8_t mark = input_.byte();
            for (unsigned k = to.type == 16 ? 1 : 0; k < size; ++k)
                out.push_back(mark);
        }
        put_frame(now, out);
    }

    source input_;
    bool is_silent_; // when it has said all
};

// ---- What is due -------------------------------------------------------------------------------

struct due_answer {
    bool is_answered{false};
    dns_reading reading;
};

dns_question as_question(const heard_query& to) {
    dns_question out;
    out.name = name;
    out.type = to.type;
    out.id = to.id;
    out.edns = to.has_edns;
    return out;
}

// Follows the client through what the server said, frame by frame.
class dns_model {
  public:
    explicit dns_model(const dns_server& server) : server_{server} {}

    std::vector<due_answer> ask(const std::vector<record_type>& wanted) {
        std::vector<due_answer> out(wanted.size());
        open_.clear();
        for (const record_type each : wanted)
            open_.push_back({each, true, false, true, {}});
        strangers_ = 0;
        bool is_used = is_kept_;
        for (;;) {
            const std::size_t before = left();
            if (!is_kept_)
                open_connection();
            is_kept_ = false;
            send_all();
            const bool is_over = read(out);
            if (is_over || is_lost_) {
                is_kept_ = left() == 0;
                return out;
            }
            if (left() == 0 || (!is_used && left() == before))
                return out;
            is_used = false;
        }
    }

    [[nodiscard]] std::size_t connections() const { return connection_; }
    [[nodiscard]] std::size_t queries() const { return query_; }

  private:
    struct open_question {
        record_type type;
        bool is_open;
        bool is_due;
        bool has_edns; // until a server does not know it (section 7 of RFC 6891)
        heard_query sent;
    };

    [[nodiscard]] std::size_t left() const {
        return static_cast<std::size_t>(std::count_if(
            open_.begin(), open_.end(), [](const open_question& each) { return each.is_open; }));
    }

    void open_connection() {
        ++connection_;
        at_ = connection_ <= server_.connections.size()
                  ? server_.connections[connection_ - 1].answers_at
                  : 0;
    }

    void send(open_question& one) {
        one.is_due = false;
        const auto& all = server_.queries;
        is_lost_ = is_lost_ || query_ >= all.size() || all[query_].type != one.type;
        must(!is_lost_ || server_.has_time, "it does not ask again, or for something else");
        if (is_lost_)
            return;
        must(
            server_.has_time || all[query_].has_edns == one.has_edns,
            "it asks with EDNS, or without, for no reason");
        one.sent = all[query_++];
    }

    void send_all() {
        for (open_question& each : open_)
            if (each.is_open)
                send(each);
    }

    // True if all is answered, or it gave up for good.
    bool read(std::vector<due_answer>& out) {
        is_lost_ = is_lost_ || connection_ > server_.connections.size();
        must(!is_lost_ || server_.has_time, "it does not connect again");
        if (is_lost_)
            return false;
        const view said = server_.connections[connection_ - 1].said;
        while (left() > 0) {
            for (open_question& each : open_)
                if (each.is_open && each.is_due)
                    send(each);
            if (is_lost_ || said.size() < at_ + 2)
                return false;
            const std::size_t size = u16_at(said, at_);
            if (said.size() < at_ + 2 + size)
                return false;
            const view message = said.subspan(at_ + 2, size);
            at_ += 2 + size;
            take(message, out);
            if (strangers_ > most_strangers)
                return false;
        }
        return true;
    }

    void take(view message, std::vector<due_answer>& out) {
        for (std::size_t i = 0; i < open_.size(); ++i) {
            open_question& one = open_[i];
            if (!one.is_open || !belongs(message, one.sent.id, name, one.type))
                continue;
            const bool is_format_error = (message[3] & 0x0FU) == 1;
            const bool is_truncated = (message[2] & 2U) != 0 && u16_at(message, 4) == 1;
            dns_reading got = decode_response(message, as_question(one.sent));
            if (is_format_error && !got.fault && one.sent.has_edns) {
                one.is_due = true;
                one.has_edns = false;
                return;
            }
            must(is_truncated == got.response.truncated || got.fault, "truncated, or not");
            one.is_open = false;
            out[i].is_answered = true;
            out[i].reading = std::move(got);
            return;
        }
        ++strangers_;
    }

    const dns_server& server_;
    std::vector<open_question> open_;
    std::size_t connection_{0};
    std::size_t query_{0};
    std::size_t at_{0};
    std::size_t strangers_{0};
    bool is_kept_{false};
    bool is_lost_{false}; // its time was up
};

// ---- Running it --------------------------------------------------------------------------------

bool is_plain(std::string_view text) {
    return is_clean(text) &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x7F; });
}

std::string text_of(const dns_answer& one) {
    std::string out = std::to_string(one.type) + " " + one.alias + " " +
                      (one.rcode ? std::to_string(*one.rcode) : "-");
    for (const dns_record& each : one.records)
        out += " " + each.type + " " + std::to_string(each.ttl_s.value_or(0)) + " " + each.data;
    return out;
}

std::string text_of(const dns_reply& reply) {
    std::string out;
    for (const dns_answer& each : reply.answers)
        out += text_of(each) + (each.why ? " | " + to_string(*each.why) : "") + "\n";
    return out + (reply.why ? to_string(*reply.why) : "");
}

void check_fit(const dns_reply& reply, std::size_t wanted) {
    must(reply.answers.size() == wanted, "an answer is missing");
    bool has_records = false;
    for (const dns_answer& each : reply.answers) {
        must(each.why.has_value() == each.records.empty(), "neither records nor why not");
        must(is_plain(each.alias), "an alias that is not clean");
        for (const dns_record& record : each.records)
            must(is_plain(record.type) && is_plain(record.data), "a record that is not clean");
        must(!each.why || is_plain(to_string(*each.why)), "an error that is not clean");
        has_records = has_records || !each.records.empty();
    }
    must(has_records == !reply.why, "the reply and its answers do not go together");
}

void check_due(const dns_reply& reply, const std::vector<due_answer>& due, bool has_time) {
    for (std::size_t i = 0; i < due.size(); ++i) {
        const dns_answer& got = reply.answers[i];
        const auto& reading = due[i].reading;
        const bool is_read = due[i].is_answered && !reading.fault;
        must(!got.rcode || is_read, "something was believed that does not belong to the question");
        if (got.rcode) {
            must(*got.rcode == reading.response.rcode, "another code");
            dns_answer as;
            as.type = got.type;
            as.rcode = got.rcode;
            as.alias = reading.response.alias;
            if (reading.response.rcode == 0 && !reading.response.truncated)
                as.records = reading.response.answers;
            must(text_of(as) == text_of(got), "other records");
        }
        must(has_time || got.rcode.has_value() == is_read, "an answer was not believed");
    }
}

struct dns_run {
    std::vector<dns_reply> replies;
    std::size_t connections{0};
};

dns_run run_once(
    source input, const std::vector<std::vector<record_type>>& asks, bool is_silent, view pieces) {
    dns_server server{input, is_silent};
    connect_options options;
    options.time_limit = limit;
    options.chain.push_back(parse_proxy_url("socks5h://192.0.2.1:1080").value());
    options.dial = [&](const proxy_spec&) -> asio::awaitable<result<std::unique_ptr<stream>>> {
        co_return server.connect(pieces);
    };
    dns_client_options wanted;
    wanted.ways = {dns_way::tcp};
    wanted.server = address{parse_ip("192.0.2.53").value(), 53};
    dns_client client{options, wanted};
    dns_run out;
    asio::io_context loop;
    for (const auto& types_wanted : asks) {
        dns_query query;
        query.subject = host_name{std::string{name}};
        query.types = types_wanted;
        auto ran = run(loop, client.ask(query), limit + 2 * tick + milliseconds{50});
        out.replies.push_back(std::move(ran.value).value());
        check_fit(out.replies.back(), types_wanted.size());
        must(server.has_time || server.is_waiting || ran.took.count() == 0, "it waits for nothing");
        server.has_time = server.has_time || ran.took.count() != 0;
    }
    out.connections = server.connections.size();
    dns_model model{server};
    for (std::size_t i = 0; i < asks.size(); ++i) {
        if (server.has_time && i > 0)
            break; // where it stood is not known
        check_due(out.replies[i], model.ask(asks[i]), server.has_time);
    }
    if (!server.has_time) {
        must(model.connections() == out.connections, "it connects more or less often");
        must(model.queries() == server.queries.size(), "it asks more or less often");
    }
    return out;
}

void check(source& input) {
    const unsigned choice = input.byte();
    std::vector<std::vector<record_type>> asks(1 + (choice & 1U));
    for (std::size_t i = 0; i < asks.size(); ++i)
        for (std::size_t k = 0; k < types.size(); ++k)
            if (k == i || (choice & (2U << (k + 3 * i))) != 0)
                asks[i].push_back(types[k]);
    const bool is_silent = (choice & 0x80U) != 0;
    const auto pieces = input.piece(3);
    const dns_run whole = run_once(input, asks, is_silent, {});
    const dns_run split = run_once(input, asks, is_silent, pieces);
    must(whole.connections == split.connections, "split it connects more or less often");
    for (std::size_t i = 0; i < asks.size(); ++i)
        must(
            text_of(whole.replies[i]) == text_of(split.replies[i]), "split the answers are others");
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
