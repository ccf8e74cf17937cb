// What was tried before a run, summed up: whom one packet released on a port of the same kind while nothing else went on (release_tried), and
// whether that port held a limit of 1 (limit_tried).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/record.h"

namespace sim {

struct ReleaseTries {
    uint64_t tries = 0;
    std::vector<double> chances;          ///< of the tries that tell who it was: to meet one certain waiter, 1 in so many
    uint64_t oldest = 0, newest = 0;      ///< of those: it had waited longest, least
    uint64_t told = 0, woken = 0;         ///< tries that tell of the others; in which some of them had a processor
    uint64_t others = 0, in_vain = 0;     ///< waiters in those beside who got the packet; those of them that had a processor
    uint64_t limits = 0, exceeded = 0;    ///< tries of a limit of 1; in which a second thread got a packet while one ran

    /// Of release_tried and limit_tried, up to a number that no recorder writes.
    void add(const Record& record);
};

ReleaseTries release_tries(const std::vector<Record>& records);
/// "oldest first in 16 of 16 tries, nobody else woken; a limit of 1 not kept in 8 of 8"; "" where nothing was tried.
std::string release_tries_text(const ReleaseTries& tries);

}  // namespace sim
