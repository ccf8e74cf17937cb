// One recording from beginning to end, whatever the backend.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "recorder/common/limits.h"
#include "recorder/common/session.h"
#include "sim/trace/file.h"

namespace recorder {

struct BackendInfo {
    std::string name;                     ///< "port", "iocp"
    std::string made_by;                  ///< "nt rules in user mode on Linux"
    bool has_decisions = false;
    bool has_processors = false;
    sim::TraceBlocking blocking{};        ///< how, and why
    uint32_t (*more_rings)(uint32_t processors) = nullptr;   ///< that the backend asks for beside those of threads and sources; none
    std::function<std::unique_ptr<Backend>(Session&)> make;
};

/// Rough, for the person who waits: ns of the whole recording.
int64_t estimate_ns(const sim::Scenario& scenario, uint32_t processors);

/// Records into `out`. While it runs, everything is in `out`.part, which every command reads if the recorder is killed.
/// Ctrl-C (request_stop) ends it early and keeps what was recorded; so does the condition of `limits`.
sim::Result<sim::Trace> record_scenario(const sim::Scenario& scenario, const BackendInfo& backend, const std::string& out, const RecordLimits& limits = {});

/// Ends a running recording soon. Safe in a signal handler.
void request_stop();
/// Whether it was called since the last recording began.
bool stop_was_requested();

/// To stderr.
void say_fewer_processors(uint32_t used, uint32_t asked);

}  // namespace recorder
