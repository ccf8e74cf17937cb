#include "gui/app/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "sim/scenario/load.h"

namespace gui {
namespace {

using Kind = sim::Field::Kind;

std::vector<std::string> parts_of(const std::string& path) {
    std::vector<std::string> parts(1);
    for (const char c : path) {
        if (c == '.') parts.emplace_back();
        else parts.back() += c;
    }
    return parts;
}

bool in_list(const std::string& word) { return word == "port" || word == "worker" || word == "source" || word == "device" || word == "file" || word == "thread"; }
bool is_number(const std::string& word) { return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos; }

std::string spaced(std::string word) {
    std::replace(word.begin(), word.end(), '_', ' ');
    return word;
}

double duration_ns(const std::string& text) {
    const sim::Result<sim::Duration> parsed = sim::parse_duration(text);
    return parsed ? static_cast<double>(parsed->ns) : 0;
}

double number_of(const sim::Field& field, const std::string& value) { return field.kind == Kind::duration ? duration_ns(value) : std::strtod(value.c_str(), nullptr); }

/// The ends of a slider; logarithmic: from `low` up, with a place of its own for 0 at the left end.
struct Range { double low = 0, high = 1; bool logarithmic = false; };

constexpr double kZeroShare = 0.04, kInfiniteShare = 0.96;

Range range_of(const sim::Field& field, const std::string& reference) {
    const double at = reference == "infinite" ? 30e6 : number_of(field, reference);
    if (field.kind == Kind::duration) {
        const double middle = at > 0 ? at : 10e3;
        return {.low = std::max(middle / 100, 10.0), .high = middle * 100, .logarithmic = true};
    }
    if (field.kind == Kind::share) return {.low = field.low, .high = std::min(field.high, std::max(1.0, at * 4)), .logarithmic = false};
    if (at > 64) return {.low = std::max(field.low, 1.0), .high = std::min(field.high, at * 100), .logarithmic = true};
    return {.low = field.low, .high = std::min(field.high, std::max(16.0, at * 4)), .logarithmic = false};
}

double two_digits(double value) {
    if (value <= 0) return 0;
    const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
    return std::round(std::round(value / unit) * unit);
}

std::string duration_of(double ns) { return sim::duration_text({static_cast<int64_t>(std::clamp(ns, 0.0, 1e18))}); }

std::string plain(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
}

std::string written(const sim::Field& field, double value) {
    if (field.kind == Kind::duration) return duration_of(value);
    return field.kind == Kind::share ? plain(value) : std::to_string(static_cast<int64_t>(value));
}

// Along 1, 2, 5, 10: the next above, or below.
double next_of_series(double value, int direction) {
    if (value <= 0) return direction > 0 ? 100 : 0;
    for (double unit = std::pow(10, std::floor(std::log10(value)) - 1);; unit *= 10)
        for (const double step : {1, 2, 5}) {
            const double at = unit * step;
            const double above = step < 5 ? unit * (step < 2 ? 2 : 5) : unit * 10;
            if (direction > 0 && at > value * 1.0001) return at;
            if (direction < 0 && above > value * 0.9999 && at < value * 0.9999) return at < 10 ? 0 : at;
        }
}

size_t word_of(const sim::Field& field, const std::string& value) {
    const auto at = std::find(field.words.begin(), field.words.end(), value);
    return at == field.words.end() ? 0 : static_cast<size_t>(at - field.words.begin());
}

}  // namespace

std::string value_group(const sim::Field& field, const std::vector<sim::Field>& all) {
    const std::vector<std::string> parts = parts_of(field.path);
    if (parts.size() < 2) return "Run";
    std::string group = parts[0];
    group[0] = static_cast<char>(group[0] - 'a' + 'A');
    if (!in_list(parts[0]) || parts.size() < 3) return group;
    const std::string own = parts[0] + '.' + parts[1] + '.';
    const bool several = std::any_of(all.begin(), all.end(), [&](const sim::Field& other) { return other.path.starts_with(parts[0] + '.') && !other.path.starts_with(own); });
    return several ? group + ' ' + parts[1] : group;
}

std::string value_name(const sim::Field& field) {
    const std::vector<std::string> parts = parts_of(field.path);
    const size_t from = in_list(parts[0]) && parts.size() > 2 ? 2 : parts.size() > 1 ? 1 : 0;
    if (parts[0] == "worker" && parts.size() == 3 && parts[2] == "count") return "threads";
    std::string name;
    for (size_t i = from; i < parts.size(); ++i) {
        if (is_number(parts[i])) name += (parts[i - 1].starts_with("on_") || parts[i - 1] == "steps" ? ", step " : ", ") + std::to_string(std::atoi(parts[i].c_str()) + 1);
        else name += (name.empty() ? "" : is_number(parts[i - 1]) ? ": " : ", ") + spaced(parts[i]);
    }
    return name;
}

std::string value_label(const sim::Field& field, const std::vector<sim::Field>& all) {
    std::string group = value_group(field, all);
    if (group == "Run" || group == "Machine" || group == "Port" || group == "Worker") return value_name(field);
    group[0] = static_cast<char>(group[0] - 'A' + 'a');
    return group + ": " + value_name(field);
}

std::string value_unit(const sim::Field& field) {
    if (field.kind != Kind::whole) return {};
    const std::string& path = field.path;
    const auto is = [&path](const char* end) { return path.ends_with(end); };
    if (is(".concurrency")) return "threads at once";
    if (is(".batch")) return "packets a get";
    if (is(".channels")) return "at once";
    if (is(".arrivals.count")) return "packets";
    if (is(".closed")) return "clients";
    return {};
}

double value_share(const sim::Field& field, const std::string& reference) {
    if (field.kind == Kind::word) return field.words.size() < 2 ? 0 : static_cast<double>(word_of(field, field.value)) / static_cast<double>(field.words.size() - 1);
    if (field.value == "infinite") return 1;
    const Range range = range_of(field, reference);
    const double value = number_of(field, field.value);
    if (!range.logarithmic) return std::clamp((value - range.low) / (range.high - range.low), 0.0, 1.0);
    if (value < range.low) return 0;
    const double share = std::log(value / range.low) / std::log(range.high / range.low);
    return std::clamp(kZeroShare + share * ((field.infinite ? kInfiniteShare : 1) - kZeroShare), kZeroShare, 1.0);
}

std::string value_at_share(const sim::Field& field, const std::string& reference, double share) {
    if (field.kind == Kind::word) return field.words[static_cast<size_t>(std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(field.words.size() - 1)))];
    if (field.infinite && share > (1 + kInfiniteShare) / 2) return "infinite";
    const Range range = range_of(field, reference);
    if (!range.logarithmic) {
        const double value = range.low + std::clamp(share, 0.0, 1.0) * (range.high - range.low);
        return written(field, field.kind == Kind::share ? std::round(value * 100) / 100 : std::round(value));
    }
    if (share < kZeroShare / 2) return written(field, field.kind == Kind::whole ? field.low : 0);
    const double along = std::clamp((share - kZeroShare) / ((field.infinite ? kInfiniteShare : 1) - kZeroShare), 0.0, 1.0);
    return written(field, std::clamp(two_digits(range.low * std::pow(range.high / range.low, along)), field.kind == Kind::whole ? field.low : 0, field.kind == Kind::whole ? field.high : 1e18));
}

