// The window's index of a trace: columns against brute force at every width, sentences, memory, files that are mapped.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "gui/model/build.h"
#include "gui/model/columns.h"
#include "gui/model/text.h"
#include "gui/platform/window.h"
#include "sim/trace/print.h"
#include "tests/folder.h"
#include "tests/gui/opened.h"

namespace {

// What a column must be, by looking at every box.
std::vector<gui::Column> looked_at(const gui::Lane& lane, const gui::ColumnGrid& grid) {
    std::vector<gui::Column> out(grid.count);
    for (const gui::Box& box : lane.boxes)
        for (size_t i = 0; i < grid.count; ++i) {
            const int64_t from = std::max(box.begin_ns, grid.begin_ns(i)), to = std::min(box.end_ns, grid.begin_ns(i + 1));
            if (from >= to) continue;
            out[i].ns[static_cast<size_t>(box.kind)] += to - from;
            if (box.kind == gui::BoxKind::ready || box.kind == gui::BoxKind::blocked) out[i].worst_wait_ns = std::max(out[i].worst_wait_ns, box.end_ns - box.begin_ns);
        }
    return out;
}

std::vector<gui::StepColumn> looked_at(const gui::Steps& steps, const gui::ColumnGrid& grid, int64_t end_ns) {
    std::vector<gui::StepColumn> out(grid.count);
    for (size_t s = 0; s < steps.steps.size(); ++s)
        for (size_t i = 0; i < grid.count; ++i) {
            const int64_t from = std::max(steps.steps[s].at_ns, grid.begin_ns(i)), to = std::min(s + 1 < steps.steps.size() ? steps.steps[s + 1].at_ns : end_ns, grid.begin_ns(i + 1));
            if (from >= to) continue;
            out[i].mean += static_cast<double>(steps.steps[s].value) * static_cast<double>(to - from) / static_cast<double>(grid.width_ns());
            out[i].most = std::max(out[i].most, steps.steps[s].value);
        }
    return out;
}

bool same(const std::vector<gui::StepColumn>& a, const std::vector<gui::StepColumn>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const gui::StepColumn& x, const gui::StepColumn& y) { return x.most == y.most && std::abs(x.mean - y.mean) < 1e-6 * (1 + y.mean); });
}

// Some threads that block, some that wait for a processor, other lengths with every seed.
sim::Trace random_trace(uint32_t seed, uint32_t packets = 400) {
    std::mt19937 random(seed);
    const auto some = [&random](uint32_t most) { return std::to_string(1 + random() % most); };
    return run_checked(scenario_of("seed = " + std::to_string(seed) + "\n[machine]\nprocessors = " + some(4) + "\n[[port]]\nname = \"p\"\nconcurrency = " + some(4) + "\n[[worker]]\nname = \"w\"\nport = \"p\"\ncount = " + some(7) +
                                   "\non_packet = [ { compute = { exponential = \"" + some(300) + "us\" } }, { block = { exponential = \"" + some(900) + "us\" }, chance = 0.3 } ]\n[[source]]\nname = \"s\"\nport = \"p\"\narrivals = { poisson = \"" + some(200) +
                                   "us\", count = " + std::to_string(packets) + " }\n"));
}

std::string file_of(const test::Folder& folder, const sim::Trace& trace) {
    const std::string path = folder / "t.ptrace";
    REQUIRE(sim::trace_write(path, trace).ok());
    return path;
}

}  // namespace

