// The sentences of chosen records, all in one pass over a trace.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/stop.h"
#include "sim/trace/file.h"

namespace sim {

struct Told {
    uint64_t record = 0;          ///< that the sentence is about
    std::string sentence;         ///< "" where nothing near tells it
    std::string packet;           ///< label of the decision's packet
};

/// For each of `decisions`, numbers of records: the sentence of that record, or of the nearest one of the same thread or packet
/// that tells it.
std::vector<Told> tell_decisions(const Trace& trace, const std::vector<size_t>& decisions, const Stop& stop = {});

}  // namespace sim
