#include <algorithm>
#include <set>

#include "tests/lint/lint.h"

namespace lint {
namespace {

struct Rule { std::string id; int line = 0; bool later = false; };

constexpr std::string_view kTable = "sim/port/rules.cpp";

/// Entries of the table: {Rule::K1, "K1", "...", "[R]"} or with kLater.
std::vector<Rule> rules_of(const Tree& tree) {
    std::vector<Rule> rules;
    const auto file = std::find_if(tree.begin(), tree.end(), [](const File& f) { return f.path == kTable; });
    if (file == tree.end()) return rules;
    int number = 0;
    for (std::string_view line : lines_of(file->text)) {
        ++number;
        const std::size_t at = line.find("{Rule::");
        if (at == std::string_view::npos) continue;
        const std::string_view id = line.substr(at + 7, line.find(',', at) - at - 7);
        rules.push_back({std::string(id), number, line.find("kLater}") != std::string_view::npos});
    }
    return rules;
}

/// The end of the id ("K8") that stands at `at`, npos if none does.
std::size_t end_of_id(std::string_view title, std::size_t at) {
    if (at >= title.size() || title[at] < 'A' || title[at] > 'Z') return std::string_view::npos;
    std::size_t end = at + 1;
    while (end < title.size() && title[end] >= '0' && title[end] <= '9') ++end;
    return end == at + 1 ? std::string_view::npos : end;
}

/// The ids a title opens with: "K8, K9 and K12: ..." -> all three; "K1-K4 ..." -> K1 to K4.
void add_leading_ids(std::string_view title, std::set<std::string>& ids) {
    std::size_t at = 0;
    while (true) {
        const std::size_t end = end_of_id(title, at);
        if (end == std::string_view::npos) return;
        const std::string id(title.substr(at, end - at));
        ids.insert(id);
        at = end;
        const std::size_t to = end < title.size() && title[end] == '-' ? end_of_id(title, end + 1) : std::string_view::npos;
        if (to != std::string_view::npos) {
            const int last = std::stoi(std::string(title.substr(end + 2, to - end - 2)));
            for (int n = std::stoi(id.substr(1)); n <= last; ++n) ids.insert(id[0] + std::to_string(n));
            at = to;
        }
        for (std::string_view link : {", ", " and ", " + ", "/", " "}) {
            if (title.substr(at, link.size()) != link) continue;
            at += link.size();
            break;
        }
    }
}

std::set<std::string> tested_ids(const Tree& tree) {
    std::set<std::string> ids;
    for (const File& file : tree) {
        if (!starts_with(file.path, "tests/") || !ends_with(file.path, ".cpp") || starts_with(file.path, "tests/lint/")) continue;
        constexpr std::string_view kOpening = "TEST_CASE(\"";
        for (std::size_t at = file.text.find(kOpening); at != std::string::npos; at = file.text.find(kOpening, at + 1)) {
            const std::size_t start = at + kOpening.size();
            add_leading_ids(std::string_view(file.text).substr(start, file.text.find('"', start) - start), ids);
        }
    }
    return ids;
}

}  // namespace

Complaints check_rule_tests(const Tree& tree) {
    Complaints found;
    const std::vector<Rule> rules = rules_of(tree);
    if (rules.empty()) found.push_back({std::string(kTable), 0, "no rules found in it"});
    const std::set<std::string> tested = tested_ids(tree);
    for (const Rule& rule : rules) {
        if (!rule.later && !tested.count(rule.id)) found.push_back({std::string(kTable), rule.line, "no test title starts with " + rule.id});
    }
    return found;
}

Complaints check_rule_table(const Tree& tree) {
    constexpr std::string_view kRules = "sim/model/rule.h", kOptions = "sim/model/port_options.h", kReadme = "scenarios/README.md", kHeading = "## Which rule shows where";
    const auto text_of = [&tree](std::string_view path) {
        const auto file = std::find_if(tree.begin(), tree.end(), [&](const File& f) { return f.path == path; });
        return file == tree.end() ? std::string() : file->text;
    };
    std::set<std::string> ids;
    // "K1 = 1, K2, K3": every word that is a family's letter and a number; "O1" in the options' entries.
    const auto collect = [&ids](std::string_view text, std::string_view families) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            const bool starts_word = at == 0 || std::string_view(" ,\"\n{").find(text[at - 1]) != std::string_view::npos;
            const std::size_t stop = starts_word && families.find(text[at]) != std::string_view::npos ? end_of_id(text, at) : std::string_view::npos;
            if (stop != std::string_view::npos && stop < text.size() && std::string_view(" ,\"").find(text[stop]) != std::string_view::npos) ids.insert(std::string(text.substr(at, stop - at)));
        }
    };
    const std::string rules = text_of(kRules), options = text_of(kOptions);
    const std::size_t begin = rules.find("enum class Rule"), end = rules.find("};", begin);
    if (begin != std::string::npos && end != std::string::npos) collect(std::string_view(rules).substr(begin, end - begin), "KSF");
    collect(options, "O");
    Complaints found;
    if (ids.empty()) found.push_back({std::string(kRules), 0, "no rules found in it"});
    const std::string readme = text_of(kReadme);
    const std::size_t table = readme.find(kHeading);
    for (const std::string& id : ids) {
        const std::size_t row = table == std::string::npos ? table : readme.find("\n| " + id + " | ", table);
        if (row == std::string::npos) found.push_back({std::string(kReadme), 0, "no row for " + id + " in its table of rules"});
    }
    return found;
}

int later_rule_count(const Tree& tree) {
    const std::vector<Rule> rules = rules_of(tree);
    return static_cast<int>(std::count_if(rules.begin(), rules.end(), [](const Rule& rule) { return rule.later; }));
}

}  // namespace lint