TEST_CASE("columns: at every width, anywhere, a column is what its boxes and steps are") {
    const uint32_t first = 9100;
    MESSAGE("seeds from " << first);
    for (uint32_t seed = first; seed < first + 6; ++seed) {
        CAPTURE(seed);
        const gui::Side side = gui::side_build(random_trace(seed));
        std::mt19937 random(seed);
        REQUIRE(side.lanes[0].levels.lowest() > 6);
        for (int shift = side.lanes[0].levels.lowest() - 6; shift < 40; ++shift) {
            CAPTURE(shift);
            const int64_t pixel_ns = (int64_t{1} << shift) + static_cast<int64_t>(random() % 3 == 0 ? 0 : random() % (uint64_t{1} << shift));
            const int64_t from_ns = static_cast<int64_t>(random() % static_cast<uint64_t>(side.end_ns)), to_ns = std::min<int64_t>(from_ns + 60 * pixel_ns, side.end_ns + 5 * pixel_ns);
            const gui::ColumnGrid grid = gui::column_grid(from_ns, to_ns, pixel_ns);
            CHECK(grid.width_ns() <= pixel_ns);
            CHECK(grid.width_ns() * 2 > pixel_ns);
            CHECK(grid.begin_ns(0) <= from_ns);
            CHECK(grid.begin_ns(grid.count) >= to_ns);
            for (const gui::Lane& lane : side.lanes) {
                std::vector<gui::Column> columns;
                gui::lane_columns(lane, grid, columns);
                REQUIRE(columns == looked_at(lane, grid));
            }
            for (const gui::Steps* steps : {&side.ports[0].depth, &side.ports[0].active, &side.ports[0].waiters}) {
                std::vector<gui::StepColumn> columns;
                gui::step_columns(*steps, grid, side.end_ns, columns);
                REQUIRE(same(columns, looked_at(*steps, grid, side.end_ns)));
            }
        }
    }
}

