// One decision of a port that goes another way than its rules say: to see what that would lead to.
#pragma once
#include <cstdint>

#include "sim/base/ids.h"

namespace sim {

/// Which decision, by the number of the trace record that asks for it (`posted`, `block_begin`), and which way it goes.
struct Instead {
    enum class What : uint8_t {
        nobody,               ///< no waiter is let go: a packet that arrives is queued
        next,                 ///< the waiter whom the policy would let go next is, whatever the limit says
        thread,               ///< this waiter is
    };
    enum class Went : uint8_t {
        not_yet,
        so,
        no_waiter,            ///< it could not: no thread waits at the port
        not_waiting,          ///< likewise: not the one that was named
        nothing_queued,       ///< likewise: there is no packet for it
    };
    uint64_t record = UINT64_MAX;     ///< none: every decision follows the rules
    What what = What::nobody;
    ThreadId thread;
    Went went = Went::not_yet;

    bool wanted() const { return record != UINT64_MAX; }
    friend bool operator==(const Instead&, const Instead&) = default;
};

}  // namespace sim
