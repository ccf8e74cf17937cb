#include "gui/app/bench_view.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "gui/app/commands.h"
#include "gui/platform/window.h"
#include "sim/engine/run.h"
#include "sim/scenario/load.h"

namespace gui {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kWidth = 1600, kHeight = 900;   // pixels

struct Figures {
    uint64_t events = 0, frames = 0, frames_meanwhile = 0;
    double file_mb = 0, load_s = 0, index_s = 0, index_cpu_s = 0, p50_ms = 0, p99_ms = 0, wall_p99_ms = 0, rss_mb = 0;
    int primitives_max = 0;
};

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// What this thread has computed: other programs on the machine don't count.
double cpu_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// The most memory that was resident since `forget_peak`, 0 where the system does not tell.
double peak_mb() {
    std::ifstream in("/proc/self/status");
    for (std::string word; in >> word;)
        if (double kib = 0; word == "VmHWM:" && in >> kib) return kib * 1024 / 1e6;
    return 0;
}

void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

// The run up to so many records, in a file.
sim::Status make_trace(const sim::BenchOptions& options, const std::string& path) {
    const sim::Result<std::string> file = options.scenario.empty() ? sim::scenario_path("bench/reference.toml") : sim::Result<std::string>(options.scenario);
    if (!file) return file.error();
    std::vector<std::string> sets = options.sets;
    if (options.scenario.empty()) sets.insert(sets.begin(), "worker.worker.count=64");
    const sim::Result<sim::Scenario> scenario = sim::scenario_load(file.value(), sets);
    if (!scenario) return scenario.error();
    sim::Result<sim::TraceWriter> writer = sim::TraceWriter::create(path, sim::simulated_header(scenario.value()));
    if (!writer) return writer.error();
    sim::Status written = sim::Done{};
    uint64_t left = options.events;
    const auto write = [&](std::span<const sim::Record> records) {
        const size_t count = static_cast<size_t>(std::min<uint64_t>(left, records.size()));
        left -= count;
        if (written && count > 0) written = writer->add(records.data(), count);
    };
    std::fprintf(stderr, "a trace of %llu records\n", static_cast<unsigned long long>(options.events));
    const sim::Result<sim::World> ran = sim::run(scenario.value(), write, {.records_max = options.events + 2 * sim::kRecordsHeardAtOnce});   // what is not yet heard of at the end
    if (!ran && left > 0) return ran.error();             // with all of them it is cut, as it should be
    return written ? writer->close() : written;
}

// A path through a run as a person takes it, recorded from one: into a place, along it, out a little, elsewhere, all the way in and
// out again.
struct Movement { Request::What what; int times; double amount, at; };   // zoom: factor and place in the view, 0..1; pan: share of the view; seek: place in the view
constexpr std::array<Movement, 20> kPath{{
    {Request::What::zoom, 8, 0.8, 0.31}, {Request::What::pan, 12, 0.04, 0}, {Request::What::zoom, 14, 0.8, 0.62}, {Request::What::seek, 6, 0.08, 0.3}, {Request::What::pan, 20, -0.11, 0},
    {Request::What::zoom, 10, 0.8, 0.47}, {Request::What::pan, 15, 0.02, 0}, {Request::What::zoom, 12, 1.25, 0.5}, {Request::What::seek, 8, 0.1, 0.1}, {Request::What::zoom, 22, 0.8, 0.55},
    {Request::What::pan, 25, 0.3, 0}, {Request::What::zoom, 16, 0.8, 0.12}, {Request::What::seek, 5, 0.15, 0.2}, {Request::What::pan, 10, -0.5, 0}, {Request::What::zoom, 40, 1.25, 0.4},
    {Request::What::pan, 20, 0.5, 0}, {Request::What::zoom, 30, 0.8, 0.9}, {Request::What::seek, 8, 0.1, 0.1}, {Request::What::zoom, 60, 1.25, 0.5}, {Request::What::seek, 10, 0.09, 0.05},
}};

// `frame` after each movement.
template <class Frame>
void walk_path(AppState& state, const Frame& frame) {
    for (const Movement& step : kPath)
        for (int i = 0; i < step.times; ++i) {
            const double from = static_cast<double>(state.view_from_ns), width = static_cast<double>(state.view_to_ns - state.view_from_ns);
            Request request{.what = step.what};
            if (step.what == Request::What::pan) request.number = step.amount * width;
            else if (step.what == Request::What::zoom) request.number = step.amount, request.at = from + step.at * width;
            else request.number = from + (step.at + i * step.amount) * width;
            frame(request);
        }
}

double rank(std::vector<double> values, size_t percent) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[(values.size() * percent + 99) / 100 - 1];
}

