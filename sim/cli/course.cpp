#include "sim/cli/course.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "sim/engine/run.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

Error wrong(const std::string& option, const std::string& text, std::string what, std::string hint) { return {.file = option + ' ' + text, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; }

// "record:57" with `word` "record".
std::optional<uint64_t> number_after(std::string_view text, std::string_view word) {
    if (!text.starts_with(word) || text.size() <= word.size() + 1 || text[word.size()] != ':') return std::nullopt;
    text.remove_prefix(word.size() + 1);
    uint64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    return code == std::errc() && end == text.data() + text.size() && number < UINT64_MAX ? std::optional(number) : std::nullopt;
}

struct Decision { std::optional<uint64_t> record, packet; std::string way; };

Result<Decision> decision_of(const std::string& text) {
    const size_t equals = text.find('=');
    const std::string which = text.substr(0, equals);
    Decision decision{.record = number_after(which, "record"), .packet = number_after(which, "packet"), .way = equals == std::string::npos ? std::string() : text.substr(equals + 1)};
    if (decision.way.empty() || (!decision.record && !decision.packet)) return wrong("--instead", text, "expected which decision and which way: packet:N=WAY or record:N=WAY", "packet:12=nobody, packet:12=next, record:57=worker.1");
    return decision;
}

// What is written at one record of the run: its number and its time.
std::optional<std::pair<uint64_t, Record>> find_record(const Scenario& scenario, const Course& course, const auto& is_it) {
    std::optional<std::pair<uint64_t, Record>> found;
    uint64_t number = 0;
    const auto hear = [&](std::span<const Record> records) {
        for (const Record& record : records) {
            if (!found && is_it(number, record)) found = {number, record};
            ++number;
        }
    };
    static_cast<void>(run(scenario, hear, {.course = &course}));     // one that stops halfway may have told it
    return found;
}

Result<Branch> branch_of(const Scenario& scenario, const CourseOptions& options, const Course& so_far) {
    const Scenario& last = so_far.branches.empty() ? scenario : so_far.branches.back().scenario;
    std::vector<std::string> sets = last.sets;
    sets.insert(sets.end(), options.branch_sets.begin(), options.branch_sets.end());
    Result<Scenario> changed = scenario_parse(last.text, last.path, sets);
    if (!changed) {
        Error error = changed.error();
        if (error.file.starts_with("--set ")) error.file.replace(0, 5, "--branch-set");   // what was typed
        return error;
    }
    changed->name = last.name;
    changed->number = last.number;
    Branch branch{.at = {}, .scenario = std::move(changed.value())};
    const std::optional<uint64_t> record = number_after(options.branch_at, "record");
    if (!record) {
        branch.at = {parse_duration(options.branch_at)->ns};
        return branch;
    }
    const auto found = find_record(scenario, {.branches = so_far.branches, .instead = {}}, [&](uint64_t number, const Record&) { return number == *record; });
    if (!found) return wrong("--branch-at", options.branch_at, "the run has no such record", "portside sim SCENARIO --json tells how many events there are");
    branch.at = {found->second.time_ns};
    branch.records = *record + 1;
    return branch;
}

Status take_decision(const Scenario& scenario, const std::string& text, Course& course) {
    const Decision decision = decision_of(text).value();
    Instead& instead = course.instead;
    if (decision.way == "nobody") instead.what = Instead::What::nobody;
    else if (decision.way == "next") instead.what = Instead::What::next;
    else {
        instead.what = Instead::What::thread;
        uint32_t thread = 0;
        while (thread < thread_count(scenario) && thread_name(scenario, {thread}) != decision.way) ++thread;
        if (thread == thread_count(scenario)) return wrong("--instead", text, "the scenario has no thread '" + decision.way + "'", "nobody, next, or a thread such as " + thread_name(scenario, {0}));
        instead.thread = {thread};
    }
    uint64_t record = decision.record.value_or(0);
    if (decision.packet) {
        const auto found = find_record(scenario, {.branches = course.branches, .instead = {}}, [&](uint64_t, const Record& one) { return one.kind == Kind::posted && one.packet == *decision.packet; });
        if (!found) return wrong("--instead", text, "the run has no packet " + std::to_string(*decision.packet), "portside sim SCENARIO --narrate tells of all");
        record = found->first;
    }
    instead.record = record;
    return Done{};
}

}  // namespace

Status course_check(const CourseOptions& options) {
    if (!options.branch_at.empty() && !number_after(options.branch_at, "record"))
        if (const Result<Duration> at = parse_duration(options.branch_at); !at) return wrong("--branch-at", options.branch_at, "expected a moment, or a record of the run", "2ms, or record:120");
    if (!options.instead.empty())
        if (const Result<Decision> decision = decision_of(options.instead); !decision) return decision.error();
    return Done{};
}

Result<Course> course_of(const Scenario& scenario, const CourseOptions& options, Course course) {
    if (!options.branch_at.empty()) {
        Result<Branch> branch = branch_of(scenario, options, course);
        if (!branch) return branch.error();
        course.branches.push_back(std::move(branch.value()));
    }
    if (options.instead.empty()) return course;
    if (Status taken = take_decision(scenario, options.instead, course); !taken) return taken.error();
    return course;
}

}  // namespace sim
