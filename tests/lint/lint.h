// The project's rules that a compiler does not hold. Each check looks at the whole tree and returns what it dislikes;
// lint_test.cpp runs them over the real tree, and over bad examples that each check must see.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lint {

struct File {
    std::string path;   ///< from the root, with '/'
    std::string text;   ///< empty for what is not text
};
using Tree = std::vector<File>;

struct Complaint {
    std::string path;
    int line = 0;       ///< 0: the whole file
    std::string what;
};
using Complaints = std::vector<Complaint>;

/// Every file of the project below `root`; build results and hidden folders (but .ci) are left out.
Tree read_tree(const std::string& root);

/// Which folder may include which (docs/design.md 2).
Complaints check_includes(const Tree& tree);
/// toml++, nlohmann/json and CLI11: at most two .cpp each, no header. ImGui: only where the window is drawn.
Complaints check_heavy_headers(const Tree& tree);
/// No clock, thread or operating system in sim/ and gui/model/, with the exceptions of docs/design.md 2.
Complaints check_system_headers(const Tree& tree);
/// No macros but SIM_CHECK and the switches of libraries.
Complaints check_macros(const Tree& tree);
/// Files of more than 500 lines, functions of more than 70. `exceptions`: lines "PATH MAX REASON" or "PATH:FUNCTION MAX REASON".
Complaints check_sizes(const Tree& tree, std::string_view exceptions);
/// Every rule of sim/port/rules.cpp opens a test title, unless it is marked as served later.
Complaints check_rule_tests(const Tree& tree);
int later_rule_count(const Tree& tree);
/// Every rule of sim/model/rule.h, and every option of sim/model/port_options.h, has a row of its own in the table of scenarios/README.md.
Complaints check_rule_table(const Tree& tree);
/// Sources that no CMakeLists.txt names, headers that nothing includes.
Complaints check_built(const Tree& tree);
/// Links and `paths/like/this.md` in texts point at something.
Complaints check_links(const Tree& tree);
/// Absolute paths of somebody's machine.
Complaints check_machine_paths(const Tree& tree);

// Shared by the checks.
bool starts_with(std::string_view text, std::string_view start);
bool ends_with(std::string_view text, std::string_view end);
bool is_code(const File& file);                                ///< .cpp or .h
std::vector<std::string_view> lines_of(std::string_view text);
struct Include { std::string name; int line = 0; };            ///< without < > or " "
std::vector<Include> includes_of(const File& file);
/// The same text with comments, strings and preprocessor lines turned into blanks, line for line.
std::string code_only(std::string_view text);

}  // namespace lint
