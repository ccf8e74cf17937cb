// What a text or a build file names must be there, and what is there must be named.
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <set>

#include "tests/lint/lint.h"

namespace lint {
namespace {

constexpr std::array<std::string_view, 4> kSourceFolders{"sim/", "recorder/", "gui/", "tests/"};

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

/// "gui", "../sim/x.h" -> "sim/x.h"
std::string resolve(const std::string& folder, const std::string& path) {
    return (std::filesystem::path(folder) / path).lexically_normal().generic_string();
}

/// Words of a CMakeLists.txt without its comments.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (std::string_view line : lines_of(text)) {
        line = line.substr(0, line.find('#'));
        std::size_t at = 0;
        while ((at = line.find_first_not_of(" \t()\"", at)) != std::string_view::npos) {
            const std::size_t end = std::min(line.find_first_of(" \t()\"", at), line.size());
            words.emplace_back(line.substr(at, end - at));
            at = end;
        }
    }
    return words;
}

std::set<std::string> sources_named(const Tree& tree) {
    std::set<std::string> named;
    for (const File& file : tree) {
        if (!ends_with(file.path, "CMakeLists.txt")) continue;
        for (const std::string& word : words_of(file.text)) {
            if (!ends_with(word, ".cpp")) continue;
            const std::size_t variable = word.find("SOURCE_DIR}/");
            named.insert(variable == std::string::npos ? resolve(folder_of(file.path), word) : word.substr(variable + 12));
        }
    }
    return named;
}

bool exists(const Tree& tree, std::string path) {
    if (path.empty() || path == ".") return true;
    if (path.back() == '/') path.pop_back();
    return std::any_of(tree.begin(), tree.end(), [&](const File& f) { return f.path == path || starts_with(f.path, path + "/"); });
}

/// `sim/trace/FORMAT.md`, `tools/run.sh`: begins with a folder of ours, has an ending, no placeholders.
bool looks_like_our_path(std::string_view word) {
    constexpr std::array<std::string_view, 9> kFolders{"sim/", "recorder/", "gui/", "tests/", "tools/", "docs/", "scenarios/", "assets/", "cmake/"};
    const bool ours = std::any_of(kFolders.begin(), kFolders.end(), [&](std::string_view f) { return starts_with(word, f); });
    return ours && word.find('.') != std::string_view::npos && word.find_first_of("*<> {}|$\"()") == std::string_view::npos &&
           word.find("NAME") == std::string_view::npos;
}

void check_line_links(const Tree& tree, const File& file, int number, std::string_view line, Complaints& found) {
    for (std::size_t at = line.find("]("); at != std::string_view::npos; at = line.find("](", at + 1)) {
        std::string target(line.substr(at + 2, line.find(')', at) - at - 2));
        if (target.find("://") != std::string::npos || starts_with(target, "#") || starts_with(target, "mailto:")) continue;
        target = target.substr(0, target.find_first_of("# "));
        if (!exists(tree, resolve(folder_of(file.path), target))) found.push_back({file.path, number, "a link to nothing: " + target});
    }
    bool inside = false;
    std::size_t start = 0;
    for (std::size_t at = line.find('`'); at != std::string_view::npos; at = line.find('`', at + 1)) {
        const std::string word(line.substr(start, at - start));
        if (inside && looks_like_our_path(word) && !exists(tree, word)) found.push_back({file.path, number, "no such file: " + word});
        inside = !inside;
        start = at + 1;
    }
}

}  // namespace

Complaints check_built(const Tree& tree) {
    Complaints found;
    const std::set<std::string> named = sources_named(tree);
    std::set<std::string> included;
    for (const File& file : tree) {
        if (!is_code(file)) continue;
        for (const Include& include : includes_of(file)) {
            included.insert(include.name);
            included.insert(resolve(folder_of(file.path), include.name));
        }
    }
    for (const File& file : tree) {
        const bool source = std::any_of(kSourceFolders.begin(), kSourceFolders.end(), [&](std::string_view f) { return starts_with(file.path, f); });
        if (!source) continue;
        if (ends_with(file.path, ".cpp") && !named.count(file.path)) found.push_back({file.path, 0, "no CMakeLists.txt names it"});
        if (ends_with(file.path, ".h") && !included.count(file.path)) found.push_back({file.path, 0, "nothing includes it"});
    }
    return found;
}

Complaints check_links(const Tree& tree) {
    Complaints found;
    for (const File& file : tree) {
        if (!ends_with(file.path, ".md")) continue;
        int number = 0;
        bool block = false;
        for (std::string_view line : lines_of(file.text)) {
            ++number;
            if (starts_with(line, "```")) block = !block;
            if (!block) check_line_links(tree, file, number, line, found);
        }
    }
    return found;
}

Complaints check_machine_paths(const Tree& tree) {
    // Put together so that this file does not complain about itself.
    const std::array<std::string, 5> marks{std::string("/ho") + "me/", std::string("/ro") + "ot/", std::string("/wo") + "rk/",
                                           std::string("C:\\Us") + "ers", std::string("/Us") + "ers/"};
    Complaints found;
    for (const File& file : tree) {
        int number = 0;
        for (std::string_view line : lines_of(file.text)) {
            ++number;
            for (const std::string& mark : marks) {
                const std::size_t at = line.find(mark);
                const bool inside_a_path = at != std::string_view::npos && at > 0 && std::isalnum(static_cast<unsigned char>(line[at - 1]));
                if (at != std::string_view::npos && !inside_a_path) found.push_back({file.path, number, "a path of one machine: " + mark});
            }
        }
    }
    return found;
}

}  // namespace lint
