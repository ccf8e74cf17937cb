// Runs every check over the tree, and over bad examples that it must see.
#include <doctest/doctest.h>

#include <cstdio>

#include "tests/lint/lint.h"

using namespace lint;

namespace {

const Tree& tree() {
    static const Tree all = read_tree(PORTSIDE_SOURCE_DIR);
    return all;
}

std::string exceptions() {
    for (const File& file : tree()) {
        if (file.path == "tests/lint/exceptions.txt") return file.text;
    }
    return "";
}

void expect_none(const Complaints& complaints) {
    for (const Complaint& c : complaints) {
        const std::string at = c.path + (c.line ? ":" + std::to_string(c.line) : "") + ": " + c.what;
        FAIL_CHECK(at);
    }
    CHECK(complaints.empty());
}

/// One complaint about `path` that contains `what`.
void expect_one(const Complaints& complaints, std::string_view path, std::string_view what) {
    REQUIRE(complaints.size() == 1);
    CHECK(complaints[0].path == path);
    CHECK_MESSAGE(complaints[0].what.find(what) != std::string::npos, complaints[0].what);
}

std::string repeated(const std::string& line, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += line;
    return text;
}

}  // namespace

TEST_CASE("lint: the tree is found and read") {
    REQUIRE(tree().size() > 20);
    CHECK(!exceptions().empty());
}

TEST_CASE("lint: folders include only what their layer allows") { expect_none(check_includes(tree())); }
TEST_CASE("lint: heavy headers stay in few files") { expect_none(check_heavy_headers(tree())); }
TEST_CASE("lint: no clock, thread or operating system in the model") { expect_none(check_system_headers(tree())); }
TEST_CASE("lint: no macros of our own") { expect_none(check_macros(tree())); }
TEST_CASE("lint: files and functions are short") { expect_none(check_sizes(tree(), exceptions())); }
TEST_CASE("lint: sources are built, headers are used") { expect_none(check_built(tree())); }
TEST_CASE("lint: links and paths in texts lead somewhere") { expect_none(check_links(tree())); }
TEST_CASE("lint: no paths of one machine") { expect_none(check_machine_paths(tree())); }
TEST_CASE("lint: every rule that is served has a test") {
    std::printf("rules served later: %d\n", later_rule_count(tree()));
    expect_none(check_rule_tests(tree()));
}

TEST_CASE("lint: every rule stands in the table of what a scenario reaches") { expect_none(check_rule_table(tree())); }

TEST_CASE("lint sees a rule that the table of scenarios lacks") {
    const File rules{"sim/model/rule.h", "enum class Rule : uint8_t {\n    none = 0,\n    K1 = 1, K2,\n    F1 = 61, F2,\n};\n"}, options{"sim/model/port_options.h", "    {\"O1\", \"x\"},\n"};
    const std::string head = "| K2 | before the table |\n## Which rule shows where\n", rest = "| K1 | a |\n| F1 | c |\n| F2 | d |\n| O1 | e |\n";
    CHECK(check_rule_table({rules, options, {"scenarios/README.md", head + rest + "| K2 | b |\n"}}).empty());
    expect_one(check_rule_table({rules, options, {"scenarios/README.md", head + rest}}), "scenarios/README.md", "no row for K2");
    CHECK(check_rule_table({rules, options}).size() == 5);
    CHECK(check_rule_table({}).size() == 1);
}

TEST_CASE("lint sees a folder that includes a sibling") {
    expect_one(check_includes({{"sim/port/nt.cpp", "#include \"sim/port/port.h\"\n#include \"sim/engine/step.h\"\n"}}), "sim/port/nt.cpp", "sim/engine/step.h");
    expect_one(check_includes({{"recorder/linux/x.cpp", "#include \"sim/sched/sched.h\"\n"}}), "recorder/linux/x.cpp", "may not include");
    expect_one(check_includes({{"gui/model/lanes.h", "#include \"sim/engine/run.h\"\n"}}), "gui/model/lanes.h", "may not include");
    CHECK(check_includes({{"sim/workload/w.cpp", "#include \"sim/scenario/handler.h\"\n"}}).empty());
}

TEST_CASE("lint sees the second port include the first") {
    expect_one(check_includes({{"sim/compare/second_port.cpp", "#include \"sim/compare/second_port.h\"\n#include \"sim/base/ids.h\"\n"}}), "sim/compare/second_port.cpp", "second port");
}

TEST_CASE("lint sees heavy headers in a header, in a third file, and ImGui in a view model") {
    expect_one(check_heavy_headers({{"sim/cli/json.h", "#include <nlohmann/json.hpp>\n"}}), "sim/cli/json.h", "header");
    const std::string toml = "#include <toml++/toml.h>\n";
    expect_one(check_heavy_headers({{"sim/a.cpp", toml}, {"sim/b.cpp", toml}, {"sim/c.cpp", toml}}), "sim/c.cpp", "more than two");
    expect_one(check_heavy_headers({{"gui/model/a.cpp", "#include <imgui.h>\n"}}), "gui/model/a.cpp", "ImGui");
}