std::string value_next(const sim::Field& field, int direction) {
    if (field.kind == Kind::word) {
        const size_t count = field.words.size(), now = word_of(field, field.value);
        return field.words[(now + (direction > 0 ? 1 : count - 1)) % count];
    }
    if (field.kind == Kind::whole) {                       // exact also where no double is
        uint64_t value = 0;
        std::from_chars(field.value.data(), field.value.data() + field.value.size(), value);
        if (direction < 0 && static_cast<double>(value) <= field.low) return field.value;
        if (direction > 0 && (static_cast<double>(value) >= field.high && value >= static_cast<uint64_t>(field.high))) return field.value;
        return std::to_string(direction > 0 ? value + 1 : value - 1);
    }
    if (field.kind == Kind::share) return plain(std::clamp(std::strtod(field.value.c_str(), nullptr) + direction * 0.05, field.low, field.high));
    if (field.value == "infinite") return direction > 0 ? field.value : "1s";
    return duration_of(next_of_series(duration_ns(field.value), direction));
}

const sim::Field* find_field(const std::vector<sim::Field>& fields, const std::string& path) {
    const auto at = std::find_if(fields.begin(), fields.end(), [&path](const sim::Field& field) { return field.path == path; });
    return at == fields.end() ? nullptr : &*at;
}

}  // namespace gui
