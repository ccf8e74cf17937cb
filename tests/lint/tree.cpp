#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/lint/lint.h"

namespace lint {
namespace fs = std::filesystem;
namespace {

constexpr std::array kTextEndings{".cpp", ".h", ".md", ".txt", ".toml", ".cmake", ".json", ".sh", "/run", ".gitignore", "LICENSE"};

bool is_ours(const std::string& path) {
    if (path == "build" || path == "portside-out") return false;
    return path.front() != '.' || path == ".ci" || path == ".gitignore";
}

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// From an opening '"' to behind the closing one; raw strings too.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    if (at > 0 && text[at - 1] == 'R') {
        const std::size_t open = text.find('(', at);
        const std::string close = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
        const std::size_t end = text.find(close, open);
        return end == std::string_view::npos ? text.size() : end + close.size();
    }
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\') ++i;
        else if (text[i] == '"') return i + 1;
    }
    return text.size();
}

/// 'x' or '\n'; a digit separator (1'000) is none.
std::size_t end_of_character(std::string_view text, std::size_t at) {
    if (at > 0 && std::isxdigit(static_cast<unsigned char>(text[at - 1]))) return at + 1;
    const std::size_t end = text.find('\'', at + (text[at + 1] == '\\' ? 3 : 1));
    return end == std::string_view::npos ? text.size() : end + 1;
}

/// Where the comment, string, character or preprocessor line that begins at `at` ends; `at` if none begins there.
std::size_t end_of_blank(std::string_view text, std::size_t at, bool line_start) {
    if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
    if (text.substr(at, 2) == "/*") return std::min(text.find("*/", at), text.size() - 2) + 2;
    if (text[at] == '"') return end_of_string(text, at);
    if (text[at] == '\'' && at + 1 < text.size()) return end_of_character(text, at);
    if (text[at] == '#' && line_start) {
        std::size_t end = text.find('\n', at);
        while (end != std::string_view::npos && text[end - 1] == '\\') end = text.find('\n', end + 1);
        return std::min(end, text.size());
    }
    return at;
}

}  // namespace

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }
bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}
bool is_code(const File& file) { return ends_with(file.path, ".cpp") || ends_with(file.path, ".h"); }

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<Include> includes_of(const File& file) {
    std::vector<Include> found;
    int number = 0;
    for (std::string_view line : lines_of(file.text)) {
        ++number;
        if (!starts_with(line, "#include")) continue;
        const std::size_t open = line.find_first_of("<\"");
        if (open == std::string_view::npos) continue;
        const std::size_t close = line.find_first_of(">\"", open + 1);
        found.push_back({std::string(line.substr(open + 1, close - open - 1)), number});
    }
    return found;
}

std::string code_only(std::string_view text) {
    std::string code(text);
    bool line_start = true;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = end_of_blank(text, at, line_start);
        for (std::size_t i = at; i < end; ++i) {
            if (code[i] != '\n') code[i] = ' ';
        }
        if (end == at) {
            if (text[at] == '\n') line_start = true;
            else if (text[at] != ' ' && text[at] != '\t') line_start = false;
        }
        at = std::max(end, at + 1);
    }
    return code;
}

Tree read_tree(const std::string& root) {
    Tree tree;
    for (fs::recursive_directory_iterator it(root), end; it != end; ++it) {
        const std::string path = fs::relative(it->path(), root).generic_string();
        if (it.depth() == 0 && !is_ours(path)) {
            it.disable_recursion_pending();
            continue;
        }
        if (!it->is_regular_file()) continue;
        const bool text = std::any_of(kTextEndings.begin(), kTextEndings.end(), [&](const char* e) { return ends_with("/" + path, e); });
        tree.push_back({path, text ? read(it->path()) : ""});
    }
    std::sort(tree.begin(), tree.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return tree;
}

}  // namespace lint
