#include "sim/scenario/toml.h"

#include <algorithm>
#include <stdexcept>

// The library takes for granted that a table's name begins with a letter; "[.x]" breaks that, and in a release build it would run
// on regardless. Here what it takes for granted is an exception, in every build.
namespace {
struct TakenForGranted : std::logic_error { using std::logic_error::logic_error; };
[[noreturn]] void not_granted(const char* what) { throw TakenForGranted(what); }
}
#undef NDEBUG
#define TOML_ASSERT(expr) ((expr) ? void() : not_granted(#expr))
#include <toml++/toml.h>

namespace sim {
namespace {

constexpr int kDotsMax = 16;          // a.b.c...: deeper keys would overflow the stack when the tree is taken down

Position position_of(const toml::source_region& region) {
    return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column), -1};
}

bool stands_before(const Position& a, const Position& b) {
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

Value convert(const toml::node& node) {
    Value out;
    out.at = position_of(node.source());
    switch (node.type()) {
        case toml::node_type::table:
            out.kind = Value::Kind::table;
            for (const auto& [key, value] : *node.as_table())
                out.members.push_back({std::string(key.str()), position_of(key.source()), convert(value)});
            // The library sorts by name; sources and workers count in the order of the file.
            std::stable_sort(out.members.begin(), out.members.end(), [](const Member& a, const Member& b) { return stands_before(a.at, b.at); });
            break;
        case toml::node_type::array:
            out.kind = Value::Kind::array;
            for (const toml::node& item : *node.as_array()) out.items.push_back(convert(item));
            break;
        case toml::node_type::string:
            out.kind = Value::Kind::text;
            out.text = node.as_string()->get();
            break;
        case toml::node_type::integer:
            out.kind = Value::Kind::whole;
            out.whole = node.as_integer()->get();
            break;
        case toml::node_type::floating_point:
            out.kind = Value::Kind::real;
            out.real = node.as_floating_point()->get();
            break;
        case toml::node_type::boolean:
            out.kind = Value::Kind::boolean;
            out.boolean = node.as_boolean()->get();
            break;
        case toml::node_type::none:
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time: out.kind = Value::Kind::date; break;
    }
    return out;
}

// Length of the UTF-8 character at the front, 0 if it is none, or a control character that no text file has.
size_t character_size(std::string_view text) {
    const unsigned char first = static_cast<unsigned char>(text.front());
    if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? (first == 0x7F ? 0 : 1) : 0;
    const size_t size = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (first >= 0xF5 || size == 0 || text.size() < size) return 0;
    uint32_t code = first & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; ++i) {
        const unsigned char next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80) return 0;
        code = (code << 6) | (next & 0x3Fu);
    }
    const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    return overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ? 0 : size;
}

std::string byte_text(char c) {
    const unsigned char byte = static_cast<unsigned char>(c);
    constexpr std::string_view digits = "0123456789ABCDEF";
    return std::string("0x") + digits[byte >> 4] + digits[byte & 15];
}

// Finds bytes that are no text, so that a program given by mistake is called what it is.
bool is_text(std::string_view text, Error& error) {
    int line = 1, column = 1;
    for (size_t at = 0; at < text.size();) {
        const size_t size = character_size(text.substr(at));
        if (size == 0) {
            error.line = line;
            error.column = column;
            error.what = "byte " + byte_text(text[at]) + " is not text, expected a TOML file in UTF-8";
            error.hint = "is this a binary file?";
            return false;
        }
        column = text[at] == '\n' ? 1 : column + 1;
        line += text[at] == '\n' ? 1 : 0;
        at += size;
    }
    return true;
}

// Steps over the string that begins at `at`; returns the place after it. Unfinished ones are the library's to report.
size_t after_string(std::string_view text, size_t at) {
    const char quote = text[at];
    const std::string three(3, quote);
    const bool long_string = text.substr(at, 3) == three;
    at += long_string ? 3 : 1;
    while (at < text.size()) {
        if (text[at] == '\\' && quote == '"') at += 2;
        else if (long_string && text.substr(at, 3) == three) return at + 3;
        else if (!long_string && text[at] == quote) return at + 1;
        else if (!long_string && text[at] == '\n') return at;
        else ++at;
    }
    return text.size();
}

bool keys_are_shallow(std::string_view text, Error& error) {
    int line = 1, dots = 0;
    for (size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"' || c == '\'') {
            const size_t end = after_string(text, at);
            line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
            at = end;
            continue;
        }
        if (c == '#') {
            at = std::min(text.find('\n', at), text.size());
            continue;
        }
        if (c == '.') ++dots;
        if (std::string_view("=,{}[]\n").find(c) != std::string_view::npos) dots = 0;
        line += c == '\n' ? 1 : 0;
        ++at;
        if (dots > kDotsMax) {
            error.line = line;
            error.column = 1;
            error.what = "a key has more than " + std::to_string(kDotsMax) + " dots, expected a key of a scenario";
            return false;
        }
    }
    return true;
}

Error from_library(const toml::parse_error& failure, const std::string& file) {
    Error error;
    error.file = file;
    const Position at = position_of(failure.source());
    error.line = at.line;
    error.column = at.column;
    error.what = "not valid TOML: " + std::string(failure.description());
    const auto has = [&](std::string_view part) { return error.what.find(part) != std::string::npos; };
    if (has("64 bits"))
        error.what += ", expected a whole number from -9223372036854775808 to 9223372036854775807";
    else if (has("redefine"))
        error.what += ", expected each key once";
    else if (!has("expected"))
        error.what += ", expected `key = value`, [table] or [[table]]";
    return error;
}

// The table header that the library stumbled over: the first whose name does not begin like one.
Error bad_table_name(std::string_view text, const std::string& file) {
    Error error{.file = file, .line = 1, .column = 1, .what = "not valid TOML: a table's name is expected after '[', such as [machine] or [[port]]", .hint = {}};
    int line = 1;
    for (size_t at = 0; at < text.size(); ++line) {
        const size_t end = std::min(text.find('\n', at), text.size());
        size_t i = std::min(text.find_first_not_of(" \t", at), end);
        const bool header = i < end && text[i] == '[';
        while (i < end && (text[i] == '[' || text[i] == ' ' || text[i] == '\t')) ++i;
        const std::string_view begins_a_name = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-\"'";
        if (header && (i == end || begins_a_name.find(text[i]) == std::string_view::npos)) {
            error.line = line;
            error.column = static_cast<int>(i - at) + 1;
            return error;
        }
        at = end + 1;
    }
    return error;
}

}  // namespace

const Value* Value::find(std::string_view key) const {
    for (const Member& member : members)
        if (member.key == key) return &member.value;
    return nullptr;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(static_cast<const Value&>(*this).find(key)); }

Result<Value> toml_parse(std::string_view text, const std::string& file) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    Error error;
    error.file = file;
    if (!is_text(text, error) || !keys_are_shallow(text, error)) return error;
    try {
        return convert(toml::parse(text));
    } catch (const toml::parse_error& failure) {
        return from_library(failure, file);
    } catch (const TakenForGranted&) {
        return bad_table_name(text, file);
    }
}

}  // namespace sim
