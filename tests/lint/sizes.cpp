#include <cctype>
#include <map>
#include <sstream>

#include "tests/lint/lint.h"

namespace lint {
namespace {

constexpr int kFileLinesMax = 500;
constexpr int kFunctionLinesMax = 70;

struct Function { std::string name; int first = 0, last = 0; };

bool is_name_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The name before the first '(' of a declaration: "void draw(int x)" -> "draw".
std::string name_of(std::string_view declaration) {
    std::size_t end = declaration.find('(');
    while (end > 0 && declaration[end - 1] == ' ') --end;
    std::size_t start = end;
    while (start > 0 && (is_name_letter(declaration[start - 1]) || declaration[start - 1] == ':')) --start;
    return std::string(declaration.substr(start, end - start));
}

bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if (!(at > 0 && is_name_letter(text[at - 1])) && !(end < text.size() && is_name_letter(text[end]))) return true;
    }
    return false;
}

enum class Brace { scope, function, inner };

Brace kind_of(std::string_view declaration, bool at_scope) {
    if (!at_scope) return Brace::inner;
    if (declaration.find('(') != std::string_view::npos) return Brace::function;
    for (std::string_view word : {"namespace", "class", "struct", "union", "extern"}) {
        if (has_word(declaration, word)) return Brace::scope;
    }
    return Brace::inner;   // an initialiser or an enum
}

/// Functions by their braces: enough for code that is formatted like ours.
std::vector<Function> functions_of(std::string_view text) {
    const std::string code = code_only(text);
    std::vector<Function> functions, running;
    std::vector<Brace> open;
    std::string declaration;
    int line = 1, first = 0;
    for (const char c : code) {
        if (c == '\n') ++line;
        const bool at_scope = open.empty() || open.back() == Brace::scope;
        if (c == '{') {
            open.push_back(kind_of(declaration, at_scope));
            if (open.back() == Brace::function) running.push_back({name_of(declaration), first, 0});
            if (open.back() != Brace::inner) declaration.clear();
        } else if (c == '}' && !open.empty()) {
            if (open.back() == Brace::function) {
                running.back().last = line;
                functions.push_back(running.back());
                running.pop_back();
            }
            if (open.back() != Brace::inner) declaration.clear();
            open.pop_back();
        } else if (c == ';' && at_scope) {
            declaration.clear();
        } else if (at_scope) {
            if (declaration.empty() && (c == ' ' || c == '\n')) continue;
            if (declaration.empty()) first = line;
            declaration += c == '\n' ? ' ' : c;
        }
    }
    return functions;
}

struct Exception { int lines_max = 0; bool used = false; };

std::map<std::string, Exception> read_exceptions(std::string_view text, Complaints& found) {
    std::map<std::string, Exception> all;
    int number = 0;
    for (std::string_view line : lines_of(text)) {
        ++number;
        if (line.empty() || line.front() == '#') continue;
        std::istringstream in{std::string(line)};
        std::string where, reason;
        Exception exception;
        in >> where >> exception.lines_max;
        std::getline(in >> std::ws, reason);
        if (reason.size() < 10) found.push_back({"tests/lint/exceptions.txt", number, "an exception needs a reason: " + where});
        all[where] = exception;
    }
    return all;
}

}  // namespace

Complaints check_sizes(const Tree& tree, std::string_view exceptions_text) {
    Complaints found;
    auto exceptions = read_exceptions(exceptions_text, found);
    const auto check = [&](const std::string& path, int at, const std::string& name, int lines, int lines_max) {
        if (lines <= lines_max) return;
        const auto exception = exceptions.find(name);
        if (exception != exceptions.end()) {
            exception->second.used = true;
            lines_max = exception->second.lines_max;
        }
        if (lines > lines_max) found.push_back({path, at, name + " has " + std::to_string(lines) + " lines, at most " + std::to_string(lines_max)});
    };
    for (const File& file : tree) {
        if (!is_code(file)) continue;
        check(file.path, 0, file.path, static_cast<int>(lines_of(file.text).size()), kFileLinesMax);
        for (const Function& function : functions_of(file.text)) {
            check(file.path, function.first, file.path + ":" + function.name, function.last - function.first + 1, kFunctionLinesMax);
        }
    }
    for (const auto& entry : exceptions) {
        if (!entry.second.used) found.push_back({"tests/lint/exceptions.txt", 0, "no longer needed: " + entry.first});
    }
    return found;
}

}  // namespace lint
