#include "gui/app/calibrating.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "gui/app/state.h"
#include "gui/model/text.h"
#include "sim/predict/predict.h"

namespace gui {
namespace {

constexpr uint32_t kSeeds = 5;

std::string percent(double share) { return number_figure(std::round(share * 100)) + " %"; }

// "throughput 2 % off", "throughput 56 % off (5 % allowed)"
std::string fit_text(const sim::FitFigure& figure) {
    const double off = figure.recorded != 0 ? std::abs(figure.simulated / figure.recorded - 1) : 0;
    const std::string name = figure.metric == "throughput_per_s" ? "throughput" : figure.metric == "latency_ns.mean" ? "mean latency" : figure.metric == "latency_ns.p50" ? "median latency" : "p99 latency";
    return name + ' ' + percent(off) + " off" + (figure.holds ? "" : " (" + percent(figure.allowed) + " allowed)");
}

Calibrated calibrate(const sim::Trace& trace, const Working& working) {
    Calibrated out;
    sim::Result<sim::FittedScenario> found = sim::fit_recording(trace, {.sets = {}, .seeds = kSeeds, .same_ports = true, .stop = working.stop});
    if (!found) return out.why = found.error().what, out;
    out.scenario = std::move(found->scenario);
    out.why = std::move(found->why);
    for (const sim::FitFigure& figure : found->fit)
        if (out.why.empty() || !figure.holds) out.fit += (out.fit.empty() ? "" : ", ") + fit_text(figure);
    if (!out.why.empty() && !out.fit.empty()) out.why = out.fit;
    return out;
}

// The first recording: it is what all is about.
const Side* recording_of(const AppState& state) {
    const auto at = std::ranges::find_if(state.sides, [](const Side& side) { return side.trace.header.scenario_text.empty(); });
    return at == state.sides.end() ? nullptr : &*at;
}

void begin(AppState& state) {
    Calibrating& calibrating = state.calibrating;
    const Side* side = recording_of(state);
    if (side != nullptr && !side->whole()) return;         // it is still read
    calibrating.wanted = false;
    if (side == nullptr) return;
    if (side->trace.records.size() > kLaidBesideMax) {
        calibrating.why = "a model is made here of at most " + number_figure(static_cast<double>(kLaidBesideMax)) + " records; portside calibrate reads them all";
        return;
    }
    auto trace = std::make_shared<const sim::Trace>(sim::trace_of(side->trace));
    calibrating.work = std::make_unique<Beside<Calibrated>>([trace = std::move(trace)](const Working& working) { return calibrate(*trace, working); }, state.wake);
}

}  // namespace

sim::Result<sim::Scenario> program_scenario(const sim::TraceHeader& header) {
    const std::string program = header.program.name.empty() ? "a program" : header.program.name;
    if (header.ports.empty()) return sim::Error{.file = program, .line = 0, .column = 0, .what = "it was recorded, but has made no completion port: there is nothing to show", .hint = "portside info tells what was recorded"};
    sim::Scenario scenario;
    scenario.name = header.program.name.empty() ? "recording" : std::filesystem::path(header.program.name).stem().string();
    scenario.path = scenario.name + ".toml";
    scenario.title = "A recording of " + program;
    scenario.about = "Recorded of a program as it is: " + header.made_by + ". It has no scenario; what stands beside it is calibrated from its records.";
    scenario.ports.clear();
    for (const sim::TracePort& port : header.ports) {
        sim::PortParams params;
        params.name = port.name, params.concurrency = port.concurrency;
        scenario.ports.push_back(std::move(params));
    }
    return scenario;
}

bool app_calibrating(const AppState& state) { return state.calibrating.wanted || (state.calibrating.work && !state.calibrating.work->done()); }

void app_calibrate_settle(AppState& state) {
    if (app_indexing(state)) return;                       // its thread needs the sides where they are, and wakes the window when it ends
    Calibrating& calibrating = state.calibrating;
    if (calibrating.wanted) begin(state);
    if (!calibrating.work || !calibrating.work->done()) return;
    Calibrated done = *calibrating.work->answer();
    calibrating.work.reset();
    if (!state.scenario.text.empty()) return;              // somebody has written one meanwhile
    calibrating.why = done.why;
    if (!done.why.empty()) state.said.clear();             // which would stand before it
    if (done.scenario.empty()) return;
    if (const sim::Status shown = app_take_model(state, std::move(done.scenario), done.why.empty()); !shown) {
        calibrating.why = shown.error().text();
        return;
    }
    const auto restored = std::exchange(calibrating.restored, std::nullopt);
    if (restored) state.edit.saved_text = state.edit.file_text;   // what was changed is in no file yet
    if (restored && done.why.empty()) session_branch_again(state, *restored);
    if (done.why.empty()) state.said = "Simulated from the recording, beside it: " + done.fit + '.';
}

bool app_without_model(AppState& state) {
    if (!state.scenario.text.empty()) return false;
    state.error = app_calibrating(state) ? "There is no scenario yet: one is being calibrated from the recording." : "There is no scenario of this recording: " + state.calibrating.why + '.';
    return true;
}

std::string app_alone_text(const AppState& state, bool brief) {
    const Calibrating& calibrating = state.calibrating;
    if (calibrating.program.empty()) return brief ? "The trace alone." : "Too many records for the model to run beside them: the trace is shown alone.";
    if (app_calibrating(state)) return brief ? "Calibrating a model." : "A model of " + calibrating.program + " is being calibrated from this recording, to stand beside it.";
    if (state.scenario.text.empty()) return brief ? "The recording alone." : "The recording alone, without a model: " + calibrating.why + '.';
    return brief ? "The recording alone: its model doesn't fit." : "The recording alone, because the model calibrated from it doesn't fit: " + calibrating.why + ". Shift+0 simulates it all the same.";
}

}  // namespace gui
