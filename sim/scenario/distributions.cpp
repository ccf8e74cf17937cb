// Durations and distributions in a scenario file.
#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/scenario/check.h"
#include "sim/scenario/load.h"
#include "sim/scenario/samples.h"

namespace sim {
namespace {

const Words kDistributions{"uniform", "exponential", "lognormal", "choice", "samples"};

Distribution fixed(Duration value) {
    Distribution d;
    d.a = value;
    return d;
}

void read_uniform(Checker& check, const Value& value, Distribution& d) {
    d.kind = Distribution::Kind::uniform;
    if (value.kind != Value::Kind::array || value.items.size() != 2)
        return check.fail(value.at, "uniform is " + shown(value) + ", expected two durations: [\"1ms\", \"2ms\"]");
    d.a = read_duration(check, value.items[0], "uniform");
    d.b = read_duration(check, value.items[1], "uniform");
    if (d.a > d.b)
        check.fail(value.at, "uniform goes from " + duration_text(d.a) + " down to " + duration_text(d.b) + ", expected the smaller one first",
                   "did you mean [\"" + duration_text(d.b) + "\", \"" + duration_text(d.a) + "\"]?");
}

void read_lognormal(Checker& check, const Value& value, Distribution& d) {
    d.kind = Distribution::Kind::lognormal;
    const std::string expected = "expected { median = \"200us\", sigma = 0.5 }";
    if (value.kind != Value::Kind::table) return check.fail(value.at, "lognormal is " + shown(value) + ", " + expected);
    check_keys(check, value, "in lognormal", {{"median", "sigma"}, {}});
    const Value* median = value.find("median");
    const Value* sigma = value.find("sigma");
    if (!median || !sigma) return check.fail(value.at, std::string("lognormal has no ") + (median ? "sigma, " : "median, ") + expected);
    d.a = read_duration(check, *median, "median");
    note_value(check, *sigma, {.kind = Field::Kind::share, .low = 0, .high = 100});
    d.sigma = sigma->kind == Value::Kind::whole ? static_cast<double>(sigma->whole) : sigma->real;
    const bool is_number = sigma->kind == Value::Kind::whole || sigma->kind == Value::Kind::real;
    if (!is_number || !(d.sigma >= 0 && d.sigma <= 100)) check.fail(sigma->at, "sigma is " + shown(*sigma) + ", expected a number from 0 to 100");
}

void read_choice(Checker& check, const Value& value, Distribution& d) {
    d.kind = Distribution::Kind::choice;
    const std::string expected = "expected pairs of chance and duration: [[0.9, \"1ms\"], [0.1, \"20ms\"]]";
    if (value.kind != Value::Kind::array || value.items.empty()) return check.fail(value.at, "choice is " + (value.items.empty() && value.kind == Value::Kind::array ? "an empty list" : shown(value)) + ", " + expected);
    double sum = 0;
    for (const Value& pair : value.items) {
        if (pair.kind != Value::Kind::array || pair.items.size() != 2) return check.fail(pair.at, "choice has " + shown(pair) + " in it, " + expected);
        d.weights.push_back(read_chance(check, pair.items[0], "the chance in choice"));
        d.values.push_back(read_duration(check, pair.items[1], "choice"));
        sum += d.weights.back();
    }
    Value total;
    total.kind = Value::Kind::real;
    total.real = sum;
    if (std::abs(sum - 1) > 1e-9) check.fail(value.at, "the chances in choice add up to " + shown(total) + ", expected 1");
}

void read_samples(Checker& check, const Value& value, Distribution& d) {
    d.kind = Distribution::Kind::samples;
    if (value.kind == Value::Kind::array && !value.items.empty()) {
        std::vector<FieldRead>* const fields = std::exchange(check.fields, nullptr);      // nobody turns a measured time
        for (const Value& item : value.items) d.values.push_back(read_duration(check, item, "a sample"));
        check.fields = fields;
        return;
    }
    if (value.kind != Value::Kind::text || value.text.empty())
        return check.fail(value.at, "samples is " + shown(value) + ", expected the name of a file next to the scenario, \"times.csv\", or a list of durations");
    Result<std::vector<Duration>> values = read_samples_file(check.file, value.text);
    if (values) {
        d.values = *values;
        check.samples_named.push_back({.name = value.text, .at = value.at, .values = std::move(*values)});
        return;
    }
    if (values.error().file.empty()) check.fail(value.at, values.error().what, values.error().hint);      // no such file: the scenario is wrong
    else if (!check.error) check.error = values.error();
}

}  // namespace

Duration read_duration(Checker& check, const Value& value, std::string_view name, bool allow_infinite) {
    const std::string subject(name);
    note_value(check, value, {.kind = Field::Kind::duration, .infinite = allow_infinite});
    if (value.kind != Value::Kind::text) {
        const bool is_number = value.kind == Value::Kind::whole || value.kind == Value::Kind::real;
        if (is_number) check.fail(value.at, subject + " is " + shown(value) + ", expected a duration with a unit: ns, us, ms or s", "did you mean \"" + shown(value) + "ms\"?");
        else check.fail(value.at, subject + " is " + shown(value) + ", expected a duration such as \"5ms\"");
        return {};
    }
    const Result<Duration> parsed = parse_duration(value.text, allow_infinite);
    if (parsed) return *parsed;
    check.fail(value.at, subject + ": " + parsed.error().what, parsed.error().hint);
    return {};
}

Distribution read_distribution(Checker& check, const Value& value, std::string_view name) {
    if (value.kind != Value::Kind::table) return fixed(read_duration(check, value, name));
    Distribution d;
    if (value.members.size() != 1) {
        check.fail(value.at, std::string(name) + " has " + std::to_string(value.members.size()) + " keys, expected one of " + joined(kDistributions));
        return d;
    }
    const Member& member = value.members[0];
    if (member.key == "uniform") read_uniform(check, member.value, d);
    else if (member.key == "exponential") {
        d.kind = Distribution::Kind::exponential;
        d.a = read_duration(check, member.value, "exponential");
    } else if (member.key == "lognormal") read_lognormal(check, member.value, d);
    else if (member.key == "choice") read_choice(check, member.value, d);
    else if (member.key == "samples") read_samples(check, member.value, d);
    else check.fail(member.at, "unknown distribution " + in_quotes(member.key) + ", expected " + joined(kDistributions), did_you_mean(member.key, kDistributions));
    return d;
}

}  // namespace sim
