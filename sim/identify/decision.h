// What a port decided, as one thing that can be held against another and read aloud.
#pragma once
#include <string>
#include <vector>

#include "sim/model/port.h"
#include "sim/trace/header.h"

namespace sim {

struct Decision {
    enum class What : uint8_t { queued, handed_over, let_go, woken, took, waits, timed_out, abandoned, alerted };
    What what = What::queued;
    uint32_t thread = UINT32_MAX;         ///< none where a packet is queued
    std::vector<uint32_t> packets;
    friend bool operator==(const Decision&, const Decision&) = default;
};

/// Those of effects that are decisions.
void append_decisions(const Effects& effects, std::vector<Decision>& out);
/// "packet 3 is handed to worker.2"; several joined by "and"; none: "nothing".
std::string decisions_text(const TraceHeader& header, const std::vector<Decision>& decisions);

}  // namespace sim
