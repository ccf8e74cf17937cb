#include "sim/cli/axis.h"

#include <charconv>
#include <optional>

#include "sim/scenario/load.h"

namespace sim {
namespace {

constexpr size_t kValuesMax = 100'000;

Error bad(const std::string& text, std::string what) {
    return {.file = "--axis", .line = 0, .column = 0, .what = "'" + text + "': " + std::move(what), .hint = "examples: port.port.concurrency=1..16, worker.worker.count=2..64..2, machine.wake_latency=0us..50us..10us, port.port.policy=nt,wine8"};
}

std::optional<int64_t> whole_number(std::string_view text) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
    std::vector<std::string> parts;
    size_t from = 0;
    for (size_t at = text.find(separator); at != std::string::npos; at = text.find(separator, from)) {
        parts.push_back(text.substr(from, at - from));
        from = at + separator.size();
    }
    parts.push_back(text.substr(from));
    return parts;
}

// "1ms" -> 1 ms; one of its unit is the step where none is given.
std::string one_of_unit(const std::string& duration) { return "1" + duration.substr(duration.find_first_not_of("0123456789.")); }

Result<std::vector<std::string>> range(const std::string& text, const std::vector<std::string>& parts) {
    const bool numbers = whole_number(parts[0]).has_value();
    const auto number = [&](const std::string& part) -> std::optional<int64_t> {
        if (numbers) return whole_number(part);
        const Result<Duration> duration = parse_duration(part);
        return duration ? std::optional(duration->ns) : std::nullopt;
    };
    const std::optional<int64_t> first = number(parts[0]), last = number(parts[1]);
    if (!first || !last) return bad(text, "a range goes from one whole number, or one duration with a unit, to another");
    const std::optional<int64_t> step = number(parts.size() > 2 ? parts[2] : numbers ? "1" : one_of_unit(parts[0]));
    if (!step || *step <= 0) return bad(text, "the step has to be above 0, and of the same sort as the ends");
    if (*last < *first) return bad(text, "the range ends before it begins");
    if (static_cast<uint64_t>(*last - *first) / static_cast<uint64_t>(*step) >= kValuesMax) return bad(text, "more than 100,000 values");
    std::vector<std::string> values;
    for (int64_t at = *first; at <= *last; at += *step) values.push_back(numbers ? std::to_string(at) : duration_text({at}));
    return values;
}

}  // namespace

Result<Axis> axis_parse(const std::string& text) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return bad(text, "expected PATH=RANGE");
    Axis axis{.path = text.substr(0, equals), .values = {}};
    const std::string values = text.substr(equals + 1);
    const std::vector<std::string> parts = split(values, "..");
    if (parts.size() > 3) return bad(text, "a range has two ends and at most a step");
    if (parts.size() > 1) {
        Result<std::vector<std::string>> found = range(text, parts);
        if (!found) return found.error();
        axis.values = std::move(found.value());
    } else {
        axis.values = split(values, ",");
    }
    for (const std::string& value : axis.values)
        if (value.empty()) return bad(text, "a value is empty");
    return axis;
}

}  // namespace sim
