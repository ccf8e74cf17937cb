// What public sources do not settle about Windows: options O1..O6 of policy nt, the usual value first. A scenario sets them in
// [[port]], `portside rules` in `port`.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace sim {

/// False is the usual value of each.
struct PortOptions {
    bool drains_on_wake = false;          ///< O1: a waiter that a freed slot lets go takes up to its MAX, not one packet
    bool poll_takes = false;              ///< O2: a poll at the limit takes a queued packet instead of timing out
    bool apc_classic = false;             ///< O3: a get associates first, and a packet that may be taken wins over an APC always
    bool never_abandons = false;          ///< O4: closing tells no waiter (XP)
    bool unrun_stops_counting = false;    ///< O5: a released thread suspended before it ran stops counting at once
    bool page_in_runs = false;            ///< O6: a page-in wait keeps its slot
    friend bool operator==(const PortOptions&, const PortOptions&) = default;
};

struct PortOptionEntry {
    std::string_view id;                  ///< "O2"
    std::string_view name;                ///< "poll_at_limit"
    std::string_view usual, other;        ///< its two values; "false" and "true" are a truth value in a scenario
    bool PortOptions::*set;               ///< true: the other value
};

inline constexpr std::array<PortOptionEntry, 6> kPortOptions{{
    {"O1", "drain_on_wake", "false", "true", &PortOptions::drains_on_wake},
    {"O2", "poll_at_limit", "timeout", "take", &PortOptions::poll_takes},
    {"O3", "apc", "modern", "classic", &PortOptions::apc_classic},
    {"O4", "abandon", "last_handle", "never", &PortOptions::never_abandons},
    {"O5", "suspended_before_run", "active", "inactive", &PortOptions::unrun_stops_counting},
    {"O6", "page_in", "blocks", "runs", &PortOptions::page_in_runs},
}};

}  // namespace sim
