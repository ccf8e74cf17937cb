// What one scenario says otherwise than another, value by value.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/model/scenario.h"

namespace sim {

struct ValueChange {
    std::string path;                     ///< as for --set: "port.port.concurrency"
    std::string from, to;                 ///< "": that one has no such value
    friend bool operator==(const ValueChange&, const ValueChange&) = default;
};
/// Of all that scenario_fields lists, in its order. Both have been read without an error.
std::vector<ValueChange> scenario_changes(const Scenario& before, const Scenario& after);
/// "port.port.concurrency 1 -> 2"
std::string change_text(const ValueChange& change);

/// Why a run of `before` can't go on as one of `after`: what the world of a run is made of (threads, ports, devices, sources, the
/// steps of a program, their order) has to stay as it is. Names the value. Nothing: it can.
std::optional<Error> scenario_fixed(const Scenario& before, const Scenario& after);

}  // namespace sim
