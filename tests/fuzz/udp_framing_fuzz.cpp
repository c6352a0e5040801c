// SPDX-License-Identifier: MIT
// The four framings of udp's standard input: read in one piece and in several they give the same
// datagrams and the same error; lines and frames are those that anybody would cut; and what is put
// out can be taken back.
#include "fuzz.hpp"

#include "cli/udp/framing.hpp"

#include <sockscat/base64.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace sockscat::fuzz {
namespace {

using bytes = std::vector<std::uint8_t>;
using view = std::span<const std::uint8_t>;

constexpr std::array<std::string_view, 4> words{"chunk", "line", "length", "json"};
constexpr std::size_t batch = 3;

address usual() {
    return {host_name{"target.test"}, 53};
}

struct sent {
    address to;
    bytes data;
    bool operator==(const sent&) const = default;
};

struct taken {
    std::vector<sent> all;
    std::optional<error> why;
    std::size_t left{0}; // bytes that were not used
};

// As the loop of udp does it: what was not used stands in front of what is read next.
class reading {
  public:
    reading(std::string_view word, bool names_allowed)
        : framing_{cli::make_framing(word, usual(), names_allowed)} {}

    void read(view piece) {
        waiting_.insert(waiting_.end(), piece.begin(), piece.end());
        use(false);
    }
    taken end() {
        use(true);
        out_.left = waiting_.size();
        return std::move(out_);
    }

  private:
    void use(bool is_end) {
        while (!out_.why) {
            std::vector<outgoing_datagram> found;
            const auto used = framing_->take(waiting_, is_end, batch, found);
            must(found.size() <= batch, "more datagrams than were wanted");
            for (const outgoing_datagram& each : found)
                out_.all.push_back({each.to, {each.data.begin(), each.data.end()}});
            if (!used) {
                out_.why = used.error();
                return;
            }
            must(used.value() <= waiting_.size(), "more was used than there was");
            must(used.value() != 0 || found.empty(), "a datagram made of nothing");
            if (used.value() == 0)
                return;
            waiting_.erase(
                waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(used.value()));
        }
    }

    std::unique_ptr<cli::framing> framing_;
    bytes waiting_;
    taken out_;
};

taken read_all(std::string_view word, bool names, view input, view pieces) {
    reading from{word, names};
    for (std::size_t turn = 0; !input.empty(); ++turn) {
        const std::size_t size =
            pieces.empty() ? input.size()
                           : std::min<std::size_t>(input.size(), 1U + pieces[turn % pieces.size()]);
        from.read(input.first(size));
        input = input.subspan(size);
    }
    return from.end();
}

// Lines, the last of which may lack its LF.
std::vector<bytes> lines_of(view input) {
    std::vector<bytes> out;
    bytes line;
    for (const std::uint8_t byte : input) {
        if (byte != '\n') {
            line.push_back(byte);
            continue;
        }
        out.push_back(std::move(line));
        line.clear();
    }
    if (!input.empty() && input.back() != '\n')
        out.push_back(std::move(line));
    return out;
}

struct frames {
    std::vector<bytes> all;
    bool is_cut{false};
};

frames frames_of(view input) {
    frames out;
    while (!input.empty()) {
        const std::size_t size = input.size() < 2 ? 0 : input[0] * 256U + input[1];
        out.is_cut = input.size() < 2 + size;
        if (out.is_cut)
            break;
        out.all.emplace_back(input.begin() + 2, input.begin() + 2 + static_cast<int>(size));
        input = input.subspan(2 + size);
    }
    return out;
}

// For those that name no destination.
std::vector<sent> to_usual(const std::vector<bytes>& all) {
    std::vector<sent> out;
    for (const bytes& each : all)
        out.push_back({usual(), each});
    return out;
}

// The data of a line, by the JSON library alone; nothing if it is refused for more than its "to".
std::optional<bytes> data_of(const bytes& line) {
    const auto read = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    if (!read.is_object() || read.count("data") != 1 || !read["data"].is_string())
        return std::nullopt;
    return from_base64(read["data"].get<std::string>());
}

void check_json_lines(view input, bool names, const taken& got) {
    const auto lines = lines_of(input);
    must(got.all.size() + (got.why ? 1 : 0) <= lines.size(), "datagrams of no line");
    must(got.why || got.all.size() == lines.size(), "a line that gave none");
    for (std::size_t i = 0; i < got.all.size(); ++i) {
        must(data_of(lines[i]) == got.all[i].data, "other data than the line has");
        const auto& to = got.all[i].to;
        must(to.port != 0, "a datagram to port 0");
        const bool is_name = std::holds_alternative<host_name>(to.host);
        must(names || !is_name || to == usual(), "a name that nobody resolves");
        must(is_clean(to_string(to)) && is_utf8(to_string(to)), "a destination that is not clean");
    }
}

void check_error(const error& why) {
    must(why.kind == failure::stream, "an error of another kind");
    must(is_clean(why.cause) && is_utf8(why.cause) && !why.cause.empty(), "an unfit error");
}

void check_taking(std::size_t word, bool names, view pieces, view input) {
    const taken whole = read_all(words[word], names, input, {});
    const taken split = read_all(words[word], names, input, pieces);
    if (whole.why)
        check_error(*whole.why);
    else
        must(whole.left == 0, "some of the input was not used");
    if (word == 0) { // what one read gives
        must(!whole.why && whole.all.size() == (input.empty() ? 0U : 1U), "not one datagram");
        must(input.empty() || whole.all[0].data == bytes(input.begin(), input.end()), "changed");
        return;
    }
    must(whole.all == split.all, "split the datagrams are others");
    must(whole.why.has_value() == split.why.has_value(), "split it ends otherwise");
    must(!whole.why || whole.why->cause == split.why->cause, "split the error is another");
    if (word == 1)
        must(!whole.why && whole.all == to_usual(lines_of(input)), "other lines");
    if (word == 2) {
        const frames due = frames_of(input);
        must(whole.all == to_usual(due.all) && whole.why.has_value() == due.is_cut, "other frames");
    }
    if (word == 3)
        check_json_lines(input, names, whole);
}

// What came from `from` is put out, and taken.
void check_putting(std::size_t word, view name, view data) {
    const address from{host_name{std::string{as_text(name)}}, 9};
    bytes out;
    const auto framing = cli::make_framing(words[word], usual(), true);
    framing->put({from, data}, out);
    if (word == 3) {
        must(!out.empty() && out.back() == '\n', "a line without its end");
        const auto read = nlohmann::json::parse(out.begin(), out.end()); // throws
        const auto shown = read["from"].get<std::string>();
        must(is_clean(shown) && is_utf8(shown), "a name that is not clean");
    }
    const bool has_feed = std::find(data.begin(), data.end(), std::uint8_t{'\n'}) != data.end();
    if ((word == 0 && data.empty()) || (word == 1 && has_feed))
        return;
    const taken again = read_all(words[word], true, out, {});
    must(!again.why && again.all.size() == 1, "what was put out is not one datagram");
    must(again.all[0].data == bytes(data.begin(), data.end()), "what was put out is another");
}

void check(source& input) {
    const unsigned choice = input.byte();
    const std::size_t word = choice & 3U;
    const view pieces = input.piece(4);
    if ((choice & 4U) != 0) {
        const view name = input.piece(pieces.empty() ? 0 : pieces[0]);
        check_putting(word, name, input.rest());
        return;
    }
    check_taking(word, (choice & 8U) != 0, pieces, input.rest());
}

} // namespace
} // namespace sockscat::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sockscat::fuzz::source input{data, size};
    sockscat::fuzz::check(input);
    return 0;
}
