// `portside-record run` and `attach`: the program and, where asked, its children, each with a recording of its own.
#include <windows.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <thread>

#include <timeapi.h>

#include "recorder/common/clock.h"
#include "recorder/common/limits.h"
#include "recorder/common/measure_release.h"
#include "recorder/common/program.h"
#include "recorder/common/run.h"
#include "recorder/windows/etw_session.h"
#include "recorder/windows/program_recording.h"
#include "sim/trace/summary.h"

namespace recorder {
namespace {

constexpr DWORD kDrainEveryMs = 2;
using Recordings = std::vector<std::unique_ptr<ProgramRecording>>;

int fail(const sim::Error& error) {
    std::fprintf(stderr, "portside-record: %s\n", error.text().c_str());
    return 1;
}

struct Plan {
    std::string out;
    int64_t last_ns = 0, duration_ns = 0;
    std::optional<Until> until;
};

sim::Result<Plan> plan_of(const ProgramOptions& options) {
    Plan plan;
    const sim::Result<int64_t> last = time_of_option("--last", options.last), duration = time_of_option("--for", options.duration);
    if (!last) return last.error();
    if (!duration) return duration.error();
    plan.last_ns = last.value();
    plan.duration_ns = duration.value();
    if (!options.until.empty()) {
        sim::Result<Until> until = Until::parse(options.until);
        if (!until) return until.error();
        plan.until = until.value();
    }
    const std::string& program = options.command.empty() ? options.attach : options.command.front();
    const std::string file = program.substr(program.find_last_of("\\/") + 1);
    plan.out = options.out.empty() ? file.substr(0, file.rfind('.')) + ".ptrace" : options.out;
    return plan;
}

// "a.ptrace" -> "a.2.ptrace"
std::string out_of_child(const std::string& out, size_t number) {
    const size_t dot = out.rfind('.');
    const bool has_ending = dot != std::string::npos && out.find_first_of("\\/", dot) == std::string::npos;
    return (has_ending ? out.substr(0, dot) : out) + '.' + std::to_string(number) + (has_ending ? out.substr(dot) : "");
}

void follow(ProgramRecording& parent, const ProgramOptions& options, const Plan& plan, size_t number, Recordings& found) {
    const uint32_t process = parent.child_wanted();
    if (process == 0) return;
    sim::Result<Target> child = Target::open(std::to_string(process));
    sim::Result<std::unique_ptr<ProgramRecording>> recording = child ? ProgramRecording::begin(std::move(child.value()), options, out_of_child(plan.out, number), plan.last_ns) : sim::Result<std::unique_ptr<ProgramRecording>>(child.error());
    if (recording) found.push_back(std::move(recording.value()));
    else std::fprintf(stderr, "portside-record: a child is not recorded: %s\n", recording.error().text().c_str());
    parent.child_is_done(process);
}

bool file_is_there(const std::string& path) { return !path.empty() && GetFileAttributesA(path.c_str()) != INVALID_FILE_ATTRIBUTES; }

// Until every program has ended, or the recording is to. An error ends the recording, not the program.
sim::Status watch(Recordings& recordings, const ProgramOptions& options, Plan& plan) {
    const int64_t begin = monotonic_ns();
    for (uint64_t round = 0;; ++round) {
        bool any_runs = false, holds = false;
        for (const auto& recording : recordings) {
            any_runs = !recording->target().has_exited() || any_runs;        // asked first: what it still did is drained
            const sim::Result<bool> drained = recording->drain(plan.until ? &*plan.until : nullptr);
            if (!drained) return drained.error();
            holds = drained.value() || holds;
        }
        Recordings found;
        for (size_t r = 0; options.follow && r < recordings.size(); ++r) follow(*recordings[r], options, plan, recordings.size() + found.size() + 1, found);
        for (auto& recording : found) recordings.push_back(std::move(recording));
        if (holds) {
            std::fprintf(stderr, "--until %s: the condition holds, the recording ends\n", options.until.c_str());
            return sim::Done{};
        }
        if ((!any_runs && found.empty()) || stop_was_requested()) return sim::Done{};
        if (plan.duration_ns > 0 && monotonic_ns() - begin >= plan.duration_ns) return sim::Done{};
        if (round % 25 == 0 && file_is_there(options.stop_file)) return sim::Done{};
        Sleep(kDrainEveryMs);
    }
}

int finish(ProgramRecording& recording, const sim::Status& ended, const sim::RawMergeOptions& keep) {
    const bool runs = !recording.target().has_exited();
    if (runs) std::fprintf(stderr, "%s runs on, unrecorded\n", recording.target().name().c_str());
    else std::fprintf(stderr, "%s ended with code %lu\n", recording.target().name().c_str(), recording.target().exit_code());
    if (recording.failed()) return ended ? 1 : fail(ended.error());      // where there is no room for records there is none for a trace
    const sim::Result<sim::Trace> trace = recording.merge(keep);
    if (!ended) return fail(ended.error());
    if (!trace) return fail(trace.error());
    if (const uint64_t lost = sim::lost_records(trace.value()); lost > 0) std::fprintf(stderr, "%llu records were lost: the trace says where\n", static_cast<unsigned long long>(lost));
    const sim::TraceHeader& header = trace->header;
    for (const std::string& refused : header.program.refused) std::fprintf(stderr, "not recorded: %s\n", refused.c_str());
    if (const std::string tried = sim::release_tries_text(sim::release_tries(trace->records)); !tried.empty()) std::fprintf(stderr, "releases, tried before the run: %s\n", tried.c_str());
    std::fprintf(stderr, "wrote %s: %zu records, %zu ports, %zu threads; a record costs %.0f ns, %.0f of them to read the clock; a post and its get take %.1f us, recorded %.1f us\n", recording.out().c_str(), trace->records.size(), header.ports.size(), header.threads.size(),
                 header.record_cost_ns, header.program.clock_cost_ns, header.program.round_trip_ns / 1000, header.program.round_trip_recorded_ns / 1000);
    return 0;
}

// On a port of our own process: a program is not given threads that it does not know.
std::vector<sim::Record> tried_here(const std::string& out) {
    const sim::Result<BackendInfo> backend = program_backends().front().info({});
    return backend ? measure_release(*backend, {}, std::max(1u, std::thread::hardware_concurrency()), out + ".tries") : std::vector<sim::Record>{};
}

// Every program is let go of before the kernel's session ends: what they did until then is in it.
int finish_all(Recordings& recordings, EtwSession* session, const ProgramOptions& options, const Plan& plan, const std::vector<sim::Record>& tried) {
    std::vector<sim::Status> ended;
    for (const auto& recording : recordings) ended.push_back(recording->end());
    const sim::Result<sim::Etl> kernel = session != nullptr ? session->finish() : sim::Result<sim::Etl>(sim::Etl{});
    int code = kernel ? 0 : fail(kernel.error());
    for (size_t r = 0; r < recordings.size(); ++r)
        code = std::max(code, finish(*recordings[r], ended[r], {.port = options.port, .last_ns = plan.last_ns, .kernel = session != nullptr && kernel ? &kernel.value() : nullptr, .tried = tried}));
    if (session != nullptr && code == 0) session->remove_log();
    return code;
}

}  // namespace

int record_program(const ProgramOptions& options) {
    sim::Result<Plan> plan = plan_of(options);
    if (!plan) return fail(plan.error());
    if (const sim::Status good = ProgramRecording::can_write(plan->out, options); !good) return fail(good.error());
    std::unique_ptr<EtwSession> session;                               // before the program: one that can't be had is no recording
    if (options.etw) {
        sim::Result<std::unique_ptr<EtwSession>> started = EtwSession::start(plan->out + ".etl");
        if (!started) return fail(started.error());
        session = std::move(started.value());
    }
    timeBeginPeriod(1);
    SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_HIGHEST);   // rings must not fill because the program is busy
    sim::Result<Target> target = options.command.empty() ? Target::open(options.attach) : Target::start(options.command);
    if (!target) return fail(target.error());
    const std::vector<sim::Record> tried = tried_here(plan->out);      // who can't be recorded is told at once
    Recordings recordings;
    {
        sim::Result<std::unique_ptr<ProgramRecording>> first = ProgramRecording::begin(std::move(target.value()), options, plan->out, plan->last_ns);
        if (!first) return fail(first.error());
        recordings.push_back(std::move(first.value()));
    }
    std::fprintf(stderr, "recording %s (process %lu) in %s.part until it is done\n", recordings.front()->target().name().c_str(), recordings.front()->target().id(), plan->out.c_str());
    recordings.front()->target().let_go();
    const sim::Status watched = watch(recordings, options, plan.value());
    const int code = watched ? 0 : fail(watched.error());
    return std::max(code, finish_all(recordings, session.get(), options, plan.value(), tried));
}

}  // namespace recorder
