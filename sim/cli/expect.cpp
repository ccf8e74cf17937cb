#include "sim/cli/expect.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "sim/cli/json.h"
#include "sim/scenario/load.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

bool is_fingerprint(const std::string& text) {
    return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::optional<double> number_of(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size()) return value;
    if (const Result<Duration> duration = parse_duration(text)) return static_cast<double>(duration.value().ns);
    return std::nullopt;
}

const char* words_of(const std::string& op) {
    if (op == "<=") return "at most ";
    if (op == ">=") return "at least ";
    if (op == "!=") return "anything but ";
    if (op == "<") return "below ";
    return op == ">" ? "above " : "";
}

// Every digit, unlike a table: "7.2 ms", or a number.
std::string exact_text(const std::string& metric, double value) {
    constexpr double kWhole = 9e15;       // whole numbers up to here are exact
    if (is_span(metric) && std::abs(value) < kWhole && value == std::floor(value)) return time_text(static_cast<int64_t>(value));
    return formatted("%.15g", value) + (is_span(metric) ? " ns" : "");
}

bool holds(double a, const std::string& op, double b) {
    if (op == "<=") return a <= b;
    if (op == ">=") return a >= b;
    if (op == "==") return a == b;
    if (op == "!=") return a != b;
    if (op == "<") return a < b;
    return a > b;
}

Error bad(const std::string& text, std::string what) {
    return {.file = "--expect", .line = 0, .column = 0, .what = "'" + text + "': " + std::move(what), .hint = "examples: --expect 0123456789abcdef, --expect \"latency_ns.p99<5ms\", --expect \"ports.port.depth.mean>=1\""};
}

}  // namespace

Result<std::string> expectation_failed(const std::string& text, const Summary& summary) {
    if (is_fingerprint(text)) {
        if (summary.fingerprint == text) return std::string{};
        return "the fingerprint is " + summary.fingerprint + ", expected " + text;
    }
    const std::array<std::string, 6> ops{"<=", ">=", "==", "!=", "<", ">"};
    for (const std::string& op : ops) {
        const size_t at = text.find(op);
        if (at == std::string::npos) continue;
        const std::string metric = trimmed(std::string_view(text).substr(0, at)), value = trimmed(std::string_view(text).substr(at + op.size()));
        const std::optional<double> expected = number_of(value);
        if (!expected) return bad(text, "'" + value + "' is neither a number nor a duration with a unit");
        const std::optional<double> actual = json_number_at(summary_json(summary), metric);
        if (!actual) return bad(text, "the summary has no figure '" + metric + "'");
        if (holds(*actual, op, *expected)) return std::string{};
        return metric + " is " + exact_text(metric, *actual) + ", expected " + words_of(op) + exact_text(metric, *expected);
    }
    return bad(text, "expected a fingerprint of 16 hex digits, or METRIC, one of < <= > >= == !=, and a value");
}

}  // namespace sim
