// [machine] background: other work that keeps processors busy. It becomes threads with a program of their own, one a processor,
// behind all other threads, so that nothing else needs to know how it takes its processor's time away.
#include <algorithm>
#include <cmath>

#include "sim/model/limits.h"
#include "sim/scenario/check.h"

namespace sim {
namespace {

struct Load {
    std::string name = "background";
    std::vector<uint32_t> processors;
    double share = 1;
    Distribution burst;
    uint8_t priority = kUsualPriority;
};

Duration times(Duration duration, double factor) { return {static_cast<int64_t>(std::min(std::round(static_cast<double>(duration.ns) * factor), static_cast<double>(kDurationMax.ns)))}; }

// The same shape, `factor` times as long.
Distribution times(Distribution distribution, double factor) {
    distribution.a = times(distribution.a, factor);
    distribution.b = times(distribution.b, factor);
    for (Duration& value : distribution.values) value = times(value, factor);
    return distribution;
}

void read_share(Checker& check, const Value& table, Load& load) {
    const Value* share = table.find("share");
    const Value* burst = table.find("burst");
    if (share) {
        load.share = read_chance(check, *share, "share");
        if (load.share <= 0) check.fail(share->at, "share is " + shown(*share) + ", expected more than 0, up to 1");
    }
    if (burst) load.burst = read_distribution(check, *burst, "burst");
    if (check.failed()) return;
    if (load.share < 1 && !burst) check.fail(share->at, "background with a share of " + shown(*share) + " has no burst, expected how long it computes at a time", "burst = \"5ms\"");
    if (load.share >= 1 && burst) check.fail(burst->at, "background with a burst keeps its processors busy without a break, expected a share below 1 with it", "share = 0.5");
    if (burst && !check.failed() && mean_ns(load.burst) <= 0) check.fail(burst->at, "burst is never more than 0ns, expected some time");
}

void read_load(Checker& check, const Value& table, const Scenario& scenario, Words& names, Load& load) {
    if (table.kind != Value::Kind::table) return check.fail(table.at, "background is " + shown(table) + ", expected a table such as { processors = [0] }, or a list of them");
    check_keys(check, table, "in background", {{"name", "processors", "share", "burst", "priority"}, {}});
    if (table.find("name")) load.name = read_name(check, table, "background", names);
    else if (std::find(names.begin(), names.end(), load.name) != names.end()) check.fail(table.at, "background without a name is called " + in_quotes(load.name) + ", and so is something before it, expected a name", "name = \"other\"");
    for (const WorkerParams& worker : scenario.workers)
        if (worker.name == load.name) check.fail(table.at, "background is named " + in_quotes(load.name) + " as a [[worker]] is, expected a name of its own");
    for (const ProgramParams& program : scenario.programs)
        if (!program.background && program.name == load.name) check.fail(table.at, "background is named " + in_quotes(load.name) + " as a [[thread]] is, expected a name of its own");
    names.push_back(load.name);
    if (const Value* processors = table.find("processors")) load.processors = read_processors(check, *processors, "processors", scenario);
    if (load.processors.empty())
        for (uint32_t p = 0; p < scenario.machine.processors; ++p) load.processors.push_back(p);
    std::sort(load.processors.begin(), load.processors.end());
    read_priority(check, table, load.priority);
    read_share(check, table, load);
}

void add_threads(const Load& load, const Value& table, Scenario& scenario) {
    for (const uint32_t processor : load.processors) {
        ProgramParams program;
        program.name = load.name;
        program.first = processor;
        program.background = true;
        program.priority = load.priority;
        program.affinity = affinity_of(scenario, {processor});
        program.repeat.reset();
        program.line = table.at.line;
        program.column = table.at.column;
        Step step;
        step.line = table.at.line;
        step.column = table.at.column;
        step.duration = load.share < 1 ? load.burst : Distribution{.kind = Distribution::Kind::fixed, .a = kDurationMax, .b = {}, .sigma = 0, .weights = {}, .values = {}};
        program.steps.steps.push_back(step);
        if (load.share < 1) {
            step.kind = Step::Kind::block;
            step.duration = times(load.burst, (1 - load.share) / load.share);
            program.steps.steps.push_back(step);
        }
        scenario.programs.push_back(std::move(program));
    }
}

}  // namespace

void read_background(Checker& check, const Value& root, Scenario& scenario) {
    const Value* machine = root.find("machine");
    const Value* background = machine ? machine->find("background") : nullptr;
    if (!background) return;
    if (background->kind != Value::Kind::table && background->kind != Value::Kind::array)
        return check.fail(background->at, "background is " + shown(*background) + ", expected a table such as { processors = [0] }, or a list of them");
    std::vector<const Value*> tables;
    if (background->kind == Value::Kind::table) tables.push_back(background);
    for (const Value& item : background->items) tables.push_back(&item);
    Words names;
    for (const Value* table : tables) {
        Load load;
        read_load(check, *table, scenario, names, load);
        if (check.failed()) return;
        add_threads(load, *table, scenario);
    }
    if (!tables.empty() && !scenario.until) check.fail(background->at, "background never ends, expected an end of the run", "add until = \"100ms\" at the top");
    if (thread_count(scenario) > kThreadsMax) check.fail(background->at, std::to_string(thread_count(scenario)) + " threads in all, expected at most " + std::to_string(kThreadsMax));
}

}  // namespace sim
