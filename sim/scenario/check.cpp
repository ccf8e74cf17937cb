#include "sim/scenario/check.h"

#include <algorithm>

#include "sim/scenario/load.h"

namespace sim {
namespace {

// Edit distance where a swap of neighbours counts one. Words are short.
size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
    for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t change = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[a.size()][b.size()];
}

bool starts_with(std::string_view text, std::string_view start) { return !start.empty() && text.substr(0, start.size()) == start; }

}  // namespace

bool can_be_name(std::string_view text) {
    return !text.empty() && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

void Checker::fail(Position at, std::string what, std::string hint) {
    if (error) return;
    Error first;
    first.file = file;
    if (at.set >= 0) first.file = "--set " + sets[static_cast<size_t>(at.set)];
    else {
        first.line = at.line;
        first.column = at.column;
    }
    first.what = std::move(what);
    first.hint = std::move(hint);
    error = std::move(first);
}

std::string did_you_mean(std::string_view word, const Words& words) {
    if (word.size() > 64) return {};
    const std::string* best = nullptr;
    size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
    for (const std::string& candidate : words) {
        const size_t d = distance(word, candidate);
        if (d < best_distance && d < candidate.size()) {
            best = &candidate;
            best_distance = d;
        }
    }
    return best ? "did you mean '" + *best + "'?" : std::string();
}

std::string joined(const Words& words) {
    std::string out;
    for (size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
        out += words[i];
    }
    return out;
}

std::string in_quotes(std::string_view text) {
    if (text.size() <= 40) return "'" + std::string(text) + "'";
    size_t end = 40;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;      // never half a character
    return "'" + std::string(text.substr(0, end)) + "...'";
}

std::string shown(const Value& value) {
    switch (value.kind) {
        case Value::Kind::table: return "a table";
        case Value::Kind::array: return "a list";
        case Value::Kind::text: return "the text " + in_quotes(value.text);
        case Value::Kind::whole: return std::to_string(value.whole);
        case Value::Kind::real: {
            std::string text = std::to_string(value.real);
            if (text.find('.') != std::string::npos) {
                while (text.back() == '0') text.pop_back();
                if (text.back() == '.') text += '0';
            }
            return text;
        }
        case Value::Kind::boolean: return value.boolean ? "true" : "false";
        case Value::Kind::date: return "a date";
    }
    return {};
}

void fail_later(Checker& check, Position at, std::string_view what, std::string hint) {
    check.fail(at, "not modelled yet: " + std::string(what), std::move(hint));
}

void check_keys(Checker& check, const Value& table, std::string_view where, const Keys& keys) {
    for (const Member& member : table.members) {
        if (std::find(keys.known.begin(), keys.known.end(), member.key) != keys.known.end() || starts_with(member.key, keys.prefix)) continue;
        const std::string expected = ", expected " + joined(keys.known);
        if (std::find(keys.later.begin(), keys.later.end(), member.key) != keys.later.end())
            return fail_later(check, member.at, member.key + expected);
        return check.fail(member.at, "unknown key " + in_quotes(member.key) + " " + std::string(where) + expected, did_you_mean(member.key, keys.known));
    }
}

int64_t read_whole(Checker& check, const Value& value, std::string_view name, int64_t min, int64_t max) {
    note_value(check, value, {.kind = Field::Kind::whole, .low = static_cast<double>(min), .high = static_cast<double>(max)});
    if (value.kind == Value::Kind::whole && value.whole >= min && value.whole <= max) return value.whole;
    check.fail(value.at, std::string(name) + " is " + shown(value) + ", expected a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return min;
}

double read_chance(Checker& check, const Value& value, std::string_view name) {
    note_value(check, value, {.kind = Field::Kind::share, .low = 0, .high = 1});
    const double number = value.kind == Value::Kind::real ? value.real : static_cast<double>(value.whole);
    const bool is_number = value.kind == Value::Kind::real || value.kind == Value::Kind::whole;
    if (is_number && number >= 0 && number <= 1) return number;
    check.fail(value.at, std::string(name) + " is " + shown(value) + ", expected a number from 0 to 1");
    return 0;
}

bool read_truth(Checker& check, const Value& value, std::string_view name) {
    note_value(check, value, {.kind = Field::Kind::word, .words = {"false", "true"}});
    if (value.kind != Value::Kind::boolean) check.fail(value.at, std::string(name) + " is " + shown(value) + ", expected true or false");
    return value.boolean;
}

void get_u32(Checker& check, const Value& table, std::string_view key, uint32_t& out, int64_t min, int64_t max) {
    if (const Value* value = table.find(key)) out = static_cast<uint32_t>(read_whole(check, *value, key, min, max));
    else note_default(check, table, key, {.kind = Field::Kind::whole, .value = std::to_string(out), .low = static_cast<double>(min), .high = static_cast<double>(max)});
}

void get_u64(Checker& check, const Value& table, std::string_view key, uint64_t& out) {
    if (const Value* value = table.find(key)) out = static_cast<uint64_t>(read_whole(check, *value, key, 0, INT64_MAX));
    else note_default(check, table, key, {.kind = Field::Kind::whole, .value = std::to_string(out), .high = static_cast<double>(INT64_MAX)});
}

void get_duration(Checker& check, const Value& table, std::string_view key, Duration& out, bool allow_infinite) {
    if (const Value* value = table.find(key)) out = read_duration(check, *value, key, allow_infinite);
    else note_default(check, table, key, {.kind = Field::Kind::duration, .value = duration_text(out), .infinite = allow_infinite});
}

void get_text(Checker& check, const Value& table, std::string_view key, std::string& out) {
    const Value* value = table.find(key);
    if (!value) return;
    if (value->kind != Value::Kind::text) return check.fail(value->at, std::string(key) + " is " + shown(*value) + ", expected text in quotes");
    out = value->text;
}

std::string read_name(Checker& check, const Value& table, std::string_view where, const Words& taken) {
    const Value* value = table.find("name");
    if (!value) {
        check.fail(table.at, std::string(where) + " has no name, expected name = \"...\"");
        return {};
    }
    std::string name;
    get_text(check, table, "name", name);
    if (check.failed()) return name;
    if (!can_be_name(name))
        check.fail(value->at, "name is " + shown(*value) + ", expected letters, digits, '_' and '-'");
    if (std::find(taken.begin(), taken.end(), name) != taken.end())
        check.fail(value->at, "a second " + std::string(where) + " is named " + in_quotes(name) + ", expected a name of its own");
    return name;
}

PortId read_port(Checker& check, const Value& value, const std::vector<PortParams>& ports) {
    Words names;
    for (uint32_t i = 0; i < ports.size(); ++i) {
        if (value.kind == Value::Kind::text && ports[i].name == value.text) return {i};
        names.push_back(ports[i].name);
    }
    if (value.kind != Value::Kind::text) check.fail(value.at, "the port is " + shown(value) + ", expected the name of a [[port]]: " + joined(names));
    else check.fail(value.at, "no [[port]] is named " + in_quotes(value.text) + ", expected " + joined(names), did_you_mean(value.text, names));
    return {};
}

void get_flag(Checker& check, const Value& table, std::string_view key, bool& out) {
    if (const Value* value = table.find(key)) out = read_truth(check, *value, key);
}

void check_there(Checker& check, Position at, PortId port, const std::vector<PortParams>& ports, const std::string& who) {
    if (!port.valid() || ports[port.value].created) return;
    const std::string name = in_quotes(ports[port.value].name);
    check.fail(at, "port " + name + " is not there before a create_port step (created = false), expected for " + who + " one that is", "a worker of another port can go there: { serve = " + name + " }");
}

void check_created(Checker& check, const Scenario& scenario) {
    for (const Uncreated& one : check.uncreated) {
        const auto creates = [&one](const Step& step) { return step.kind == Step::Kind::create_port && step.port == one.port; };
        if (!any_step(scenario, creates))
            check.fail(one.at, "no step creates port " + in_quotes(scenario.ports[one.port.value].name) + ", expected one in a worker or a [[thread]]", "add { create_port = " + in_quotes(scenario.ports[one.port.value].name) + " }, or leave out created = false");
    }
}

PortId get_port(Checker& check, const Value& table, std::string_view where, const std::vector<PortParams>& ports) {
    if (const Value* value = table.find("port")) return read_port(check, *value, ports);
    check.fail(table.at, std::string(where) + " has no port, expected the name of a [[port]]",
               ports.size() == 1 ? "port = \"" + ports[0].name + "\"" : std::string());
    return {};
}

std::vector<const Value*> tables_named(Checker& check, const Value& root, std::string_view name) {
    std::vector<const Value*> tables;
    const Value* value = root.find(name);
    if (!value) return tables;
    const std::string word(name);
    if (value->kind == Value::Kind::table) check.fail(value->at, "[" + word + "] is one table, expected a list of them: [[" + word + "]]");
    else if (value->kind != Value::Kind::array) check.fail(value->at, word + " is " + shown(*value) + ", expected [[" + word + "]] tables");
    for (const Value& item : value->items) {
        if (item.kind != Value::Kind::table) check.fail(item.at, word + " has " + shown(item) + " in it, expected [[" + word + "]] tables");
        tables.push_back(&item);
    }
    return tables;
}

}  // namespace sim
