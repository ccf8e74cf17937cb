// Who waited for a packet while one came, and had no processor until each of them had been given to somebody who went to sleep, and was woken,
// later: if it was woken by that post it was ready all the time, and passed over. How often that happens to threads that are known to be ready
// (they were preempted) is measured beside it; a sleep is one trial, however long it is.
#pragma once
#include <cstdint>

#include "sim/identify/history.h"

namespace sim {

struct PassedOver {
    uint32_t thread = 0;
    uint64_t sleeps = 0, times = 0;       ///< through which posts came; of those, in which it was passed over
    uint32_t post = 0;                    ///< at the beginning of the one in which it was passed over most often
    int64_t until_ns = 0;                 ///< its end
    double chance = 1;                    ///< to be passed over, of who is ready
    double p = 1;                         ///< that who is ready is passed over so often, for the most telling of all threads
};

/// one_only: gets that may take more than one packet don't count. p is 1 where no processors are told of.
PassedOver passed_over(const CallHistory& history, bool one_only);

}  // namespace sim
