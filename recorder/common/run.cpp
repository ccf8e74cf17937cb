#include "recorder/common/run.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <future>
#include <optional>
#include <system_error>
#include <thread>

#include "recorder/common/measure_blocking.h"
#include "recorder/common/measure_release.h"
#include "recorder/common/measure_round_trip.h"
#include "recorder/common/real.h"
#include "recorder/common/refuse.h"
#include "recorder/common/scenario_thread.h"
#include "recorder/common/sources.h"
#include "recorder/common/work.h"
#include "sim/scenario/arrivals.h"
#include "sim/scenario/handler.h"

namespace recorder {
namespace {

constexpr double kRingRecordsMax = 262'144, kFileRecordsMax = 8'388'608;   // 8 MiB a ring, 256 MiB a recording

std::atomic<bool> stop_requested{false};

double handler_mean_ns(const sim::Handler& handler) {
    double sum = 0;
    for (const sim::Step& step : handler.steps) sum += step.chance * sim::mean_ns(step.duration);
    return sum;
}

// Estimates of absurd scenarios stay numbers.
int64_t whole_ns(double ns) { return static_cast<int64_t>(std::min(ns, static_cast<double>(sim::kDurationMax.ns))); }

int64_t last_arrival_ns(const sim::SourceParams& source) {
    if (!source.at.empty()) return source.at.back().ns;
    return source.count ? whole_ns(static_cast<double>(*source.count) * static_cast<double>(source.gap.ns)) : 0;
}

sim::Status start_threads(Stage& stage, std::vector<std::thread>& threads) {
    Session& session = stage.session;
    for (uint32_t t = 0; t < sim::thread_count(session.scenario); ++t) {
        try {
            threads.emplace_back([&stage, t] { ScenarioThread(stage, t).run(); });
        } catch (const std::system_error& refused) {
            return sim::Error{.file = session.scenario.path, .line = 0, .column = 0, .what = "the system gives no more than " + std::to_string(t) + " threads: " + refused.what(), .hint = "lower the workers' count"};
        }
        while (!stage.backend.is_waiting(t) && !session.held[t].load()) std::this_thread::sleep_for(std::chrono::microseconds(100));   // in table order (3a.3)
    }
    return sim::Done{};
}

// All is handled: the last gets belong to the run. Not those of workers whose calls time out: they ask again and again, and
// waiting for them would fill their rings.
void let_workers_park(const Session& session, Backend& backend) {
    const int64_t latest_ns = monotonic_ns() + 50'000'000;
    for (uint32_t t = 0; t < sim::worker_thread_count(session.scenario); ++t) {
        if (session.scenario.workers[sim::worker_of(session.scenario, {t}).worker].timeout != sim::kInfinite) continue;
        while (!backend.is_waiting(t) && !session.ended[t].load() && monotonic_ns() < latest_ns) std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
}

// The condition of --until, fed with what the rings have got since the last look.
class Condition {
public:
    Condition(const RecordLimits& limits, const RingFile& rings, bool has_decisions) : until_(limits.until), text_(limits.until_text), rings_(rings), has_decisions_(has_decisions), next_(rings.parts().size(), 0) {}
    bool holds() {
        if (!until_) return false;
        std::vector<sim::Record> records;
        for (size_t r = 0; r < next_.size(); ++r) rings_.parts()[r].look(next_[r], [&](const sim::Record& record) { records.push_back(record); });
        std::stable_sort(records.begin(), records.end(), [](const sim::Record& a, const sim::Record& b) { return a.time_ns < b.time_ns; });
        bool now = false;
        for (const sim::Record& record : records) now = until_->holds_after(record, has_decisions_) || now;
        if (now) std::fprintf(stderr, "--until %s: the condition holds, the recording ends\n", text_.c_str());
        return now;
    }

private:
    std::optional<Until> until_;
    std::string text_;
    const RingFile& rings_;
    bool has_decisions_;
    std::vector<uint64_t> next_;
};

// Progress on stderr, Ctrl-C, --until, and the end of a recording that takes longer than a second.
void watch(const Session& session, Sources& sources, Condition condition, const std::atomic<bool>& over, int64_t estimate) {
    int64_t shown_ns = 1'000'000'000;
    while (!over.load()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        if (!stop_requested.load() && condition.holds()) stop_requested.store(true);
        if (stop_requested.load()) sources.finish();
        if (session.clock.now_ns() < shown_ns) continue;
        shown_ns += 1'000'000'000;
        std::fprintf(stderr, "recording: %.0f s of about %.0f s\n", static_cast<double>(session.clock.now_ns()) / 1e9, static_cast<double>(estimate) / 1e9);
    }
}

sim::TraceHeader header_for(const sim::Scenario& scenario, const BackendInfo& backend, uint32_t processors, const std::string& part) {
    sim::TraceHeader header = sim::header_of(scenario);
    header.source = "measured";
    header.backend = backend.name;
    header.made_by = backend.made_by;
    if (!backend.has_decisions) header.policy.clear();          // the machine's own, not the scenario's: records tell
    header.clock = clock_name();
    header.host = host_text();
    header.processors_used = processors;
    header.has_decisions = backend.has_decisions;
    header.has_processors = backend.has_processors;
    header.blocking = backend.blocking;
    header.record_cost_ns = measure_record_cost_ns();
    const RoundTrip trip = measure_round_trip(backend, processors, part + ".trip");   // no file of the recording's name before it begins: somebody may watch for it
    header.program.round_trip_ns = trip.ns;
    header.program.round_trip_recorded_ns = trip.recorded_ns;
    for (size_t d = 0; d < header.devices.size(); ++d) header.devices[d].real = real_object_name(backend.name, scenario.devices[d]);
    for (size_t p = 0; p < header.ports.size(); ++p) {
        header.ports[p].limit = sim::limit_in_force(scenario.ports[p], processors);
        if (!backend.has_decisions) header.ports[p].policy.clear();
    }
    return header;
}

// Stopped by hand: the run is what was recorded, for its figures and for a simulation of it.
void end_early(sim::TraceHeader& header, int64_t at_ns) {
    if (header.until_ns >= 0 && header.until_ns <= at_ns) return;
    header.until_ns = at_ns;
    header.sets.push_back("until=" + std::to_string(at_ns) + "ns");
}

// What happened after `until`, while threads were told to stop, is no part of the run.
void cut_at_until(sim::Trace& trace) {
    if (trace.header.until_ns < 0) return;
    std::erase_if(trace.records, [&](const sim::Record& record) { return record.time_ns > trace.header.until_ns; });
}

uint64_t ring_records(const sim::Scenario& scenario, int64_t estimate, uint32_t more, uint64_t most_in_memory) {
    double packets = static_cast<double>(estimate) / 20'000;    // endless sources: not more than one packet in 20 us
    bool endless = false;
    double finite = 0;
    for (const sim::SourceParams& source : scenario.sources) {
        const auto all = sim::packets_in_all(source);
        endless = endless || !all;
        finite += static_cast<double>(all.value_or(0));
    }
    if (!endless) packets = finite * 2;                          // handlers may post
    double timeouts = 0;
    for (const sim::WorkerParams& worker : scenario.workers)
        if (worker.timeout != sim::kInfinite) timeouts = std::max(timeouts, static_cast<double>(estimate) / static_cast<double>(std::max<int64_t>(worker.timeout.ns, 100)));   // a poller asks so often
    const double most = most_in_memory > 0 ? static_cast<double>(most_in_memory) : std::min(kRingRecordsMax, kFileRecordsMax / (sim::thread_count(scenario) + 1.0 + more));
    const double preemptions = more > 0 ? static_cast<double>(estimate) / 50'000 : 0;
    return static_cast<uint64_t>(std::clamp(packets * 12 + timeouts * 4 + preemptions, std::min(4096.0, most), most));
}

// As large as the scenario needs (`records_for` of the most that --memory allows, 0 for all), and no larger.
template <class RecordsFor>
sim::Result<RingFile> create_rings(const std::string& part, const sim::TraceHeader& header, const RecordLimits& limits, RecordsFor records_for, uint32_t more) {
    uint64_t most = 0;
    if (limits.memory_bytes > 0) {
        const uint64_t count = RingFile::ring_count(header, more);
        most = records_within(limits.memory_bytes, sim::header_to_json(header).size(), count);
        if (most == 0) return sim::Error{.file = "--memory " + std::to_string(limits.memory_bytes >> 20), .line = 0, .column = 0, .what = "too little for the " + std::to_string(count) + " rings of this recording", .hint = "give " + std::to_string((count * 2 * sim::kRingPage >> 20) + 1) + " or more"};
    }
    return RingFile::create(part, header, most > 0 ? std::min(records_for(most), most) : records_for(0), more, limits.last_ns > 0);
}

// What rings gave up before that was not asked for. Where they gave up more, the trace begins later, and its losses say so.
void keep_last(sim::Trace& trace, const RecordLimits& limits, const RingFile& rings) {
    const int64_t asked_ns = (trace.records.empty() ? 0 : trace.records.back().time_ns) - limits.last_ns;
    int64_t whole_ns = 0;
    for (const RingPart& part : rings.parts()) whole_ns = std::max(whole_ns, part.whole_from_ns());
    if (whole_ns <= std::max<int64_t>(asked_ns, 0)) std::erase_if(trace.losses, [](const sim::Loss& loss) { return loss.what.starts_with("given up"); });
    else std::fprintf(stderr, "--last: the rings held only the last %.3f s of the %.3f s asked for; --memory lets them hold more\n", static_cast<double>(asked_ns + limits.last_ns - whole_ns) / 1e9, static_cast<double>(limits.last_ns) / 1e9);
    keep_from(trace, std::max(asked_ns, whole_ns));
}

// What was tried before the run stands in front, whatever the rings kept.
void put_in_front(sim::Trace& trace, const std::vector<sim::Record>& tries) {
    std::erase_if(trace.records, [](const sim::Record& record) { return record.kind == sim::Kind::release_tried || record.kind == sim::Kind::limit_tried; });
    trace.records.insert(trace.records.begin(), tries.begin(), tries.end());
}

// The thread that starts the workers and lives as long as they do.
class Crew {
public:
    explicit Crew(Stage& stage) : thread_([&] {
        std::vector<std::thread> threads;
        sim::Status ready = stage.backend.before_workers();
        if (ready) ready = start_threads(stage, threads);
        ready_.set_value(ready);
        for (std::thread& thread : threads) thread.join();
    }) {}
    /// Returns when all are in their first get.
    sim::Status ready() { return ready_.get_future().get(); }
    void join() { thread_.join(); }

private:
    std::promise<sim::Status> ready_;
    std::thread thread_;
};

// Returns when it was told to stop before its end, in ns; -1: it was not.
sim::Result<int64_t> run_session(Session& session, const BackendInfo& info, const RecordLimits& limits, int64_t estimate) {
    const std::unique_ptr<Backend> backend = info.make(session);
    if (const sim::Status opened = backend->open(); !opened) return opened.error();
    Sources sources(session, *backend);
    for (uint32_t t = sim::worker_thread_count(session.scenario); t < sim::thread_count(session.scenario); ++t) sources.program_begins();
    Stage stage{.session = session, .backend = *backend, .sources = sources};
    const auto open_gates = [&](uint32_t first) {
        for (uint32_t t = first; t < session.gates.size(); ++t) session.gates[t].open();
    };
    Crew crew(stage);
    const auto stop_workers = [&] {
        session.stopped_ns.store(monotonic_ns());
        session.stop.store(true);
        open_gates(0);
        backend->stop();
        crew.join();
    };
    if (const sim::Status started = crew.ready(); !started) {
        stop_workers();
        return started.error();
    }
    std::atomic<bool> over{false};
    std::thread watcher([&] { watch(session, sources, Condition(limits, session.rings, info.has_decisions), over, estimate); });
    std::thread source([&] {
        work_run_first();
        session.clock.start();
        open_gates(sim::worker_thread_count(session.scenario));      // programs begin at time 0 (3a.13)
        sources.run();
    });
    source.join();
    const int64_t stopped_ns = stop_requested.load() ? session.clock.now_ns() : -1;
    // Also with `until`, where the work was done before: a run has no other end than that of its last get.
    if (stopped_ns < 0 && (!session.scenario.until || session.clock.now_ns() < session.scenario.until->ns)) let_workers_park(session, *backend);
    stop_workers();
    over.store(true);
    watcher.join();
    return stopped_ns;
}

}  // namespace

void request_stop() { stop_requested.store(true); }
void say_fewer_processors(uint32_t used, uint32_t asked) {
    std::fprintf(stderr, "this machine gives %u of the %u processors that the scenario asks for; the trace says so\n", used, asked);
}
bool stop_was_requested() { return stop_requested.load(); }

int64_t estimate_ns(const sim::Scenario& scenario, uint32_t processors) {
    if (scenario.until) return scenario.until->ns;
    double work = 0, last = 0;
    for (const sim::SourceParams& source : scenario.sources) {
        double mean = 0;
        for (const sim::WorkerParams& worker : scenario.workers)
            if (worker.port == source.port) mean = std::max(mean, handler_mean_ns(sim::handler_of(worker, source.key)));
        work += mean * static_cast<double>(sim::packets_in_all(source).value_or(0));
        last = std::max(last, static_cast<double>(last_arrival_ns(source)));
    }
    uint32_t at_once = processors;
    for (const sim::PortParams& port : scenario.ports) at_once = std::min(at_once, sim::limit_in_force(port, processors));
    return whole_ns(std::max(last, work / std::max(at_once, 1u)));
}

sim::Result<sim::Trace> record_scenario(const sim::Scenario& scenario, const BackendInfo& backend, const std::string& out, const RecordLimits& limits) {
    if (auto error = not_recorded(scenario, backend.name)) return *error;
    stop_requested.store(false);
    const uint32_t processors = work_use_processors(scenario.machine.processors);
    const int64_t estimate = estimate_ns(scenario, processors);
    if (processors < scenario.machine.processors) say_fewer_processors(processors, scenario.machine.processors);
    const std::string part = out + ".part";
    std::fprintf(stderr, "recording %s on backend %s: about %.1f s (in %s until it is done)\n", scenario.name.c_str(), backend.name.c_str(), static_cast<double>(estimate) / 1e9 + 0.05, part.c_str());
    const uint32_t more = backend.more_rings != nullptr ? backend.more_rings(processors) : 0;
    const sim::TraceHeader header = header_for(scenario, backend, processors, part);
    const std::vector<sim::Record> tries = measure_release(backend, scenario.ports, processors, part + ".tries");
    sim::Result<RingFile> created = create_rings(part, header, limits, [&](uint64_t most) { return ring_records(scenario, estimate, more, most); }, more);
    if (!created) return created.error();
    std::optional<RingFile> rings(std::move(created.value()));   // held until it has been merged
    int64_t stopped_ns = -1;
    uint64_t refused = 0;
    {
        Session session(scenario, processors, *rings, backend.has_decisions);
        session.out = out;
        for (const sim::Record& record : tries) rings->sources().push(record);
        const sim::Result<int64_t> ran = run_session(session, backend, limits, estimate);
        if (!ran) return ran.error();
        stopped_ns = ran.value();
        refused = session.packets.refused();
    }
    if (const int64_t end_ns = stopped_ns >= 0 ? stopped_ns : scenario.until ? scenario.until->ns : -1; end_ns >= 0)
        for (Ring& ring : rings->rings()) ring.forget_losses_after(end_ns);   // as cut_at_until
    sim::Result<sim::Trace> trace = sim::trace_read(part);
    if (!trace) return trace.error();
    trace->damage.erase(trace->damage.begin());                  // it did finish: the rings are merged here
    for (const std::string& damage : trace->damage) trace->losses.push_back({damage, 1});
    trace->damage.clear();
    trace->whole = true;
    if (refused > 0) trace->losses.push_back({"packets beyond the " + std::to_string(Packets::kMax) + " that a recording can hold", refused});
    if (stopped_ns >= 0) end_early(trace->header, stopped_ns);
    cut_at_until(trace.value());
    if (limits.last_ns > 0) keep_last(trace.value(), limits, *rings);
    put_in_front(trace.value(), tries);
    measure_blocking(trace.value());
    if (const sim::Status written = sim::trace_write(out, trace.value()); !written) {
        sim::Error error = written.error();
        error.hint = "what was recorded is in " + part;
        return error;
    }
    std::error_code ignored;
    rings.reset();                                               // Windows removes no file that is open
    std::filesystem::remove(part, ignored);
    return trace;
}

}  // namespace recorder
