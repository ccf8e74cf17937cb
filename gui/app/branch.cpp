#include "gui/app/branch.h"

#include <algorithm>

#include "gui/app/load.h"
#include "gui/app/state.h"
#include "gui/model/build.h"
#include "gui/model/text.h"
#include "sim/engine/run.h"
#include "sim/scenario/edit.h"
#include "sim/scenario/load.h"

namespace gui {
namespace {

// "": it can.
std::string cannot_keep(const AppState& state) {
    if (state.alone) return "Only a simulated run can be kept or branched, and none is shown.";
    return app_indexing(state) ? "The trace is still being read: a run can be kept when that is done." : "";
}

void drop_kept(AppState& state) {
    if (app_kept(state) > 0) state.sides.pop_back();
    state.kept = Kept::nothing;
    state.kept_text.clear();
    state.focus = std::min(state.focus, state.sides.size() - 1);
}

void keep(AppState& state, Side side, Kept what, std::string text, const char* name) {
    const size_t focus = state.focus;
    drop_kept(state);
    side.name = name;
    state.sides.push_back(std::move(side));
    state.focus = std::min(focus, state.sides.size() - 1);
    state.kept = what;
    state.kept_text = std::move(text);
}

sim::Result<sim::Scenario> parse(const AppState& state, const std::string& text) {
    sim::Result<sim::Scenario> scenario = sim::scenario_parse(text, state.scenario.path, state.given_sets);
    if (scenario) scenario->name = state.scenario.name;
    return scenario;
}

// The run without its last branch.
sim::Status keep_base(AppState& state) {
    const Branched all = state.branched;
    sim::Result<sim::Scenario> edited = parse(state, all.at.back().before);
    if (!edited) return edited.error();
    state.branched.at.pop_back();
    sim::Result<RunPlan> plan = app_plan(state, std::move(edited.value()));
    state.branched = all;
    if (!plan) return plan.error();
    sim::Result<sim::Trace> trace = sim::run_to_trace(plan->scenario, {.records_max = kLaidBesideMax, .course = &plan->course});
    if (!trace) return trace.error();
    keep(state, side_build(std::move(trace.value())), Kept::base, all.at.back().before, "As it was");
    return sim::Done{};
}

}  // namespace

size_t app_kept(const AppState& state) { return state.kept == Kept::nothing ? 0 : state.sides.size() - 1; }

sim::Result<RunPlan> app_plan(const AppState& state, sim::Scenario edited) {
    RunPlan plan;
    const std::vector<Branched::At>& at = state.branched.at;
    for (size_t i = 0; i < at.size(); ++i) {
        sim::Result<sim::Scenario> before = parse(state, at[i].before);
        if (!before) return before.error();
        (i == 0 ? plan.scenario : plan.course.branches[i - 1].scenario) = std::move(before.value());
        plan.course.branches.push_back({.at = {at[i].at_ns}, .records = at[i].records, .scenario = {}});
    }
    (at.empty() ? plan.scenario : plan.course.branches.back().scenario) = std::move(edited);
    return plan;
}

void app_keep_run(AppState& state) {
    state.error = cannot_keep(state);
    if (!state.error.empty()) return;
    const bool whole = app_sees_whole(state);
    keep(state, side_build(sim::trace_of(state.sides.front().trace)), Kept::run, state.scenario.text, "Kept run");
    app_sides_changed(state, whole);
    state.said = "This run is kept below. Change one thing: J goes to where the two first part, Shift+B lets the kept one go.";
}

void app_let_go(AppState& state) {
    if (state.kept == Kept::run || state.kept == Kept::decision) {
        const bool whole = app_sees_whole(state);
        drop_kept(state);
        app_sides_changed(state, whole);
        if (state.branched.any()) app_settle_base(state);
        state.said = state.branched.any() ? "The kept run is gone: below is the run as it was before the branch. Shift+B lets the branch go." : "The kept run is gone.";
        return;
    }
    if (state.branched.any()) {
        const Branched branched = state.branched;
        state.branched.at.pop_back();
        if (!app_show_text(state, branched.at.back().before)) {
            state.branched = branched;
            return;
        }
        app_settle_base(state);
        app_take_version(state, "the branch let go");
        state.said = "The branch is gone: this is the run as it was. Ctrl+Z brings the branch back.";
        return;
    }
    state.said = "No run is kept: B keeps the present one, Shift+E branches it at the cursor.";
}

sim::Status app_branch_with(AppState& state, int64_t at_ns, uint64_t records, const std::vector<std::string>& sets) {
    const auto refused = [](std::string what) { return sim::Error{.file = {}, .line = 0, .column = 0, .what = std::move(what), .hint = {}}; };
    if (std::string why = cannot_keep(state); !why.empty()) return refused(std::move(why));
    std::string text = state.scenario.text;
    for (const std::string& set : sets) {
        sim::Result<std::string> with = sim::scenario_put(text, state.scenario.path, set);
        if (!with) return with.error();
        text = std::move(with.value());
    }
    const Branched then = state.branched;
    std::vector<Branched::At>& at = state.branched.at;
    if (!at.empty() && at.back().before == state.scenario.text) at.pop_back();      // nothing was changed since: it branches here instead
    if (!at.empty() && at_ns < at.back().at_ns) {
        const std::string last = time_label(at.back().at_ns);
        state.branched = then;
        return refused("This run branches at " + last + " already: branch behind it, or let that branch go first (Shift+B).");
    }
    at.push_back({.at_ns = at_ns, .records = records, .before = state.scenario.text});
    if (const sim::Status shown = app_simulate_text(state, std::move(text)); !shown) {
        state.branched = then;
        return shown;
    }
    app_settle_base(state);
    app_take_version(state, "the branch at " + time_label(at_ns));
    return sim::Done{};
}

void app_branch(AppState& state) {
    if (state.explore.shown) app_explore(state);           // a map is of whole runs
    const int64_t cursor = std::max<int64_t>(app_cursor_of(state, 0), 0);
    const Side& side = state.sides.front();
    const bool middle = state.focus == 0 && state.position < records_until(side, cursor);
    if (const sim::Status branched = app_branch_with(state, cursor, middle ? state.position : UINT64_MAX, {}); !branched) return static_cast<void>(state.error = branched.error().text());
    state.said = "Branched at " + time_label(cursor) + ": what you change holds from here on, as it was is below. J: where they part; Shift+B: no branch.";
}

void app_settle_base(AppState& state) {
    const bool whole = app_sees_whole(state);
    if (!state.branched.any()) {
        if (state.kept == Kept::base) drop_kept(state);
    } else if (sim::Status kept = keep_base(state); !kept) {
        state.error = kept.error().text();
    }
    app_sides_changed(state, whole);
}

bool app_show_instead(AppState& state, const sim::Instead& instead) {
    state.error = cannot_keep(state);
    if (!state.error.empty()) return false;
    sim::Result<RunPlan> plan = app_plan(state, state.scenario);
    if (plan) plan->course.instead = instead;
    sim::Result<sim::Trace> trace = plan ? sim::run_to_trace(plan->scenario, {.records_max = kLaidBesideMax, .course = &plan->course}) : plan.error();
    if (!trace) {
        state.error = trace.error().text();
        return false;
    }
    const bool whole = app_sees_whole(state);
    keep(state, side_build(std::move(trace.value())), Kept::decision, state.scenario.text, "Run anyway");
    app_sides_changed(state, whole);
    return true;
}

void app_run_anyway(AppState& state) {
    const Quiz& quiz = state.quiz;
    if (!quiz.question || quiz.answer < 0) {
        state.said = "When an answer of yours was wrong this shows what it would have led to: Shift+G asks.";
        return;
    }
    const Choice choice = quiz.question->choices[static_cast<size_t>(quiz.answer)];
    if (choice.right) {
        state.said = "The answer is right: it is the run that you see.";
        return;
    }
    if (!choice.instead) {
        state.said = choice.no_run;
        return;
    }
    const uint64_t position = state.position;
    if (!app_show_instead(state, *choice.instead)) return;
    state.focus = 0;
    app_set_position(state, position);                     // the evidence stays in sight
    state.said = "Below: the same run up to here, then your answer against the rules. J: where they part; Shift+B lets it go.";
}

}  // namespace gui
