// The completion port: every decision of K1..K41, without time. Called by sim/engine (the model), by the recorder's `port`
// backend (behind a lock) and by `portside rules`. Each call is one atomic step of the kernel: it changes the state and
// appends what happens to `effects`. Preconditions on thread and port states are checked (SIM_CHECK); a caller with
// outside input checks the states first. nt.cpp and wine8.cpp hold the rules; this is their common door.
#pragma once
#include <string_view>

#include "sim/model/port.h"

namespace sim {

/// Opens a port with `limit` in force (at least 1). Effects: opened.
PortId port_open(PortState& state, Policy policy, uint32_t limit, Effects& effects);

/// A packet arrives (K1, K2). `released`, `queued`; wake-and-look: `queued`, then `woken`. Returns how many packets were
/// queued before (K4).
uint32_t port_post(PortState& state, PortId port, PacketId packet, Effects& effects);

/// As port_post, but a queued packet goes to the head (K3). Unit tests only: user mode has no head insert.
void port_post_head(PortState& state, PortId port, PacketId packet, Effects& effects);

/// K5: a post by `poster` from a kernel APC inside its own wait always queues. Unit tests only.
void port_post_from_apc(PortState& state, ThreadId poster, PortId port, PacketId packet, Effects& effects);

struct GetCall {
    uint32_t batch_max = 1;
    bool poll = false;            ///< timeout 0
};
/// T asks (K8-K16, K36-K39): `released` of the former port's waiter first (K10), then `took`, `waits` or, for a poll, `timed_out`.
void port_get(PortState& state, ThreadId thread, PortId port, GetCall call, Effects& effects);

/// Wake-and-look: a woken thread looks at the queue. `took`, or `waits` again as the newest.
void port_look(PortState& state, ThreadId thread, Effects& effects);

/// The wait of a waiting thread times out (K22). `timed_out`.
void port_timeout(PortState& state, ThreadId thread, Effects& effects);

/// A running thread enters, a blocked thread leaves, a wait that is not the port's (K17, K19). `blocked` [`released`]; `woke`.
void port_block(PortState& state, ThreadId thread, Effects& effects);
void port_wake(PortState& state, ThreadId thread, Effects& effects);

/// K28. `suspended` [`released`]; `resumed`, then what a get would give if it was suspended in its wait.
void port_suspend(PortState& state, ThreadId thread, Effects& effects);
void port_resume(PortState& state, ThreadId thread, Effects& effects);

/// K27. `exited` [`released`].
void port_exit(PortState& state, ThreadId thread, Effects& effects);

/// K29-K32 for a bare port. `closed`, then `abandoned` per waiter, newest first; queued packets vanish.
void port_close(PortState& state, PortId port, Effects& effects);

/// The rule to name for what a thread does of its own accord. The rules are nt's: at a port of another policy, or of no port, none.
Rule port_rule_for(const PortState& state, ThreadId thread, Rule rule);

/// I1: active == number of associated threads that are neither parked nor blocked (nor suspended); I2 (policies that hand
/// over): never active < limit with both packets and waiters. Empty text = all hold, else the first that does not.
std::string_view port_invariant_broken(const PortState& state);

}  // namespace sim