sim::Result<Figures> look(const std::string& path) {
    Figures figures;
    std::error_code ignored;
    figures.file_mb = static_cast<double>(fs::file_size(path, ignored)) / 1e6;
    forget_peak();
    const auto begin = Clock::now();
    AppState state;
    if (const sim::Status opened = app_open(state, {path}, {}); !opened) return opened.error();
    state.processor_lanes = state.packet_bars = true;     // all lanes are open
    app_index(state, nullptr);
    HeadlessWindow window(kWidth, kHeight, 1);
    window.frame(state);
    figures.load_s = seconds_since(begin);
    const double own_ms = cpu_ms(), all = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    while (app_indexing(state)) {                         // a window redraws some times a second meanwhile
        window.frame(state);
        ++figures.frames_meanwhile;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    figures.index_s = seconds_since(begin);
    figures.index_cpu_s = static_cast<double>(std::clock()) / CLOCKS_PER_SEC - all - (cpu_ms() - own_ms) / 1e3;
    std::vector<double> cpu, wall;
    const auto frame = [&](const Request& request) {
        const auto start = Clock::now();
        const double before = cpu_ms();
        request_run(state, request);
        window.frame(state);
        cpu.push_back(cpu_ms() - before);
        wall.push_back(seconds_since(start) * 1e3);
        figures.primitives_max = std::max(figures.primitives_max, window.primitive_count());
    };
    walk_path(state, frame);
    figures.events = state.sides.back().trace.records.size();
    figures.frames = cpu.size();
    figures.p50_ms = rank(cpu, 50), figures.p99_ms = rank(cpu, 99), figures.wall_p99_ms = rank(wall, 99);
    figures.rss_mb = peak_mb();
    return figures;
}

void print(const Figures& f, bool json) {
    if (json)
        std::printf(R"({"load_s":%.3f,"index_s":%.3f,"frame_ms":{"p50":%.3f,"p99":%.3f},"primitives":{"max":%d},"rss_mb":%.1f,"events":%llu,"file_mb":%.1f,"frames":%llu,"wall_ms":{"p99":%.3f},"index_cpu_s":%.3f})" "\n", f.load_s, f.index_s, f.p50_ms, f.p99_ms, f.primitives_max, f.rss_mb,
                    static_cast<unsigned long long>(f.events), f.file_mb, static_cast<unsigned long long>(f.frames), f.wall_p99_ms, f.index_cpu_s);
    else
        std::printf("%-14s %llu records, %.0f MB\n%-14s after %.2f s; its index is whole after %.2f s\n%-14s median %.2f ms   p99 %.2f ms of processor time, of %llu along a path of zooms\n%-14s at most %d triangles in a frame\n%-14s %.0f MB at most, %.2f times the file\n", "trace",
                    static_cast<unsigned long long>(f.events), f.file_mb, "usable", f.load_s, f.index_s, "frames", f.p50_ms, f.p99_ms, static_cast<unsigned long long>(f.frames), "primitives", f.primitives_max, "memory", f.rss_mb, f.file_mb > 0 ? f.rss_mb / f.file_mb : 0);
}

}  // namespace

int bench_view_command(const sim::BenchOptions& options) {
    const bool given = options.scenario.ends_with(".ptrace");
    std::error_code ignored;
    const std::string path = given ? options.scenario : options.out.empty() ? (fs::temp_directory_path(ignored) / "portside-bench-view.ptrace").string() : options.out;
    if (!given)
        if (const sim::Status made = make_trace(options, path); !made) {
            if (options.out.empty()) fs::remove(path, ignored);
            return sim::fail("bench", made.error());
        }
    const sim::Result<Figures> figures = look(path);
    if (!given && options.out.empty()) fs::remove(path, ignored);
    if (!figures) return sim::fail("bench", figures.error());
    print(figures.value(), options.json);
    return sim::kExitDone;
}

}  // namespace gui