TEST_CASE("lint sees a clock in the model, and lets the exceptions be") {
    expect_one(check_system_headers({{"sim/engine/run.cpp", "#include <chrono>\n"}}), "sim/engine/run.cpp", "chrono");
    expect_one(check_system_headers({{"gui/model/a.cpp", "#include <sys/mman.h>\n"}}), "gui/model/a.cpp", "sys/mman.h");
    CHECK(check_system_headers({{"sim/trace/file_map.cpp", "#include <sys/mman.h>\n"}, {"sim/cli/bench.cpp", "#include <chrono>\n"}}).empty());
}

TEST_CASE("lint sees a macro") {
    expect_one(check_macros({{"sim/a.h", "#define SQUARE(x) ((x) * (x))\n#define XXH_INLINE_ALL\n"}}), "sim/a.h", "SQUARE");
}

TEST_CASE("lint sees long files and functions, and exceptions that are not needed or give no reason") {
    expect_one(check_sizes({{"sim/a.cpp", repeated("// line\n", 501)}}, ""), "sim/a.cpp", "501 lines");
    const std::string head = "namespace sim {\nstruct S { int x{}; };\nconst char* kText = R\"(}{)\";\n";
    const Tree bad{{"sim/a.cpp", head + "void f(int x,\n       int y) {\n" + repeated("    g('}');  // {\n", 69) + "}\n}\n"}};
    expect_one(check_sizes(bad, ""), "sim/a.cpp", "sim/a.cpp:f has 72 lines");
    CHECK(check_sizes(bad, "sim/a.cpp:f 72 a table that reads best in one piece\n").empty());
    expect_one(check_sizes(bad, "sim/a.cpp:f 71 a table that reads best in one piece\n"), "sim/a.cpp", "at most 71");
    expect_one(check_sizes(bad, "sim/a.cpp:f 72\n"), "tests/lint/exceptions.txt", "reason");
    expect_one(check_sizes({}, "sim/gone.cpp 600 it was long once upon a time\n"), "tests/lint/exceptions.txt", "no longer needed");
}

TEST_CASE("lint sees a rule without a test, and counts those that come later") {
    const File table{"sim/port/rules.cpp", "{Rule::K1, \"K1\", \"a\", \"[R]\"},\n{Rule::K2, \"K2\", \"b\", \"[R]\"},\n{Rule::K3, \"K3\", \"c\", \"[R]\", kLater},\n"};
    const auto titled = [&](const std::string& title) { return Tree{table, {"tests/rules/a_test.cpp", "TEST_CASE(\"" + title + "\") {\n"}}; };
    expect_one(check_rule_tests(titled("K1: newest first")), "sim/port/rules.cpp", "K2");
    expect_one(check_rule_tests(titled("K2: the tail, not K1")), "sim/port/rules.cpp", "K1");
    CHECK(check_rule_tests(titled("queue: as K1 and K2 say")).size() == 2);
    CHECK(check_rule_tests(titled("K1, K2: both")).empty());
    CHECK(check_rule_tests(titled("K1-K2: both")).empty());
    CHECK(check_rule_tests(titled("K12: another rule")).size() == 2);
    CHECK(later_rule_count(titled("K1")) == 1);
    CHECK(check_rule_tests({}).size() == 1);
}

TEST_CASE("lint sees a source that is not built and a header that is not used") {
    const File build{"sim/CMakeLists.txt", "add_library(x port/nt.cpp)  # port/old.cpp\n"};
    expect_one(check_built({build, {"sim/port/nt.cpp", ""}, {"sim/port/old.cpp", ""}}), "sim/port/old.cpp", "CMakeLists");
    expect_one(check_built({build, {"sim/port/nt.cpp", "#include \"sim/port/port.h\"\n"}, {"sim/port/port.h", ""}, {"sim/port/dead.h", ""}}), "sim/port/dead.h", "includes");
}

TEST_CASE("lint sees links and paths to nothing") {
    expect_one(check_links({{"docs/README.md", "[design](design.md)\n"}}), "docs/README.md", "design.md");
    expect_one(check_links({{"README.md", "run `tools/gone.sh` first\n"}}), "README.md", "tools/gone.sh");
    CHECK(check_links({{"README.md", "[d](docs/design.md#2) [w](https://example.org) `docs/design.md` `tests/golden/<name>.txt`\n"}, {"docs/design.md", ""}}).empty());
}

TEST_CASE("lint sees the path of one machine") {
    expect_one(check_machine_paths({{"tools/x.sh", std::string("cd /ho") + "me/someone\n"}}), "tools/x.sh", "one machine");
}
