#include "sim/scenario/fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "sim/scenario/check.h"

namespace sim {
namespace {

using Paths = std::map<const Value*, std::string>;

// Where each value of the tree stands. Elements of [[lists]] go by their names, others by their place.
void name_paths(const Value& value, const std::string& path, bool top, Paths& out) {
    out[&value] = path;
    const std::string before = path.empty() ? std::string() : path + '.';
    for (const Member& member : value.members) {
        const bool list = top && member.value.kind == Value::Kind::array;
        if (!list) {
            name_paths(member.value, before + member.key, false, out);
            continue;
        }
        for (const Value& item : member.value.items) {
            const Value* name = item.find("name");
            if (name != nullptr) name_paths(item, before + member.key + '.' + name->text, false, out);
        }
    }
    for (size_t i = 0; i < value.items.size(); ++i) name_paths(value.items[i], before + std::to_string(i), false, out);
}

std::string written_value(const Value& value) {
    switch (value.kind) {
        case Value::Kind::text: return value.text;
        case Value::Kind::whole: return std::to_string(value.whole);
        case Value::Kind::boolean: return value.boolean ? "true" : "false";
        case Value::Kind::real: {
            std::array<char, 32> text{};
            const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value.real);
            return {text.data(), end};
        }
        case Value::Kind::table: case Value::Kind::array: case Value::Kind::date: break;
    }
    return {};
}

}  // namespace

void note_value(Checker& check, const Value& value, Field field) {
    if (check.fields != nullptr) check.fields->push_back({.value = &value, .field = std::move(field)});
}

void note_default(Checker& check, const Value& table, std::string_view key, Field field) {
    if (check.fields == nullptr) return;
    field.path = key;
    check.fields->push_back({.table = &table, .field = std::move(field)});
}

Result<std::vector<Field>> scenario_fields(const std::string& text, const std::string& path, const std::vector<std::string>& sets) {
    Result<Value> root = toml_parse(text, path);
    if (!root) return root.error();
    Checker check{path, sets};
    apply_sets(check, *root);
    std::vector<FieldRead> read;
    check.fields = &read;
    Scenario scenario;
    read_scenario(check, *root, scenario);
    if (check.failed()) return *check.error;
    Paths paths;
    name_paths(*root, {}, true, paths);
    std::vector<Field> fields;
    std::set<std::string> seen{"number"};                  // a place in a list, nothing of the run
    for (FieldRead& one : read) {
        Field& field = one.field;
        const auto at = paths.find(one.value != nullptr ? one.value : one.table);
        if (at == paths.end()) continue;
        field.written = one.value != nullptr;
        if (field.written) field.path = at->second, field.value = written_value(*one.value);
        else if (!at->second.empty()) field.path = at->second + '.' + field.path;
        if (seen.insert(field.path).second) fields.push_back(std::move(field));
    }
    return fields;
}

}  // namespace sim
