// A policy: its row of switches and what its ports do. Each policy's file defines one; policies.cpp lists them. port.cpp, the
// common door, has checked states and set associations before it calls an operation.
#pragma once
#include <cstddef>
#include <span>

#include "sim/model/policy.h"
#include "sim/model/port.h"

namespace sim {

struct Ask {
    bool again = false;           ///< the thread was associated with this port before (K8, else K9)
    bool poll = false;            ///< timeout 0
};

/// Of nt, post, get and free_slot are none: decide.h has them.
struct PolicyOperations {
    /// A packet arrives: `released`, `queued`, or `queued` and one or more `woken`.
    void (*post)(PortState&, PortId, PacketId, Effects&);
    /// `took`, `waits`, or for a poll `timed_out`. A thread that asks again counts until this call.
    void (*get)(PortState&, ThreadId, PortId, Ask, Effects&);
    /// A woken thread looks: `took`, or `waits` again [`woken`]. None: the policy hands over.
    void (*look)(PortState&, ThreadId, Effects&);
    /// A counted thread stops counting (K17); at most one waiter goes. The rule names the occasion.
    void (*free_slot)(PortState&, PortId, Rule, Effects&);
    /// `suspended`; after `resumed`: what it finds in the wait that it was suspended in.
    void (*suspend_waiter)(PortState&, ThreadId, Effects&);
    void (*resume_waiter)(PortState&, ThreadId, Effects&);
    /// `abandoned` for each waiter. None: closing wakes nobody.
    void (*close)(PortState&, PortId, Effects&);
};

struct PolicyDefinition {
    PolicyRow row;
    const PolicyOperations* operations;
    bool suspended_stays = true;  ///< a suspended waiter keeps its place among the waiters and is passed over
    bool runs_apcs = false;       ///< a get can be alertable (K23)
    bool has_handle = false;      ///< its handle can be waited on (K33)
};

/// The list, by Policy.
extern const PolicyDefinition* const kPolicyList[];
std::span<const PolicyDefinition* const> policy_list();
inline const PolicyDefinition& policy_of(const Port& port) { return *kPolicyList[static_cast<size_t>(port.policy)]; }

}  // namespace sim
