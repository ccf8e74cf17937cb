#include "gui/app/gui_command.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "gui/app/commands.h"
#include "gui/app/scenario_edit.h"
#include "gui/model/text.h"
#include "gui/platform/window.h"
#include "sim/cli/json.h"
#include "sim/scenario/load.h"

namespace gui {
namespace {

// count: there is none.
ThemeId theme_named(const std::string& name) {
    uint8_t theme = 0;
    while (theme < static_cast<uint8_t>(ThemeId::count) && name != theme_name(static_cast<ThemeId>(theme))) ++theme;
    return static_cast<ThemeId>(theme);
}

sim::Result<WindowOptions> window_options(const sim::GuiOptions& options) {
    WindowOptions window;
    window.screenshot = options.screenshot, window.gif = options.gif;
    window.scale = static_cast<float>(options.scale);
    char rest = 0;
    const bool size_good = options.size.empty() || (std::sscanf(options.size.c_str(), "%dx%d%c", &window.width, &window.height, &rest) == 2 && window.width >= 320 && window.height >= 240 && window.width <= 8192 && window.height <= 8192);
    if (!size_good) return sim::Error{.file = "--size " + options.size, .line = 0, .column = 0, .what = "expected WIDTHxHEIGHT in pixels, from 320x240 to 8192x8192", .hint = "such as 1600x900"};
    if (!options.theme.empty() && theme_named(options.theme) == ThemeId::count) return sim::Error{.file = "--theme " + options.theme, .line = 0, .column = 0, .what = "no such theme", .hint = "dark, light, contrast or grey"};
    if (options.scale != 0 && (options.scale < 0.5 || options.scale > 3)) return sim::Error{.file = "--scale", .line = 0, .column = 0, .what = "expected a number from 0.5 to 3", .hint = {}};
    return window;
}

// FROM..TO within the run.
sim::Status read_part(const AppState& state, const std::string& option, const std::string& text, int64_t& from_ns, int64_t& to_ns) {
    const auto wrong = [&](const std::string& what) { return sim::Error{.file = option + " " + text, .line = 0, .column = 0, .what = what, .hint = "such as 1ms..3ms"}; };
    const size_t dots = text.find("..");
    if (dots == std::string::npos) return wrong("expected FROM..TO");
    const sim::Result<sim::Duration> from = sim::parse_duration(text.substr(0, dots)), to = sim::parse_duration(text.substr(dots + 2));
    if (!from || !to) return wrong((from ? to : from).error().what);
    const int64_t end_ns = state.playback.end_ns;
    if (from->ns >= to->ns || from->ns >= end_ns) return wrong("expected a part of the run, which ends at " + time_label(end_ns));
    from_ns = from->ns, to_ns = std::min(to->ns, end_ns);
    return sim::Done{};
}

sim::Error option_error(const std::string& option, const sim::Error& error) { return {.file = option, .line = 0, .column = 0, .what = error.text(), .hint = {}}; }

// The part of the run that is shown, the one that is chosen, what is selected, stopped at and searched for.
sim::Status show_part(AppState& state, const sim::GuiOptions& options) {
    if (!options.view.empty())
        if (const sim::Status part = read_part(state, "--view", options.view, state.view_from_ns, state.view_to_ns); !part) return part;
    if (!options.range.empty()) {
        int64_t from = 0, to = 0;
        if (const sim::Status part = read_part(state, "--range", options.range, from, to); !part) return part;
        app_range_set(state, from, to);
    }
    if (!options.select.empty())
        if (const sim::Status selected = app_select(state, options.select); !selected) return option_error("--select", selected.error());
    if (!options.align.empty())
        if (const sim::Status aligned = app_align_when_ready(state, options.align); !aligned) return option_error("--align", aligned.error());
    if (!options.breaks.empty())
        if (const sim::Status set = app_break_at(state, options.breaks); !set) return option_error("--break", set.error());
    if (options.search.empty()) return sim::Done{};
    state.find.shown = true;
    app_find_text(state, options.search);
    if (state.find.error.empty()) return sim::Done{};
    return sim::Error{.file = "--search", .line = 0, .column = 0, .what = state.find.error, .hint = {}};
}

// Where the run branches, and the decision that goes another way, as for `portside sim`.
sim::Status take_course(AppState& state, const sim::CourseOptions& options) {
    if (options.straight()) return sim::Done{};
    const auto failed = [&state](const char* option) { return sim::Error{.file = option, .line = 0, .column = 0, .what = state.error, .hint = {}}; };
    if (app_without_model(state)) return failed(options.branch_at.empty() ? "--instead" : "--branch-at");
    const auto course_of = [&state](sim::CourseOptions wanted) -> sim::Result<sim::Course> {
        sim::Result<RunPlan> plan = app_plan(state, state.scenario);     // a session may have branched already
        return plan ? sim::course_of(plan->scenario, wanted, std::move(plan->course)) : plan.error();
    };
    if (!options.branch_at.empty()) {
        const sim::Result<sim::Course> course = course_of({.branch_at = options.branch_at, .branch_sets = options.branch_sets, .instead = {}});
        if (!course) return course.error();
        const sim::Branch& branch = course->branches.back();
        if (const sim::Status branched = app_branch_with(state, branch.at.ns, branch.records, options.branch_sets); !branched) return option_error("--branch-at", branched.error());
    }
    if (options.instead.empty()) return sim::Done{};
    const sim::Result<sim::Course> course = course_of({.branch_at = {}, .branch_sets = {}, .instead = options.instead});
    if (!course) return course.error();
    return app_show_instead(state, course->instead) ? sim::Status(sim::Done{}) : failed("--instead");
}

// The model of a recorded program, where it has been read.
void settle_model(AppState& state) {
    for (app_calibrate_settle(state); state.calibrating.work; app_calibrate_settle(state)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

sim::Status run_commands(AppState& state, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const CommandEntry* entry = command_named(name);
        if (entry == nullptr) return sim::Error{.file = "--run " + name, .line = 0, .column = 0, .what = "the window has no such command", .hint = "such as " + std::string(command_list()[0].name) + ", " + std::string(command_list()[1].name) + ", palette"};
        while (app_find_busy(state)) app_find_settle(state);
        settle_model(state);
        command_run(state, entry->id);
        for (; app_compare_busy(state); std::this_thread::sleep_for(std::chrono::milliseconds(1))) app_compare_settle(state);   // the next one may go through it
        app_compare_settle(state);
    }
    return sim::Done{};
}

void show_map(AppState& state, const sim::GuiOptions& options) {
    if (!options.axes.empty()) state.explore.x_text = options.axes[0];
    if (options.axes.size() > 1) state.explore.y_text = options.axes[1];
    app_explore(state);
    std::vector<std::string>& metrics = state.explore.metrics;
    if (options.metric.empty()) return;
    const auto at = std::find(metrics.begin(), metrics.end(), options.metric);
    state.explore.metric = static_cast<size_t>(at - metrics.begin());
    if (at != metrics.end()) return;
    if (!sim::json_number_at(sim::summary_json(state.sides.front().summary), options.metric)) {
        state.explore.error = "--metric: the summary has no figure '" + options.metric + "'; a path in what `portside sim --json` prints: latency_ns.p99, ports.port.active.mean";
        return;
    }
    metrics.push_back(options.metric);                     // one more to compute
    app_explore(state), app_explore(state);
}

// What needs no screen.
sim::Status write_unseen(AppState& state, const sim::GuiOptions& options, const WindowOptions& window) {
    if (options.svg.empty() && options.handout.empty()) return sim::Done{};
    app_index(state, nullptr);
    while (app_indexing(state) || (state.explore.explorer && !state.explore.explorer->whole())) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    app_settle(state);
    settle_model(state);
    if (const std::string missing = app_align_missing(state); !missing.empty()) return sim::Error{.file = "--align", .line = 0, .column = 0, .what = missing, .hint = {}};
    if (!options.svg.empty())
        if (sim::Status written = export_svg(state, options.svg, {.width = window.width, .height = window.height, .scale = window.scale > 0 ? window.scale : 1}); !written) return written;
    return options.handout.empty() ? sim::Status(sim::Done{}) : export_handout(state, options.handout);
}

}  // namespace

int gui_command(const sim::GuiOptions& options) {
    sim::Result<WindowOptions> window = window_options(options);
    if (!window) return sim::fail("gui", window.error(), sim::kExitWrongUse);
    const sim::Result<sim::Duration> at = options.at.empty() ? sim::Result<sim::Duration>(sim::Duration{0}) : sim::parse_duration(options.at);
    if (!at) return sim::fail("gui", {.file = "--at", .line = 0, .column = 0, .what = at.error().what, .hint = at.error().hint}, sim::kExitWrongUse);
    if (const sim::Status written = sim::course_check(options.course); !written) return sim::fail("gui", written.error(), sim::kExitWrongUse);
    const bool leaves = !options.screenshot.empty() || !options.svg.empty() || !options.gif.empty() || !options.handout.empty();
    AppState state;
    SessionKeeper session(leaves || !options.save_as.empty() ? std::string() : state_folder());
    window->session = &session;
    // Before all that the command line asks for, which wins.
    const bool restored = options.files.empty() && !options.no_restore && session.restore(state, options.sets);
    if (!restored)
        if (const sim::Status opened = app_open(state, options.files, options.sets); !opened) return sim::fail("gui", opened.error());
    if (!options.save_as.empty()) {
        const sim::Status saved = save_scenario(state, options.save_as);
        return saved ? sim::kExitDone : sim::fail("gui", saved.error());
    }
    if (const sim::Status taken = take_course(state, options.course); !taken) return sim::fail("gui", taken.error());
    const float scale = shown_scale(window.value().scale > 0 ? window.value().scale : 1, options.presenter, static_cast<float>(window.value().width), static_cast<float>(window.value().height));
    state.window = {.width = static_cast<float>(window.value().width) / scale, .height = static_cast<float>(window.value().height) / scale};   // commands may ask what has room in it
    state.edit.shown = options.edit;
    if (options.explore) show_map(state, options);
    if (!state.explore.error.empty()) return sim::fail("gui", {.file = {}, .line = 0, .column = 0, .what = state.explore.error, .hint = {}});
    if (const sim::Status part = show_part(state, options); !part) return sim::fail("gui", part.error(), sim::kExitWrongUse);
    if (options.presenter) command_run(state, CommandId::presenter);
    if (!options.theme.empty()) state.theme = theme_named(options.theme);
    // A picture of the very beginning shows nothing: unless told where, it is taken inside the simulated run.
    const bool choose = options.at.empty() && leaves;
    if (!restored || !options.at.empty()) app_seek(state, (choose ? state.sides.front().end_ns * 2 / 5 : at.value().ns) + app_shift_ns(state, 0));
    if (!options.note.empty() && !app_note_add(state, options.note)) return sim::fail("gui", {.file = "--note", .line = 0, .column = 0, .what = state.error, .hint = {}});
    if (options.quiz) command_run(state, CommandId::quiz);
    if (options.quiz && leaves) command_run(state, CommandId::ask_next);
    if (const sim::Status ran = run_commands(state, options.run); !ran) return sim::fail("gui", ran.error(), sim::kExitWrongUse);
    state.exports.panel = options.panel;
    if (const sim::Status written = write_unseen(state, options, window.value()); !written) return sim::fail("gui", written.error());
    if (leaves && options.screenshot.empty() && options.gif.empty()) return sim::kExitDone;
    for (const std::string& file : options.files) state.files.shown.push_back(std::filesystem::exists(file) ? std::filesystem::absolute(file).string() : file);
    if (!options.record.empty()) {
        const auto backend = std::ranges::find(record_backends(), options.record);
        if (backend == record_backends().end()) return sim::fail("gui", {.file = "--record " + options.record, .line = 0, .column = 0, .what = "no such backend here", .hint = "such as " + record_backends().front()}, sim::kExitWrongUse);
        state.recorder.backend = static_cast<size_t>(backend - record_backends().begin());
        app_record(state);
    }
    if (!options.record_program.empty())
        if (const sim::Status begun = app_record_program(state, options.record_program); !begun) return sim::fail("gui", {.file = "--record-program", .line = 0, .column = 0, .what = begun.error().what, .hint = begun.error().hint}, sim::kExitWrongUse);
    if (!options.watch.empty()) app_watch(state, options.watch);
    if (options.files.empty() && !leaves && !restored) state.playback.playing = true;   // the first thing seen moves
    if (const sim::Status shown = window_run(state, window.value()); !shown) return sim::fail("gui", shown.error());
    return sim::kExitDone;
}

}  // namespace gui
