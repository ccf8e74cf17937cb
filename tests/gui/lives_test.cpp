// Which thread runs on which processor, and the lives of packets, without ImGui.
#include <algorithm>
#include <set>

#include "gui/model/lives.h"
#include "gui/model/processors.h"
#include "gui/platform/window.h"
#include "tests/gui/opened.h"

namespace {

std::vector<gui::Side> all_sides() {
    const sim::Result<std::vector<sim::ScenarioEntry>> entries = sim::scenario_list();
    REQUIRE(entries.ok());
    std::vector<gui::Side> sides;
    for (const sim::ScenarioEntry& entry : entries.value()) sides.push_back(gui::side_build(run_checked(scenario_named(entry.name))));
    return sides;
}

template <class Look>
void at_moments(const gui::Side& side, const Look& look) {
    for (int part = 0; part < 4; ++part) {
        const int64_t from = side.end_ns * part / 5, to = std::min(from + std::max<int64_t>(side.end_ns / 5, 1), side.end_ns);
        for (int64_t at = from; at < to; at += std::max<int64_t>((to - from) / 30, 1)) look(from, to, at, gui::state_after(side, gui::records_until(side, at)));
    }
}

}  // namespace

TEST_CASE("processors: at every moment the runs are what the state says, in any part of any scenario") {
    size_t looked_at = 0;
    for (const gui::Side& side : all_sides()) {
        CAPTURE(side.trace.header.scenario);
        at_moments(side, [&](int64_t from, int64_t to, int64_t at, const sim::TraceState& state) {
            const gui::ProcessorRuns& runs = gui::processor_runs(side, from, to);
            if (!runs.known) return;
            std::set<std::pair<uint32_t, uint32_t>> told, is;
            for (const gui::ProcessorRun& run : runs.runs)
                if (run.begin_ns <= at && at < run.end_ns) told.emplace(run.processor, run.thread);
            for (uint32_t t = 0; t < state.threads.size(); ++t)
                if (state.threads[t].processor != sim::kNoProcessor) is.emplace(state.threads[t].processor, t);
            CHECK(told == is);
            ++looked_at;
        });
    }
    CHECK(looked_at > 500);
}

TEST_CASE("processors: a thread that goes on on another processor is marked there, and columns hold all that the runs hold") {
    // block-and-release: worker.4 ran on processor 0 until it blocked, and comes back on processor 1
    const gui::AppState state = opened("block-and-release");
    const gui::Side& side = state.sides[0];
    const gui::ProcessorRuns& runs = gui::processor_runs(side, 0, side.end_ns);
    REQUIRE(runs.known);
    std::vector<uint16_t> last(side.lanes.size(), sim::kNoProcessor);
    std::vector<gui::ProcessorRun> by_time = runs.runs;
    std::sort(by_time.begin(), by_time.end(), [](const auto& a, const auto& b) { return a.begin_ns < b.begin_ns; });
    int64_t migrations = 0, busy_ns = 0;
    for (const gui::ProcessorRun& run : by_time) {
        CHECK(run.migrated == (last[run.thread] != sim::kNoProcessor && last[run.thread] != run.processor));
        last[run.thread] = run.processor;
        migrations += run.migrated ? 1 : 0, busy_ns += run.end_ns - run.begin_ns;
    }
    CHECK(migrations > 0);
    for (const bool exact : {true, false}) {
        const gui::ColumnGrid grid = gui::column_grid(0, side.end_ns, side.end_ns / 16);
        int64_t found = 0, ns = 0;
        for (size_t p = 0; p < side.processors.size(); ++p) {
            std::vector<gui::Column> columns;
            gui::processor_columns(side, p, exact ? runs : gui::ProcessorRuns{}, grid, columns);
            for (const gui::Column& column : columns) found += column.worst_wait_ns, ns += column.ns[static_cast<size_t>(gui::BoxKind::running)];
        }
        CHECK(found == migrations);
        CHECK(ns == busy_ns);
    }
}

