#include "recorder/linux/wine.h"

#include <chrono>
#include <filesystem>
#include <sstream>

#include "recorder/common/run.h"
#include "recorder/linux/wine_host.h"
#include "recorder/linux/wine_lanes.h"

namespace recorder {
namespace {

namespace fs = std::filesystem;
using sim::Error;

Error wine_error(std::string what, std::string hint) { return {.file = "--backend iocp", .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; }

// A file that is there only in between.
struct Removed {
    fs::path path;
    explicit Removed(fs::path of) : path(std::move(of)) { now(); }
    ~Removed() { now(); }
    Removed(const Removed&) = delete;
    Removed& operator=(const Removed&) = delete;
    void now() const {
        std::error_code ignored;
        fs::remove(path, ignored);
    }
};

// The recorder's own last word, where it had one.
std::string error_of(const std::string& said) {
    constexpr std::string_view kBegin = "portside-record: ";
    const size_t at = said.rfind(kBegin);
    return at == std::string::npos ? "" : said.substr(at + kBegin.size());
}

}  // namespace

sim::Result<sim::Trace> record_under_wine(const sim::Scenario& scenario, const std::string& out, const LimitOptions& limits) {
    const fs::path recorder = windows_recorder();
    std::error_code ignored;
    if (const sim::Status there = wine_is_there("--backend iocp"); !there) return there.error();
    if (const sim::Status good = out_can_be_written(out); !good) return good.error();
    const fs::path log = out + ".log";
    if (const sim::Status ready = prepare_prefix("--backend iocp", wine_prefix(), log); !ready) return ready.error();
    const std::string fresh = out + ".new";   // what was recorded before stays until there is something better
    const std::string threads = out + ".threads";
    std::vector<std::string> command{"env", "PORTSIDE_HOST_THREADS=" + windows_path(threads), "wine", recorder.string(), windows_path(scenario.path), "-o", windows_path(fresh), "--stop-on-eof"};
    for (const std::string& set : scenario.sets) command.insert(command.end(), {"--set", set});
    if (!limits.last.empty()) command.insert(command.end(), {"--last", limits.last});
    if (!limits.until.empty()) command.insert(command.end(), {"--until", limits.until});
    if (limits.memory_mb > 0) command.insert(command.end(), {"--memory", std::to_string(limits.memory_mb)});
    const int64_t estimate = estimate_ns(scenario, scenario.machine.processors);
    const auto limit = std::chrono::seconds(estimate / 250'000'000 + 60);
    std::fprintf(stderr, "recording %s on backend iocp, under Wine: about %.1f s\n", scenario.name.c_str(), static_cast<double>(estimate) / 1e9 + 3);
    fs::remove(fresh, ignored);
    const Removed list{threads};              // an older one would name other threads
    WineLanes lanes;
    const int status = run_limited(command, wine_prefix(), log, limit);
    if (status == -1) run_limited({"wineserver", "-k"}, wine_prefix(), "/dev/null", std::chrono::seconds(20));
    if (status == -1) return wine_error("the recording took longer than " + std::to_string(limit.count()) + " s and was stopped", "what was recorded is in " + fresh + ".part");
    if (status == 0 && !fs::exists(fresh, ignored)) return wine_error("the Windows recorder ended under Wine without a trace: " + last_lines(log), "its output is in " + log.string());
    if (const std::string why = error_of(last_lines(log)); status == 1 && !why.empty()) {
        fs::remove(log, ignored);
        return wine_error(why, "");
    }
    if (status != 0) return wine_error("the Windows recorder failed under Wine (exit code " + std::to_string(status) + "): " + last_lines(log), "its output is in " + log.string());
    std::istringstream said(last_lines(log));
    for (std::string line; std::getline(said, line, '|');)
        if (const size_t at = line.find("--"); at <= 1 && line.find(':') != std::string::npos) std::fprintf(stderr, "%s\n", line.c_str() + at);   // what --last and --until came to
    fs::remove(log, ignored);
    sim::Result<sim::Trace> trace = sim::trace_read(fresh);
    const bool has_lanes = trace && lanes.add_to(trace.value(), threads, !limits.last.empty());
    if (has_lanes) {
        if (const sim::Status written = sim::trace_write(out, trace.value()); !written) return wine_error(written.error().text(), "the recording, without processors, is in " + fresh);
        fs::remove(fresh, ignored);
    } else {
        std::error_code failed;
        fs::rename(fresh, out, failed);
        if (failed) return wine_error("can't write " + out + ": " + failed.message(), "the recording is in " + fresh);
    }
    if (trace && trace->header.processors_used < trace->header.processors_asked) say_fewer_processors(trace->header.processors_used, trace->header.processors_asked);   // its own words are in the log
    return trace;
}

}  // namespace recorder
