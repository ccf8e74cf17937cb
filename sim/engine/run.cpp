#include "sim/engine/run.h"

#include <algorithm>
#include <optional>

#include "sim/engine/checker.h"
#include "sim/scenario/changes.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

Error stopped(const Scenario& scenario, const World& world, std::string what, std::string hint) {
    return {.file = scenario.path, .line = 0, .column = 0, .what = std::move(what) + " (at " + duration_text({world.now.ns}) + " of the run)", .hint = std::move(hint)};
}

// A run that leaves its scenario now and then.
class Way {
public:
    Way(const Scenario& scenario, const Course* course, World& world, Scratch<Record>& records, bool kept) : in_force_(&scenario), course_(course), world_(world), records_(records), kept_(kept) { begin(); }

    const Scenario& scenario() const { return *in_force_; }
    Stepper& stepper() { return *stepper_; }
    bool branches() const { return course_ != nullptr && taken_ < course_->branches.size(); }
    /// Takes the branches that are due.
    Status go_on() {
        while (branches() && branch_due(world_, course_->branches[taken_])) {
            const Branch& branch = course_->branches[taken_++];
            if (Status made = branch_take(*in_force_, world_, branch, records_); !made) return made;
            if (!kept_) records_.clear();
            in_force_ = &branch.scenario;
            begin();
        }
        return Done{};
    }
    /// At the end: what was to come and did not.
    Status whole() const {
        if (course_ == nullptr) return Done{};
        if (branches()) return stopped(*in_force_, world_, "the run is over before it branches, at " + duration_text({course_->branches[taken_].at.ns}), "branch earlier");
        if (const std::string failed = instead_failed(world_, course_->instead); !failed.empty()) return stopped(*in_force_, world_, "the decision can't go that way: " + failed, "choose another record, or another way");
        return Done{};
    }

private:
    const Scenario* in_force_;
    const Course* course_;
    World& world_;
    Scratch<Record>& records_;
    bool kept_;
    size_t taken_ = 0;
    std::optional<Stepper> stepper_;

    void begin() { stepper_.emplace(*in_force_, world_, kept_ ? &records_ : nullptr); }
};

}  // namespace

Result<World> run(const Scenario& scenario, const RecordSink& sink, RunOptions options) {
    Scratch<Record> records;
    World world = world_begin(scenario, records, options.tie_shuffle);
    if (options.course != nullptr) world.instead = options.course->instead;
    const auto tell = [&records, &sink] {
        if (sink) sink({records.data(), records.size()});
        records.clear();
    };
    // Always as many: a writer has nothing left over.
    const auto tell_some = [&] {
        const size_t count = records.size() - records.size() % kRecordsHeardAtOnce;
        sink({records.data(), count});
        records.drop_front(count);
    };
    const uint64_t beyond = options.records_max == UINT64_MAX ? UINT64_MAX : options.records_max + 1;
    if (!sink) records.clear();
    Way way(scenario, options.course, world, records, static_cast<bool>(sink));
    while (true) {
        if (Status on = way.go_on(); !on) {
            tell();
            return on.error();
        }
        if (records.size() >= kRecordsHeardAtOnce) {
            if (options.stop.asked()) return stopped(scenario, world, "the run was stopped", {});
            tell_some();
        }
        const uint64_t enough = sink ? world.record_count + kRecordsHeardAtOnce - records.size() : UINT64_MAX;
        const Stepped stepped = options.check || way.branches() ? way.stepper().step() : way.stepper().run(std::min(enough, beyond));
        if (stepped == Stepped::ended) break;
        if (stepped == Stepped::endless) {
            tell();
            return way.stepper().error();
        }
        if (options.check)
            if (std::string broken = world_broken(way.scenario(), world); !broken.empty())
                return stopped(way.scenario(), world, "the model broke an invariant: " + broken, "this is an error of Portside, not of the scenario; please report it with the scenario");
        if (world.record_count > options.records_max)
            return stopped(scenario, world, "the run is longer than " + std::to_string(options.records_max) + " trace records", "give it an earlier `until` or fewer packets");
    }
    tell();
    if (Status whole = way.whole(); !whole) return whole.error();
    return world;
}

namespace {

void tell_course(TraceHeader& header, const Scenario& scenario, const Course& course) {
    const Scenario* before = &scenario;
    for (const Branch& branch : course.branches) {
        TraceBranch& told = header.branches.emplace_back();
        told.at_ns = branch.at.ns;
        if (branch.records != UINT64_MAX) told.records = static_cast<int64_t>(branch.records);
        told.scenario_text = branch.scenario.text;
        told.sets = branch.scenario.sets;
        for (ValueChange& change : scenario_changes(*before, branch.scenario)) told.changes.push_back({std::move(change.path), std::move(change.from), std::move(change.to)});
        before = &branch.scenario;
    }
    header.until_ns = before->until ? before->until->ns : -1;
    header.processors_asked = header.processors_used = before->machine.processors;
    if (!course.instead.wanted()) return;
    header.instead.record = static_cast<int64_t>(course.instead.record);
    header.instead.what = course.instead.what == Instead::What::nobody ? "nobody" : course.instead.what == Instead::What::next ? "next" : thread_name(scenario, course.instead.thread);
}

}  // namespace

TraceHeader simulated_header(const Scenario& scenario, const Course* course) {
    TraceHeader header = header_of(scenario);
    header.source = "simulated";
    header.backend = "model";
    header.made_by = "discrete-event model, policy " + header.policy;
    header.clock = "simulated";
    header.processors_asked = scenario.machine.processors;
    header.processors_used = scenario.machine.processors;
    header.has_decisions = true;
    header.has_processors = true;
    if (course != nullptr) tell_course(header, scenario, *course);
    return header;
}

Result<Trace> run_to_trace(const Scenario& scenario, RunOptions options) {
    Trace trace;
    trace.header = simulated_header(scenario, options.course);
    const auto keep = [&trace](std::span<const Record> records) { trace.records.insert(trace.records.end(), records.begin(), records.end()); };
    if (Result<World> world = run(scenario, keep, options); !world) return world.error();
    return trace;
}

}  // namespace sim
