// Decisions of the port as trace records: the same for the model and for the recorder's `port` backend.
#pragma once
#include <vector>

#include "sim/model/port.h"
#include "sim/trace/record.h"

namespace sim {

struct DecisionContext {
    int64_t time_ns = 0;
    uint32_t caller = kNoThread;          ///< thread whose call this was; kNoThread for sources
    uint16_t processor = kNoProcessor;    ///< of the caller
};

/// Appends the records of `effects`, `state` being the state after them: associated, taken, get_returned, parked, queued,
/// handed_over, released, suspended ... Left to the caller, who knows more: get_called, posted, block_begin (before the call
/// whose effects these are), block_end, completed, ready, processors, and get_returned of threads that were released (they
/// return when they run).
void append_port_records(std::vector<Record>& out, const PortState& state, const Effects& effects, DecisionContext context);
/// How many records that would be.
uint64_t port_record_count(const Effects& effects);

}  // namespace sim
