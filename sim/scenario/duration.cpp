// Durations as people write them: a decimal number and a unit. Integers only, so that no digit is lost.
#include <array>

#include "sim/scenario/load.h"

namespace sim {
namespace {

struct Unit { std::string_view name; int64_t ns; int digits; };     // digits: decimal places that whole ns have
constexpr std::array<Unit, 4> kUnits{{{"s", 1'000'000'000, 9}, {"ms", 1'000'000, 6}, {"us", 1'000, 3}, {"ns", 1, 0}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Error bad(std::string_view text, const std::string& why, std::string hint = {}) {
    Error error;
    error.what = "'" + std::string(text.substr(0, 40)) + (text.size() > 40 ? "...'" : "'") + why;
    error.hint = std::move(hint);
    return error;
}

Error too_long(std::string_view text) {
    return bad(text, " is too long, expected at most 2^62 ns (about 146 years)");
}

Error bad_unit(std::string_view text, std::string_view number, std::string_view unit) {
    const std::string expected = ", expected ns, us, ms or s";
    if (unit.empty()) return bad(text, " has no unit" + expected, "did you mean '" + std::string(number.substr(0, 40)) + "ms'?");
    std::string hint;
    if (unit == "\xC2\xB5s" || unit == "\xCE\xBCs") hint = "microseconds are written us";
    if (unit.front() == ' ') hint = "no space between number and unit";
    return bad(text, " has an unknown unit '" + std::string(unit.substr(0, 20)) + "'" + expected, hint);
}

// Nanoseconds of the digits after the point, rounded to the nearest (a half goes up).
int64_t fraction_ns(std::string_view digits, const Unit& unit) {
    int64_t ns = 0;
    for (int i = 0; i < unit.digits; ++i) {
        const size_t at = static_cast<size_t>(i);
        ns = ns * 10 + (at < digits.size() ? digits[at] - '0' : 0);
    }
    const size_t next = static_cast<size_t>(unit.digits);
    return ns + (next < digits.size() && digits[next] >= '5' ? 1 : 0);
}

}  // namespace

Result<Duration> parse_duration(std::string_view text, bool allow_infinite) {
    if (text == "infinite") {
        if (allow_infinite) return kInfinite;
        return bad(text, " is not allowed here, expected a duration such as '5ms'", "only timeout and quantum can be infinite");
    }
    if (!text.empty() && text.front() == '-') return bad(text, " is negative, expected a duration from 0ns");
    size_t at = 0;
    while (at < text.size() && is_digit(text[at])) ++at;
    const std::string_view whole = text.substr(0, at);
    std::string_view fraction;
    if (at < text.size() && text[at] == '.') {
        const size_t begin = ++at;
        while (at < text.size() && is_digit(text[at])) ++at;
        fraction = text.substr(begin, at - begin);
        if (fraction.empty()) return bad(text, " has no digit after the point, expected a duration such as '1.5ms'");
    }
    if (whole.empty()) return bad(text, " is not a duration, expected a number and a unit such as '5ms'");
    const std::string_view name = text.substr(at);
    for (const Unit& unit : kUnits) {
        if (unit.name != name) continue;
        int64_t number = 0;
        for (char c : whole) {
            if (number > kDurationMax.ns / 10) return too_long(text);
            number = number * 10 + (c - '0');
        }
        if (number > kDurationMax.ns / unit.ns) return too_long(text);
        const int64_t ns = number * unit.ns + fraction_ns(fraction, unit);
        if (ns > kDurationMax.ns) return too_long(text);
        return Duration{ns};
    }
    return bad_unit(text, text.substr(0, at), name);
}

std::string duration_text(Duration duration) {
    if (duration == kInfinite) return "infinite";
    if (duration.ns < 0) return "-" + duration_text({-duration.ns});
    for (const Unit& unit : kUnits) {
        if (duration.ns < unit.ns) continue;
        std::string text = std::to_string(duration.ns / unit.ns);
        const int64_t rest = duration.ns % unit.ns;
        if (rest > 0) {
            const std::string digits = std::to_string(rest);
            text += '.' + std::string(static_cast<size_t>(unit.digits) - digits.size(), '0') + digits;
            while (text.back() == '0') text.pop_back();
        }
        return text + std::string(unit.name);
    }
    return "0ns";
}

}  // namespace sim