TEST_CASE("columns: no time is lost and the longest wait is there, at every level of the whole run") {
    const uint32_t seed = 9200;
    MESSAGE("seed " << seed);
    const gui::Side side = gui::side_build(random_trace(seed, 3'000));
    for (const gui::Lane& lane : side.lanes) {
        std::array<int64_t, gui::kBoxKinds> all{};
        int64_t longest = 0;
        for (const gui::Box& box : lane.boxes) {
            all[static_cast<size_t>(box.kind)] += box.end_ns - box.begin_ns;
            if (box.kind == gui::BoxKind::ready || box.kind == gui::BoxKind::blocked) longest = std::max(longest, box.end_ns - box.begin_ns);
        }
        for (int64_t pixel_ns = side.end_ns / 4'000; pixel_ns < side.end_ns * 2; pixel_ns *= 2) {
            std::vector<gui::Column> columns;
            gui::lane_columns(lane, gui::column_grid(0, side.end_ns, pixel_ns), columns);
            std::array<int64_t, gui::kBoxKinds> sum{};
            int64_t worst = 0;
            for (const gui::Column& column : columns) {
                for (size_t kind = 0; kind < sum.size(); ++kind) sum[kind] += column.ns[kind];
                worst = std::max(worst, column.worst_wait_ns);
            }
            CHECK(sum == all);
            CHECK(worst == longest);
        }
    }
}

TEST_CASE("columns: a lane with too many boxes for its width is as even as its smallest level, and loses no more than the rounding") {
    const gui::Side side = gui::side_build(random_trace(9300, 3'000));
    const gui::Lane& lane = side.lanes.back();
    const gui::ColumnGrid grid = gui::column_grid(0, side.end_ns, int64_t{1} << (lane.levels.lowest() - 2));
    std::vector<gui::Column> exact, even;
    gui::lane_columns(lane, grid, exact);
    gui::lane_columns(lane, grid, even, 0);
    REQUIRE(even.size() == exact.size());
    for (size_t i = 0; i + 4 <= exact.size(); i += 4)
        for (size_t kind = 0; kind < gui::kBoxKinds; ++kind) {
            int64_t a = 0, b = 0;
            for (size_t k = i; k < i + 4; ++k) a += exact[k].ns[kind], b += even[k].ns[kind];
            CHECK(a - b >= 0);
            CHECK(a - b < 4);
        }
}

TEST_CASE("events: a record is marked where it has a sentence, and sentences are those of a walk from the beginning") {
    const sim::Result<std::vector<sim::ScenarioEntry>> entries = sim::scenario_list();
    REQUIRE(entries.ok());
    for (const sim::ScenarioEntry& entry : entries.value())
        for (const bool calls_only : {false, true}) {
            CAPTURE(entry.name);
            CAPTURE(calls_only);
            sim::Trace trace = run_checked(scenario_named(entry.name));
            if (calls_only) trace = as_recorded(std::move(trace));
            const gui::Side side = gui::side_build(trace);
            sim::TraceState state = sim::trace_state_begin(trace.header);
            std::vector<uint64_t> events;
            for (uint64_t i = 0; i < trace.records.size(); ++i) {
                const bool told = !sim::narrate(trace.header, state, trace.records[i]).empty();
                REQUIRE(sim::narrates(trace.header, state, trace.records[i]) == told);
                REQUIRE(gui::event_before(side, i) == static_cast<int64_t>(events.size()) - 1);
                if (told) events.push_back(i);
                sim::trace_state_apply(state, trace.header, trace.records[i]);
            }
            REQUIRE(side.events.size() == events.size());
            for (size_t i = 0; i < events.size(); ++i) REQUIRE(side.events[i] == events[i]);
        }
}

TEST_CASE("side: sentences and states asked for in any order are exact") {
    const uint32_t seed = 9400;
    MESSAGE("seed " << seed);
    const sim::Trace trace = random_trace(seed, 1'500);
    const gui::Side side = gui::side_build(trace);
    std::vector<std::string> sentences;
    std::vector<std::vector<uint32_t>> waiters;
    sim::TraceState state = sim::trace_state_begin(trace.header);
    for (const sim::Record& record : trace.records) {
        sentences.push_back(gui::window_text(sim::narrate(trace.header, state, record)));
        waiters.push_back(state.ports[0].waiters);
        sim::trace_state_apply(state, trace.header, record);
    }
    std::mt19937 random(seed);
    for (int i = 0; i < 3'000; ++i) {
        const uint64_t at = random() % trace.records.size();
        REQUIRE(gui::sentence_of(side, at) == sentences[at]);
        REQUIRE(gui::state_after(side, at).ports[0].waiters == waiters[at]);
    }
}

TEST_CASE("open: a mapped trace gives the same side as one in memory; its index takes less than its records") {
    const test::Folder folder;
    sim::Trace trace = random_trace(9500, 30'000);
    trace.losses = {{"ring of w.0 was full", 7}};
    const std::string path = file_of(folder, trace);
    const sim::Result<sim::OpenTrace> open = sim::trace_open(path, 0);
    REQUIRE(open.ok());
    REQUIRE(open->records.mapped());
    CHECK(open->records.copy() == trace.records);
    CHECK(sim::lost_records(open->losses) == 7);
    const gui::Side mapped = gui::side_build(open.value()), read = gui::side_build(trace);
    CHECK(mapped.summary.fingerprint == read.summary.fingerprint);
    CHECK(mapped.summary.latency.p99 == read.summary.latency.p99);
    CHECK(mapped.summary.fingerprint == sim::summarize(trace.header, trace.records).fingerprint);
    CHECK(mapped.events.size() == read.events.size());
    CHECK(mapped.lanes.size() == read.lanes.size());
    size_t index = gui::side_bytes(mapped);
    for (const sim::TraceState& state : mapped.snapshots) index -= trace_state_bytes(state);   // bounded by themselves
    CHECK(index < trace.records.size() * sizeof(sim::Record));
}

TEST_CASE("open: a file that is cut off or damaged anywhere shows what trace_read makes of it") {
    const test::Folder folder;
    const uint32_t seed = 9600;
    MESSAGE("seed " << seed);
    const sim::Trace trace = random_trace(seed, 3'000);
    const std::string path = file_of(folder, trace);
    std::ifstream in(path, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    std::mt19937 random(seed);
    for (int i = 0; i < 60; ++i) {
        CAPTURE(i);
        std::string bytes = whole;
        if (i % 3 == 0) bytes.resize(random() % bytes.size());
        else for (int flips = 0; flips < 1 + i % 4; ++flips) bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
        const std::string broken = folder / ("b" + std::to_string(i) + ".ptrace");
        std::ofstream(broken, std::ios::binary) << bytes;
        const sim::Result<sim::Trace> read = sim::trace_read(broken);
        sim::Result<sim::OpenTrace> open = sim::trace_open(broken, 0);
        REQUIRE(open.ok() == read.ok());
        if (!open) continue;
        std::vector<gui::Side> sides;
        sides.push_back(gui::side_begin(std::move(open.value())));
        gui::Indexing indexing;
        indexing.start({&sides[0]}, nullptr);
        while (indexing.running()) std::this_thread::yield();
        indexing.stop();
        CHECK(sides[0].whole());
        CHECK(sides[0].trace.records.copy() == read->records);
        CHECK(sides[0].trace.damage == read->damage);
    }
}

TEST_CASE("columns: values of no length at all are columns of nothing") {
    gui::Steps steps;
    for (int64_t i = 0; i < 1'000; ++i) steps.steps.push_back({i * 1'000, 0});
    std::vector<gui::StepColumn> columns;
    gui::step_columns(steps, gui::column_grid(0, 1'000'000, 1'000), 1'000'000, columns, 10);
    for (const gui::StepColumn& column : columns) CHECK(column.most == 0);
}

TEST_CASE("window: a large damaged trace is shown and compared without what is damaged") {
    const test::Folder folder;
    const sim::Result<sim::Scenario> scenario = sim::scenario_load(sim::scenario_path("bench/reference.toml").value(), {"source.clients.arrivals.count=30000"});
    REQUIRE(scenario.ok());
    const sim::Trace trace = run_checked(scenario.value());
    const std::string path = file_of(folder, trace);
    REQUIRE(std::filesystem::file_size(path) > 8'388'608);
    std::string bytes;
    {
        std::ifstream in(path, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto posted = std::find_if(trace.records.begin() + 150'000, trace.records.end(), [](const sim::Record& r) { return r.kind == sim::Kind::posted; });
    const size_t at = bytes.find(std::string(reinterpret_cast<const char*>(&*posted), sizeof *posted));
    REQUIRE(at != std::string::npos);
    bytes[at + offsetof(sim::Record, packet) + 3] = static_cast<char>(0xF0);        // a packet's number in the thousand millions
    std::ofstream(path, std::ios::binary) << bytes;
    gui::AppState state;
    REQUIRE(gui::app_open(state, {path}, {}).ok());
    gui::HeadlessWindow window(1600, 900, 1);
    gui::app_index(state, nullptr);
    while (gui::app_indexing(state)) window.frame(state);
    window.frame(state);
    REQUIRE(state.sides.size() == 2);
    CHECK(state.sides[1].trace.damage.size() == 1);
    CHECK(state.sides[1].trace.records.size() < trace.records.size());
    REQUIRE(state.comparisons.size() == 1);
    CHECK(state.comparisons[0].first_divergence.has_value());
}

TEST_CASE("window: frames while a trace is read, and when it is, cost at most 6,000 triangles with 64 lanes at every zoom") {
    const test::Folder folder;
    const sim::Result<std::string> reference = sim::scenario_path("bench/reference.toml");
    REQUIRE(reference.ok());
    const sim::Result<sim::Scenario> scenario = sim::scenario_load(reference.value(), {"worker.worker.count=64", "source.clients.arrivals.count=40000"});
    REQUIRE(scenario.ok());
    const std::string path = file_of(folder, run_checked(scenario.value()));
    sim::Result<sim::OpenTrace> open = sim::trace_open(path, 0);
    REQUIRE(open.ok());
    gui::AppState state;
    state.scenario = scenario.value();
    state.alone = true;
    state.sides.push_back(gui::side_begin(std::move(open.value())));
    gui::playback_load(state.playback, state.sides[0].end_ns);
    state.view_to_ns = state.playback.end_ns;
    gui::HeadlessWindow window(1600, 900, 1);
    gui::app_index(state, nullptr);
    int most = 0;
    while (gui::app_indexing(state)) {
        window.frame(state);
        most = std::max(most, window.primitive_count());
    }
    for (double at : {0.02, 0.4, 0.93}) {
        state.times.shown = at > 0.9;                         // with histograms beside the lanes too
        gui::command_run(state, gui::CommandId::zoom_all);
        for (int i = 0; i < 45; ++i) {
            gui::app_seek(state, static_cast<int64_t>(at * static_cast<double>(state.playback.end_ns)));
            window.frame(state);
            window.frame(state);                              // the first one may find the canvas too small
            most = std::max(most, window.primitive_count());
            gui::request_run(state, {.what = gui::Request::What::zoom, .number = 0.75, .at = at * static_cast<double>(state.playback.end_ns)});
        }
    }
    MESSAGE("at most " << most);
    CHECK(most <= 6'000);
}
