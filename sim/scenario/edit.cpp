#include "sim/scenario/edit.h"

#include <algorithm>

#include "sim/scenario/check.h"

namespace sim {
namespace {

// The same values, wherever they stand and in whatever order keys are written.
bool same(const Value& a, const Value& b) {
    if (a.kind != b.kind || a.text != b.text || a.whole != b.whole || a.boolean != b.boolean || a.real != b.real) return false;
    if (a.members.size() != b.members.size() || a.items.size() != b.items.size()) return false;
    for (const Member& member : a.members) {
        const Value* other = b.find(member.key);
        if (other == nullptr || !same(member.value, *other)) return false;
    }
    for (size_t i = 0; i < a.items.size(); ++i)
        if (!same(a.items[i], b.items[i])) return false;
    return true;
}

// Where a line and a column, from 1 and in characters, are in the text.
size_t offset_of(const std::string& text, Position at) {
    size_t offset = 0;
    for (int line = 1; line < at.line && offset < text.size(); ++line) offset = std::min(text.find('\n', offset), text.size() - 1) + 1;
    const auto goes_on = [&text](size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; };
    for (int column = 1; column < at.column && offset < text.size(); ++column)
        do ++offset;
        while (offset < text.size() && goes_on(offset));
    return offset;
}

size_t after_quotes(const std::string& text, size_t at) {
    const char quote = text[at];
    const bool three = text.compare(at, 3, std::string(3, quote)) == 0;
    const std::string end(three ? 3 : 1, quote);
    for (at += end.size(); at < text.size(); ++at) {
        if (text[at] == '\\' && quote == '"') ++at;
        else if (text.compare(at, end.size(), end) == 0) return at + end.size();
    }
    return text.size();
}

// The place after the value that begins here.
size_t after_value(const std::string& text, size_t at) {
    int depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"' || c == '\'') {
            at = after_quotes(text, at);
            if (depth == 0) return at;
            continue;
        }
        if (c == '#' && depth > 0) at = std::min(text.find('\n', at), text.size());
        else if (c == '[' || c == '{') ++depth;
        else if ((c == ']' || c == '}') && --depth <= 0) return depth < 0 ? at : at + 1;
        else if (depth == 0 && (c == ',' || c == '#' || c == ' ' || c == '\t' || c == '\r' || c == '\n')) return at;
        ++at;
    }
    return text.size();
}

size_t after_line(const std::string& text, size_t at) { return std::min(text.find('\n', at), text.size() - 1) + 1; }

/// How far the text goes along a path: the last value that is there, and what is missing below it.
struct Reach { const Value* value = nullptr; size_t known = 0; };

Reach reach_of(const Value& root, const Words& path) {
    Reach reach{&root, 0};
    while (reach.known < path.size()) {
        const std::string& part = path[reach.known];
        const Value* next = nullptr;
        if (reach.value->kind == Value::Kind::table) next = reach.value->find(part);
        if (reach.value->kind == Value::Kind::array) {
            const bool list = reach.known == 1;             // [[port]]: by name
            for (size_t i = 0; i < reach.value->items.size() && next == nullptr; ++i) {
                const Value& item = reach.value->items[i];
                const Value* name = list ? item.find("name") : nullptr;
                if (list ? name != nullptr && name->text == part : std::to_string(i) == part) next = &item;
            }
        }
        if (next == nullptr) return reach;
        reach = {next, reach.known + 1};
    }
    return reach;
}

// A line in the table that this header opens: after its last plain value, so that it stands with its like.
size_t place_in(const std::string& text, const Value& table, size_t header) {
    size_t place = after_line(text, header);
    for (const Member& member : table.members)
        if (member.value.kind != Value::Kind::table && member.value.kind != Value::Kind::array) place = std::max(place, after_line(text, after_value(text, offset_of(text, member.value.at))));
    return place;
}

std::string with_missing(const std::string& text, const Reach& reach, const Words& path, const std::string& value) {
    std::string line = path.back() + " = " + value;
    for (size_t i = path.size() - 1; i > reach.known + (reach.known == 0 ? 1 : 0); --i) line = path[i - 1] + " = { " + line + " }";
    std::string out = text;
    if (!out.empty() && out.back() != '\n') out += '\n';
    if (reach.known == 0 && path.size() > 1) return out + "\n[" + path[0] + "]\n" + line + '\n';
    if (reach.known == 0) {                                // before what else stands at the top
        const Value& root = *reach.value;
        const bool first = !root.members.empty() && root.members.front().value.kind != Value::Kind::table && root.members.front().value.kind != Value::Kind::array;
        out.insert(first ? offset_of(out, {root.members.front().at.line, 1, -1}) : 0, line + '\n');
        return out;
    }
    const size_t at = offset_of(out, reach.value->at);
    if (at < out.size() && out[at] == '{') out.insert(at + 1, ' ' + line + (reach.value->members.empty() ? " " : ","));
    else out.insert(place_in(out, *reach.value, at), line + '\n');
    return out;
}

std::string literal(const std::string& value) {
    const Result<Value> parsed = toml_parse("v = " + value, "");
    const bool plain = parsed && parsed->members.size() == 1 && value.find_first_of("\n#") == std::string::npos;
    if (plain) return value;
    std::string out = "\"";
    for (const char c : value) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + '"';
}

}  // namespace

Result<std::string> scenario_put(const std::string& text, const std::string& file, const std::string& set) {
    Result<Value> root = toml_parse(text, file);
    if (!root) return root.error();
    Result<Value> wanted = root;
    const std::vector<std::string> sets{set};
    Checker check{file, sets};
    apply_sets(check, *wanted);
    if (check.failed()) return *check.error;
    const size_t equals = set.find('=');
    Words path;
    for (size_t from = 0; from <= equals;) {
        const size_t to = std::min(set.find('.', from), equals);
        path.push_back(set.substr(from, to - from));
        from = to + 1;
    }
    const std::string value = literal(set.substr(equals + 1));
    const Reach reach = reach_of(*root, path);
    std::string out = text;
    if (reach.known == path.size()) {
        const size_t at = offset_of(text, reach.value->at);
        out.replace(at, after_value(text, at) - at, value);
    } else {
        out = with_missing(text, reach, path, value);
    }
    const Result<Value> made = toml_parse(out, file);
    if (made && same(*made, *wanted)) return out;
    return Error{.file = file, .line = reach.value->at.line, .column = reach.value->at.column, .what = "'" + set + "' can't be put into the text here", .hint = "write it by hand"};
}

}  // namespace sim
