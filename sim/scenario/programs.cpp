// [[thread]]: threads that run a program of their own.
#include "sim/model/limits.h"
#include "sim/scenario/check.h"

namespace sim {
namespace {

constexpr uint32_t kPostersMax = 65'534;          // sources and these threads share the numbers of an identity

void read_repeat(Checker& check, const Value& value, const Scenario& scenario, ProgramParams& program) {
    if (value.kind != Value::Kind::text) {
        program.repeat = static_cast<uint64_t>(read_whole(check, value, "repeat", 1, INT64_MAX));
        return;
    }
    if (value.text != "endless") return check.fail(value.at, "repeat is " + shown(value) + ", expected a whole number from 1, or \"endless\"");
    program.repeat.reset();
    if (!scenario.until) check.fail(value.at, "thread " + in_quotes(program.name) + " never ends, expected an end of the run", "add until = \"100ms\" at the top");
}

}  // namespace

void read_programs(Checker& check, const Value& root, Scenario& scenario) {
    Words names, workers;
    for (const WorkerParams& worker : scenario.workers) workers.push_back(worker.name);
    uint64_t threads = worker_thread_count(scenario), posters = 0;
    for (const Value* table : tables_named(check, root, "thread")) {
        if (check.failed()) return;
        check_keys(check, *table, "in [[thread]]", {{"name", "count", "serves", "priority", "affinity", "steps", "repeat"}, {}});
        ProgramParams program;
        program.line = table->at.line;
        program.column = table->at.column;
        program.name = read_name(check, *table, "[[thread]]", names);
        names.push_back(program.name);
        for (const std::string& worker : workers)
            if (worker == program.name) check.fail(table->find("name")->at, "a [[worker]] is named " + in_quotes(worker) + " too, expected a name of its own");
        get_u32(check, *table, "count", program.count, 1, kThreadsMax);
        if (const Value* serves = table->find("serves")) {
            program.serves = read_port(check, *serves, scenario.ports);
            check_there(check, serves->at, program.serves, scenario.ports, "serves");
        }
        read_placement(check, *table, scenario, program.priority, program.affinity);
        const Value* steps = table->find("steps");
        if (!steps) return check.fail(table->at, "[[thread]] has no steps, expected for example steps = [ { compute = \"1ms\" } ]");
        check.in_program = true;
        read_handler(check, *steps, "steps", scenario, program.steps);
        check.in_program = false;
        if (program.steps.steps.empty()) check.fail(steps->at, "steps is an empty list, expected at least one step");
        if (const Value* repeat = table->find("repeat")) read_repeat(check, *repeat, scenario, program);
        threads += program.count;
        posters += program.count;
        if (threads > kThreadsMax) check.fail(table->at, std::to_string(threads) + " threads in all, expected at most " + std::to_string(kThreadsMax));
        scenario.programs.push_back(std::move(program));
    }
    const Value* sources = root.find("source");
    if (posts_aside(scenario)) posters += worker_thread_count(scenario);   // workers are posters too then
    if (posters > 0 && posters + (sources ? sources->items.size() : 0) > kPostersMax)
        check.fail((root.find("thread") ? *root.find("thread") : *root.find("worker")).at, "too many threads and [[source]] tables that post, expected at most " + std::to_string(kPostersMax));
}

}  // namespace sim
