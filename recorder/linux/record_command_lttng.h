// The comparison of `portside bench record`: what an event of LTTng-UST costs here, from a program of its own, so that this one needs no LTTng.
#pragma once
#include <cstdint>
#include <string>

namespace recorder {

struct LttngCost {
    double event_ns = 0;                  ///< with LTTng's clock; 0: see absent
    uint64_t discarded = 0;
    std::string absent;                   ///< why there is no figure
};

LttngCost measure_lttng(uint64_t records);

}  // namespace recorder