TEST_CASE("lives: at every moment the queue and the packets in work are what the state says, in any part of any scenario") {
    size_t looked_at = 0;
    for (const gui::Side& side : all_sides()) {
        CAPTURE(side.trace.header.scenario);
        at_moments(side, [&](int64_t from, int64_t to, int64_t at, const sim::TraceState& state) {
            const gui::Lives& lives = gui::lives_in(side, 0, from, to);
            if (!lives.known || state.ports.empty()) return;
            std::set<uint32_t> queued, working;
            size_t alive = 0;
            for (const gui::PacketLife& life : lives.lives) {
                if (life.posted_ns > at || (life.done_ns >= 0 && life.done_ns <= at)) continue;
                ++alive;
                if (life.taken_ns < 0 || life.taken_ns > at) queued.insert(life.packet);
                else if (life.got_ns >= 0 && life.got_ns <= at) working.insert(life.packet);
            }
            CHECK(queued == std::set<uint32_t>(state.ports[0].queue.begin(), state.ports[0].queue.end()));
            std::set<uint32_t> held;
            for (const sim::ThreadTraceState& thread : state.threads)
                for (const uint32_t number : thread.packets)
                    if (const sim::PacketTraceState* packet = state.packets.find(number); packet != nullptr && packet->port == 0 && packet->got_ns >= 0 && packet->completed_ns < 0) held.insert(number);
            CHECK(working == held);
            CHECK(gui::value_at(gui::lives_count(lives.lives, from), at) == alive);
            ++looked_at;
        });
    }
    CHECK(looked_at > 300);
}

TEST_CASE("lives: the strip of many packets holds what the rows would") {
    for (const char* scenario : {"block-and-release", "limit-1-burst"}) {
        const gui::Side side = gui::side_build(run_checked(scenario_named(scenario)));
        const gui::Lives lives = gui::lives_in(side, 0, 0, side.end_ns);
        REQUIRE(lives.known);
        const gui::ColumnGrid grid = gui::column_grid(0, side.end_ns, side.end_ns / 16);
        std::vector<gui::StepColumn> rows, strip;
        gui::step_columns(gui::lives_count(lives.lives, 0), grid, side.end_ns, rows);
        gui::step_columns(side.ports[0].alive, grid, side.end_ns, strip);
        REQUIRE(rows.size() == strip.size());
        for (size_t i = 0; i < rows.size(); ++i) {
            CHECK(rows[i].mean == doctest::Approx(strip[i].mean));
            CHECK(rows[i].most == strip[i].most);
        }
    }
}

TEST_CASE("lives: of one packet it is the same as among the others; with too much in sight none are told") {
    const gui::Side side = gui::side_build(run_checked(scenario_named("block-and-release")));
    const gui::Lives lives = gui::lives_in(side, 0, 0, side.end_ns);
    REQUIRE(lives.known);
    REQUIRE(lives.lives.size() > 10);
    for (const gui::PacketLife& life : lives.lives) {
        const std::optional<gui::PacketLife> one = gui::life_of(side, life.packet);
        REQUIRE(one);
        CHECK(one->thread == life.thread);
        CHECK(one->posted_ns == life.posted_ns);
        CHECK(one->taken_ns == life.taken_ns);
        CHECK(one->got_ns == life.got_ns);
        CHECK(one->done_ns == life.done_ns);
    }
    CHECK_FALSE(gui::life_of(side, 1'000'000));
    const gui::Side many = gui::side_build(run_checked(scenario_of(R"(
until = "50ms"
[[port]]
name = "port"
[[worker]]
name = "w"
port = "port"
count = 4
on_packet = [ { compute = "10us" } ]
[[source]]
name = "s"
port = "port"
arrivals = { every = "5us", count = 5000 }
)")));
    CHECK(gui::lives_in(many, 0, 0, many.end_ns / 100).known);
    CHECK_FALSE(gui::lives_in(many, 0, 0, many.end_ns).known);
}

TEST_CASE("lanes: processors and packets are shown by a key, also of recordings, and a frame of them stays small") {
    gui::AppState state = opened("twice-cpus", {"worker.worker.count=64"});
    gui::HeadlessWindow window(1600, 900, 1);
    const auto says = [&](const std::string& text) {
        window.frame(state);
        return std::any_of(window.texts().begin(), window.texts().end(), [&text](const gui::PlacedText& placed) { return placed.text == text; });
    };
    CHECK_FALSE(says("processor 0"));
    gui::command_run(state, gui::CommandId::processor_lanes);
    CHECK(says("processor 0"));
    gui::command_run(state, gui::CommandId::packet_bars);
    CHECK(says("packets"));
    for (int zoom = 0; zoom < 30; ++zoom) {
        window.frame(state);
        window.frame(state);
        CHECK(window.primitive_count() <= 6'000);
        gui::command_run(state, gui::CommandId::zoom_in);
    }
    gui::AppState recorded = opened_with_recordings("block-and-release");   // the last one has no processors
    gui::command_run(recorded, gui::CommandId::processor_lanes);
    gui::command_run(recorded, gui::CommandId::packet_bars);
    for (int i = 0; i < 2; ++i) window.frame(recorded);
    CHECK(std::count_if(window.texts().begin(), window.texts().end(), [](const gui::PlacedText& placed) { return placed.text == "processor 0"; }) >= 1);
}
