// Whether packets came by themselves (an open loop) or only after answers (a closed loop): what a scenario must not mix up.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/calibrate/fit.h"
#include "sim/calibrate/observe.h"

namespace sim {

struct LoopAnswer {
    bool closed = false;
    bool sure = false;                    ///< else the records speak for neither, and an open loop is taken
    uint32_t clients = 0;                 ///< of a closed loop
    Fit think;                            ///< of a closed loop: from an answer to the client's next packet
    std::vector<int64_t> gaps;            ///< ns between packets, the first from 0
    double evidence = 0;                  ///< log likelihood of a closed loop over that of an open one
};

/// Of the arrivals of one stream, in posting order; end_ns: of what was recorded. In an open loop packets come at a rate that does not
/// ask how many are in the system; in a closed one with N clients, of whom n have no answer, at (N - n) / think. N is the most that
/// were ever in the system, or one more for each client that may always have been thinking. Which client a packet is from no record
/// tells: think times are exponential where the packets come as such clients would send them, else answers are taken in their order.
LoopAnswer tell_loop(const std::vector<Arrival>& arrivals, int64_t end_ns);

}  // namespace sim
