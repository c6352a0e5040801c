// SPDX-License-Identifier: MIT
#include "framing.hpp"

#include "options/parse.hpp"
#include "output/json_text.hpp"

#include <sockscat/base64.hpp>
#include <sockscat/text.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

namespace sockscat::cli {
namespace {

using bytes_view = std::span<const std::uint8_t>;

error no_datagram(std::string why) {
    return {failure::stream, phase::none, "standard input: " + std::move(why)};
}

void append(std::vector<std::uint8_t>& out, bytes_view bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

class chunk_framing final : public framing {
  public:
    explicit chunk_framing(address to) : to_{std::move(to)} {}

    result<std::size_t> take(
        bytes_view input, bool, std::size_t, std::vector<outgoing_datagram>& out) override {
        if (!input.empty())
            out.push_back({to_, input});
        return input.size();
    }
    void put(const incoming_datagram& datagram, std::vector<std::uint8_t>& out) override {
        append(out, datagram.data);
    }
    [[nodiscard]] bool is_by_read() const override { return true; }

  private:
    address to_;
};

// Calls `each` for every whole line, without its LF, and for the last one if it has none.
template <class Each>
result<std::size_t> for_lines(bytes_view input, bool is_end, std::size_t most, const Each& each) {
    std::size_t used = 0;
    for (std::size_t taken = 0; taken < most && used < input.size(); ++taken) {
        const bytes_view rest = input.subspan(used);
        const auto feed = std::find(rest.begin(), rest.end(), std::uint8_t{'\n'});
        if (feed == rest.end() && !is_end)
            break;
        const auto length = static_cast<std::size_t>(feed - rest.begin());
        if (auto done = each(rest.first(length)); !done)
            return done.error();
        used += std::min(length + 1, rest.size());
    }
    return used;
}

class line_framing final : public framing {
  public:
    explicit line_framing(address to) : to_{std::move(to)} {}

    result<std::size_t> take(
        bytes_view input,
        bool is_end,
        std::size_t most,
        std::vector<outgoing_datagram>& out) override {
        return for_lines(input, is_end, most, [&](bytes_view line) -> result<void> {
            out.push_back({to_, line});
            return {};
        });
    }
    void put(const incoming_datagram& datagram, std::vector<std::uint8_t>& out) override {
        append(out, datagram.data);
        out.push_back('\n');
    }

  private:
    address to_;
};

class length_framing final : public framing {
  public:
    explicit length_framing(address to) : to_{std::move(to)} {}

    result<std::size_t> take(
        bytes_view input,
        bool is_end,
        std::size_t most,
        std::vector<outgoing_datagram>& out) override {
        std::size_t used = 0;
        for (std::size_t taken = 0; taken < most && used < input.size(); ++taken) {
            const bytes_view rest = input.subspan(used);
            const std::size_t length = rest.size() < 2 ? 0 : std::size_t{rest[0]} << 8U | rest[1];
            if (rest.size() < 2 + length) {
                if (is_end)
                    return no_datagram(
                        "the last frame is incomplete (" + std::to_string(rest.size()) + " of " +
                        (rest.size() < 2 ? "at least 2" : std::to_string(2 + length)) + " bytes)");
                break;
            }
            out.push_back({to_, rest.subspan(2, length)});
            used += 2 + length;
        }
        return used;
    }
    void put(const incoming_datagram& datagram, std::vector<std::uint8_t>& out) override {
        const std::size_t size = datagram.data.size();
        out.push_back(static_cast<std::uint8_t>(size >> 8U));
        out.push_back(static_cast<std::uint8_t>(size & 0xFFU));
        append(out, datagram.data);
    }

  private:
    address to_;
};

// What is inside of the object's members is not kept: it costs nothing however deep it is.
bool is_kept(int depth, nlohmann::json::parse_event_t /*event*/, nlohmann::json& /*parsed*/) {
    return depth < 2;
}

class json_framing final : public framing {
  public:
    json_framing(address to, bool names_allowed)
        : to_{std::move(to)}, names_allowed_{names_allowed} {}

    result<std::size_t> take(
        bytes_view input,
        bool is_end,
        std::size_t most,
        std::vector<outgoing_datagram>& out) override {
        decoded_.clear();
        decoded_.reserve(most); // spans into it must stay
        return for_lines(input, is_end, most, [&](bytes_view line) { return add(line, out); });
    }
    void put(const incoming_datagram& datagram, std::vector<std::uint8_t>& out) override {
        json_text object;
        object.begin_object();
        object.text("from", to_string(datagram.from));
        object.text("data", to_base64(datagram.data));
        object.end_object();
        const std::string line = std::move(object).line();
        out.insert(out.end(), line.begin(), line.end());
    }

  private:
    result<void> add(bytes_view line, std::vector<outgoing_datagram>& out) {
        ++line_number_;
        const auto object = nlohmann::json::parse(line.begin(), line.end(), is_kept, false);
        if (!object.is_object() || !object.contains("data") || !object["data"].is_string())
            return bad("is not a JSON object with a \"data\" string");
        auto data = from_base64(object["data"].get_ref<const std::string&>());
        if (!data)
            return bad("has \"data\" that is not valid base64");
        auto to = destination(object);
        if (!to)
            return to.error();
        decoded_.push_back(std::move(*data));
        out.push_back({std::move(to).value(), decoded_.back()});
        return {};
    }

    result<address> destination(const nlohmann::json& object) const {
        if (!object.contains("to"))
            return to_;
        if (!object["to"].is_string())
            return bad("has a \"to\" that is not a string");
        auto parts = parse_destination({object["to"].get<std::string>()});
        if (!parts)
            return bad("has a bad \"to\": " + parts.error().cause);
        auto port = parse_port(parts.value().ports, "udp");
        if (!port)
            return bad("has a bad \"to\": " + port.error().cause);
        if (!names_allowed_ && std::holds_alternative<host_name>(parts.value().host))
            return bad("has a name in \"to\", which only a socks5h:// proxy resolves");
        return address{std::move(parts.value().host), port.value()};
    }

    [[nodiscard]] error bad(const std::string& why) const {
        return no_datagram("line " + std::to_string(line_number_) + " " + why);
    }

    address to_;
    bool names_allowed_;
    std::vector<std::vector<std::uint8_t>> decoded_;
    std::size_t line_number_{0};
};

} // namespace

std::unique_ptr<framing> make_framing(
    std::string_view word, const address& to, bool names_allowed) {
    if (word == "chunk")
        return std::make_unique<chunk_framing>(to);
    if (word == "line")
        return std::make_unique<line_framing>(to);
    if (word == "length")
        return std::make_unique<length_framing>(to);
    if (word == "json")
        return std::make_unique<json_framing>(to, names_allowed);
    return nullptr;
}

} // namespace sockscat::cli
