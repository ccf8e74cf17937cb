#include "gui/app/times.h"

#include <algorithm>
#include <map>

#include "gui/app/explore.h"
#include "gui/app/state.h"
#include "gui/model/text.h"
#include "sim/engine/resimulate.h"
#include "sim/scenario/load.h"

namespace gui {

/// Theory of one side: where its scenario does not change it holds for all of the run, and each question is answered once.
struct Side::Theories {
    std::optional<sim::Scenario> scenario;
    std::string why;                                           // there is none
    std::map<std::pair<size_t, std::optional<uint64_t>>, Theory> waits, services;
};

namespace {

constexpr const char* kOfAll = "of one thread: which one takes a packet hangs on all";

std::shared_ptr<Side::Theories> read_scenario(const sim::TraceHeader& header) {
    auto theories = std::make_shared<Side::Theories>();
    theories->why = !header.branches.empty() ? "the run branches" : header.instead.record >= 0 ? "a decision of the run went another way" : "there is no scenario";
    if (header.scenario_text.empty() || !header.branches.empty() || header.instead.record >= 0) return theories;
    sim::Result<sim::Scenario> scenario = sim::scenario_parse(header.scenario_text, header.scenario + ".toml", sim::sets_as_run(header));
    if (scenario) theories->scenario = std::move(scenario.value());
    return theories;
}

Mechanism mechanism_of(const Side& side, size_t port, const sim::Scenario& scenario) {
    const sim::TraceHeader& header = side.trace.header;
    Mechanism m{.policy = header.policy, .processors = header.source == "simulated" ? scenario.machine.processors : header.processors_used};
    if (port < header.ports.size()) m.limit = header.ports[port].limit, m.policy = header.ports[port].policy.empty() ? header.policy : header.ports[port].policy;
    return m;
}

const Theory& theory_of(const Side& side, size_t port, bool wait, std::optional<uint64_t> key) {
    if (!side.asked.theories) side.asked.theories = read_scenario(side.trace.header);
    Side::Theories& kept = *side.asked.theories;
    const auto [at, fresh] = (wait ? kept.waits : kept.services).try_emplace({port, wait ? std::nullopt : key});
    if (!fresh) return at->second;
    if (!kept.scenario || port >= kept.scenario->ports.size()) at->second.why = kept.why;
    else at->second = wait ? theory_wait(*kept.scenario, port, mechanism_of(side, port, *kept.scenario)) : theory_service(*kept.scenario, port, mechanism_of(side, port, *kept.scenario), key);
    return at->second;
}

uint32_t thread_of(const AppState& state, size_t side) { return side < state.selection.on.size() ? state.selection.on[side].thread : sim::kNoThread; }

// The port that a side's threads of this number serve, to ask theory of.
size_t port_of_thread(const AppState& state, const Side& side, uint32_t thread) {
    const sim::TraceState* const last = side.snapshots.empty() ? nullptr : &side.snapshots.back();
    if (last == nullptr || thread >= last->threads.size() || last->threads[thread].association == sim::kNoPort) return state.port;
    return last->threads[thread].association;
}

// Keys of the port that is shown, of all sides, ascending.
std::vector<uint64_t> keys_of(const AppState& state) {
    std::vector<uint64_t> keys;
    for (const Side& side : state.sides)
        for (const Times::Key& key : side.times.keys)
            if (key.port == state.port) keys.push_back(key.key);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

uint64_t key_shown(const AppState& state) {
    const std::vector<uint64_t> keys = keys_of(state);
    return keys.empty() || std::ranges::find(keys, state.times.key) != keys.end() ? state.times.key : keys.front();
}

bool by_thread(const AppState& state) { return state.times.by == TimesView::By::thread && state.selection.is_thread(); }

const PacketTimes* times_of(const AppState& state, size_t number) {
    const Side& side = state.sides[number];
    if (by_thread(state)) return side.times.of_thread(thread_of(state, number));
    return state.times.by == TimesView::By::key ? side.times.of_key(state.port, key_shown(state)) : side.times.of_port(state.port);
}

std::string name_of(const AppState& state) {
    if (by_thread(state)) return state.selection.name;
    if (state.times.by == TimesView::By::key) return "key " + std::to_string(key_shown(state));
    const std::vector<PortLanes>& ports = state.sides[state.focus].ports;
    return ports.size() > 1 && state.port < ports.size() ? "port " + ports[state.port].name : "all packets";
}

void expect(TimesOfSide& of, const TimeAxis& axis) {
    if (!of.holds() || !of.theory->up_to) return;
    double before = 0;
    for (size_t bin = 0; bin < axis.bins(); ++bin) {
        const double up_to = of.theory->up_to(axis.high_ns(bin));
        of.expected.push_back(up_to - before);
        before = up_to;
    }
}

// Each thing that theory says once, with the side that it is about where they differ.
void write_notes(const AppState& state, TimesChart& chart) {
    std::vector<std::pair<std::string, std::string>> said;
    for (const TimesOfSide& of : chart.sides) {
        if (of.times == nullptr) continue;
        const Theory& theory = *of.theory;
        const std::string text = !theory.known() ? "No theory line: " + theory.why + '.' : !of.holds() ? "No theory line: it speaks of long runs, and " + std::to_string(of.times->count()) + " packets are few." : "Line: " + theory.model + " (" + theory.why + "), dashed: its mean.";
        const auto same = std::ranges::find(said, text, &std::pair<std::string, std::string>::second);
        if (same == said.end()) said.emplace_back(state.sides[of.side].name, text);
        else same->first += ", " + state.sides[of.side].name;
    }
    for (const auto& [who, text] : said) chart.notes.push_back(said.size() > 1 ? who + ": " + text : text);
}

TimesChart chart_of(const AppState& state, bool wait, size_t bins_max) {
    static const Theory of_all{.model = {}, .why = kOfAll};
    TimesChart chart;
    std::vector<const sim::Histogram*> all;
    for (size_t i = 0; i < state.sides.size(); ++i) {
        TimesOfSide of;
        of.side = i;
        if (const PacketTimes* times = times_of(state, i)) of.times = wait ? &times->wait : &times->service, all.push_back(of.times);
        const size_t port = by_thread(state) ? port_of_thread(state, state.sides[i], thread_of(state, i)) : state.port;
        of.theory = wait && by_thread(state) ? &of_all : &theory_of(state.sides[i], port, wait, state.times.by == TimesView::By::key ? std::optional(key_shown(state)) : std::nullopt);
        chart.sides.push_back(std::move(of));
    }
    const std::optional<TimeAxis> axis = time_axis(all, bins_max);
    chart.any = axis.has_value();
    if (!axis) return chart;
    chart.axis = *axis;
    for (TimesOfSide& of : chart.sides) {
        if (of.times == nullptr) continue;
        of.shares = time_shares(*of.times, chart.axis);
        expect(of, chart.axis);
        for (const double share : of.shares) chart.most = std::max(chart.most, share);
        for (const double share : of.expected) chart.most = std::max(chart.most, share);
    }
    write_notes(state, chart);
    return chart;
}

}  // namespace

void app_times(AppState& state) {
    state.times.shown = !state.times.shown;
    if (!state.times.shown) return;
    state.edit.shown = state.comparing.shown = false;
    if (state.explore.shown) app_explore(state);
}

void app_times_choose(AppState& state, TimesView::By by) {
    if (by == TimesView::By::thread && !state.selection.is_thread()) app_select_next(state, Selection::Of::thread, 1);
    state.times.by = by;
    state.times.key = key_shown(state);
}

void app_times_by(AppState& state) {
    if (!state.times.shown) app_times(state);
    app_times_choose(state, static_cast<TimesView::By>((static_cast<int>(state.times.by) + 1) % 3));
}

void app_times_next(AppState& state) {
    if (!state.times.shown) app_times(state);
    if (by_thread(state)) return app_select_next(state, Selection::Of::thread, 1);
    if (state.times.by != TimesView::By::key) {
        const size_t ports = std::max<size_t>(state.sides[state.focus].ports.size(), 1);
        state.port = (state.port + 1) % ports;
        if (ports == 1) state.said = "There is one port only.";
        return;
    }
    const std::vector<uint64_t> keys = keys_of(state);
    const auto next = std::ranges::upper_bound(keys, key_shown(state));
    if (!keys.empty()) state.times.key = next == keys.end() ? keys.front() : *next;
    if (keys.size() < 2) state.said = "The packets of this port have one key only.";
}

void app_times_of_packet(AppState& state, size_t side, uint32_t packet) {
    if (side >= state.sides.size() || packet >= state.sides[side].packets.size()) return;
    const std::optional<PacketLife> life = life_of(state.sides[side], packet);
    if (!life) return;
    const sim::TraceState at = state_beside(state.sides[side], std::min(records_until(state.sides[side], life->posted_ns) + 1, state.sides[side].indexed));
    const sim::PacketTraceState* posted = at.packets.find(packet);
    if (posted == nullptr) return;
    state.times.by = TimesView::By::key;
    state.times.key = posted->key;
}

TimesCharts app_times_charts(const AppState& state, size_t bins_max) { return {.of = name_of(state), .wait = chart_of(state, true, bins_max), .service = chart_of(state, false, bins_max)}; }

std::vector<TimesRow> times_rows(const AppState& state, const TimesChart& chart) {
    std::vector<TimesRow> rows, theories;
    const auto time = [](std::optional<double> ns) { return ns ? time_figure(*ns) : std::string("-"); };
    for (const TimesOfSide& of : chart.sides) {
        const sim::Histogram* times = of.times;
        if (times == nullptr || times->count() == 0) {
            rows.push_back({state.sides[of.side].name, "0", "-", "-", "-", "-", "-"});
            continue;
        }
        const auto at = [&](uint32_t percent) { return time(static_cast<double>(times->percentile(percent))); };
        rows.push_back({state.sides[of.side].name, number_figure(static_cast<double>(times->count())), time(times->mean()), at(50), at(90), at(99), time(static_cast<double>(times->max()))});
        if (!of.holds()) continue;
        const Theory& theory = *of.theory;
        TimesRow row{theory.model, "", time(theory.mean_ns), time(theory.percentile(50)), time(theory.percentile(90)), time(theory.percentile(99)), "", true};
        if (std::ranges::none_of(theories, [&row](const TimesRow& other) { return other.name == row.name && other.mean == row.mean; })) theories.push_back(std::move(row));
    }
    rows.insert(rows.end(), theories.begin(), theories.end());
    return rows;
}

}  // namespace gui
