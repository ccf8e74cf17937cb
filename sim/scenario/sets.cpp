// --set PATH=VALUE: puts values into the tree before it is checked, so that one set of checks serves both.
#include <algorithm>

#include "sim/scenario/check.h"

namespace sim {
namespace {

const Words kTop{"title", "about", "number", "seed", "until", "machine", "port", "device", "file", "worker", "thread", "source"};
const Words kLists{"port", "device", "file", "worker", "thread", "source"};

Words split(std::string_view path) {
    Words parts;
    while (true) {
        const size_t dot = path.find('.');
        parts.emplace_back(path.substr(0, dot));
        if (dot == std::string_view::npos) return parts;
        path.remove_prefix(dot + 1);
    }
}

void stamp(Value& value, Position at) {
    value.at = at;
    for (Member& member : value.members) {
        member.at = at;
        stamp(member.value, at);
    }
    for (Value& item : value.items) stamp(item, at);
}

// TOML where it is a TOML value, else text, so that `machine.quantum=5ms` needs no quotes.
Value value_of(const std::string& text, Position at) {
    Value value;
    value.kind = Value::Kind::text;
    value.text = text;
    if (text.find('\n') == std::string::npos && text.find('#') == std::string::npos) {
        Result<Value> parsed = toml_parse("v = " + text, "");
        if (parsed && parsed->members.size() == 1) value = std::move(parsed->members[0].value);
    }
    stamp(value, at);
    return value;
}

Value* element_named(Checker& check, Value& root, const Words& path, Position at) {
    const std::string list = "[[" + path[0] + "]]";
    if (path.size() < 3) {
        check.fail(at, "the path names a whole " + list + ", expected " + path[0] + ".NAME.KEY");
        return nullptr;
    }
    Words names;
    if (Value* tables = root.find(path[0])) {
        for (Value& table : tables->items) {
            const Value* name = table.find("name");
            if (!name || name->kind != Value::Kind::text) continue;
            if (name->text == path[1]) return &table;
            names.push_back(name->text);
        }
    }
    const std::string expected = names.empty() ? "; the file has none" : ", expected " + joined(names);
    check.fail(at, "no " + list + " is named " + in_quotes(path[1]) + expected, did_you_mean(path[1], names));
    return nullptr;
}

Value* child_of(Checker& check, Value& parent, const std::string& key, Position at) {
    if (parent.kind == Value::Kind::array) {                // a step of a handler, counted from 0
        size_t index = 0;
        const bool is_index = !key.empty() && key.size() < 8 && key.find_first_not_of("0123456789") == std::string::npos;
        if (is_index) index = static_cast<size_t>(std::stoul(key));
        if (is_index && index < parent.items.size()) return &parent.items[index];
        check.fail(at, in_quotes(key) + " is no place in a list of " + std::to_string(parent.items.size()) + ", expected a number counted from 0");
        return nullptr;
    }
    if (parent.kind != Value::Kind::table) {
        check.fail(at, "the path goes on after a value: " + in_quotes(key) + ", expected no more");
        return nullptr;
    }
    if (Value* child = parent.find(key)) return child;
    Value table;                                            // unknown keys are found by the checks
    table.at = at;
    parent.members.push_back({key, at, std::move(table)});
    return &parent.members.back().value;
}

void apply_set(Checker& check, Value& root, const std::string& set, Position at) {
    const size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0)
        return check.fail(at, "not of the form PATH=VALUE, expected for example machine.processors=8");
    const Words path = split(std::string_view(set).substr(0, equals));
    if (std::any_of(path.begin(), path.end(), [](const std::string& part) { return part.empty(); }))
        return check.fail(at, "the path has an empty part, expected for example machine.processors=8");
    if (path.size() > 16) return check.fail(at, "the path has more than 16 parts, expected for example machine.processors=8");
    if (std::find(kTop.begin(), kTop.end(), path[0]) == kTop.end())
        return check.fail(at, "unknown path " + in_quotes(path[0]) + ", expected " + joined(kTop), did_you_mean(path[0], kTop));

    Value* place = &root;
    size_t next = 0;
    if (std::find(kLists.begin(), kLists.end(), path[0]) != kLists.end()) {
        place = element_named(check, root, path, at);
        next = 2;
    }
    for (; place && next < path.size(); ++next) place = child_of(check, *place, path[next], at);
    if (place) *place = value_of(set.substr(equals + 1), at);
}

}  // namespace

void apply_sets(Checker& check, Value& root) {
    for (size_t i = 0; i < check.sets.size() && !check.failed(); ++i)
        apply_set(check, root, check.sets[i], {0, 0, static_cast<int>(i)});
}

}  // namespace sim
