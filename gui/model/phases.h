// Phases of a run that a person wants to be taken to, by clear definitions (docs/design.md 9). No ImGui.
#pragma once
#include <optional>

#include "gui/model/side.h"

namespace gui {

enum class PhaseKind : uint8_t {
    burst,        ///< kPhaseDeep packets or more posted to the port, each within a tenth of the run's mean time between two after the one before
    saturation,   ///< as many threads active as the limit allows, or more, and packets queued
    block,        ///< a thread of the port in a wait that is not the port's
    over,         ///< more threads active than the limit
    drain,        ///< from the last moment that the queue is at its deepest, kPhaseDeep or more, until it is empty
    count
};
inline constexpr uint32_t kPhaseDeep = 4;

struct Phase { int64_t from_ns = 0, to_ns = 0; uint32_t most = 0; /* packets posted, queued; threads blocked, active, by kind */ };

const char* phase_name(PhaseKind kind);
/// The first that begins after a time. What a trace does not hold (a queue without decisions) has no phases.
std::optional<Phase> phase_after(const Side& side, size_t port, PhaseKind kind, int64_t after_ns);
/// The trace holds what tells of these.
bool phase_known(const Side& side, PhaseKind kind);

}  // namespace gui
