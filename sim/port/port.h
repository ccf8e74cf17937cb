// The completion port: every decision of K1..K41, without time. Called by sim/engine (the model), by the recorder's `port`
// backend (behind a lock) and by `portside rules`. Each call is one atomic step of the kernel: it changes the state and
// appends what happens to `effects`. Preconditions on thread and port states are checked (SIM_CHECK); a caller with
// outside input checks the states first. Each policy's file holds its rules; this is their common door.
#pragma once
#include <string_view>

#include "sim/model/instead.h"
#include "sim/model/port.h"

namespace sim {

/// A port's number, for one that is not there yet.
PortId port_reserve(PortState& state);
/// Not there yet, or nothing refers to it any more, no thread either: where closing abandons nobody (O4) its waiters still do.
bool port_gone(const PortState& state, PortId port);
/// Opens a port that is gone, with `limit` in force (at least 1). Options only under nt. Effects: opened.
void port_open_reserved(PortState& state, PortId port, Policy policy, uint32_t limit, Effects& effects, const PortOptions& options = {});
/// The same for a new number.
PortId port_open(PortState& state, Policy policy, uint32_t limit, Effects& effects, const PortOptions& options = {});

/// A packet arrives (K1, K2). `released`, `queued`; wake-and-look: `queued`, then `woken` for each that is. Then `signalled` for
/// those who wait on the handle (K33). Returns how many packets were queued before (K4).
uint32_t port_post(PortState& state, PortId port, PacketId packet, Effects& effects);

/// As port_post, but a queued packet goes to the head (K3). Unit tests only: user mode has no head insert.
void port_post_head(PortState& state, PortId port, PacketId packet, Effects& effects);

struct GetCall {
    uint32_t batch_max = 1;
    uint32_t batch_min = 1;       ///< more than 1 only under policies that deliver min to max
    bool poll = false;            ///< timeout 0
    bool alertable = false;       ///< only under policies that run user APCs
};
/// T asks (K8-K16, K36-K39): `released` of the former port's waiter first (K10), then `took`, `waits`,
/// for a poll `timed_out`, or, for an alertable one, `apc` (K13 (b), K26).
void port_get(PortState& state, ThreadId thread, PortId port, GetCall call, Effects& effects);

/// Wake-and-look: a woken thread looks at the queue. `took`, or `waits` again as the newest, then `woken` if what is queued is
/// enough for another, with a smaller minimum.
void port_look(PortState& state, ThreadId thread, Effects& effects);

/// The wait of a waiting (K22) or watching (K19) thread times out. `timed_out`.
void port_timeout(PortState& state, ThreadId thread, Effects& effects);

/// A running thread enters, a blocked thread leaves, a wait that is not the port's (K17, K19). `blocked` [`released`]; `woke`.
void port_block(PortState& state, ThreadId thread, Effects& effects);
void port_wake(PortState& state, ThreadId thread, Effects& effects);

/// As port_block, for a page-in: option O6 says whether it counts as one. port_wake ends it.
void port_page_in(PortState& state, ThreadId thread, Effects& effects);
/// A block of which the port does not hear: the thread keeps its slot. port_wake ends it.
void port_block_unheard(PortState& state, ThreadId thread);

/// K28. `suspended` [`released`]; `resumed`, then what a get would give if it was suspended in its wait.
void port_suspend(PortState& state, ThreadId thread, Effects& effects);
void port_resume(PortState& state, ThreadId thread, Effects& effects);

/// O5: a thread that was released and has not run yet is suspended. By default it counts until port_suspend_wait, when it
/// executes the suspend wait (K17). `suspended` [`released`]; [`released`].
void port_suspend_unrun(PortState& state, ThreadId thread, Effects& effects);
void port_suspend_wait(PortState& state, ThreadId thread, Effects& effects);

/// A user APC is queued to a thread. `apc` if that ends its alertable wait (K23); else it stays pending (K24).
void port_apc(PortState& state, ThreadId thread, Effects& effects);

/// K25: a kernel APC takes a waiting thread out of its wait; it may post a packet (to the thread's own port: K5). What the post
/// gives, then `took`, or `waits` as the newest.
struct ApcPost { PortId port; PacketId packet; };
void port_kernel_apc(PortState& state, ThreadId thread, const ApcPost* post, Effects& effects);

/// K33: a thread waits on the port's handle. `signalled` at once where packets are queued, else `watching` [`released`] (K17).
void port_watch(PortState& state, ThreadId thread, PortId port, Effects& effects);

/// K27. `exited` [`released`].
void port_exit(PortState& state, ThreadId thread, Effects& effects);

/// K32: a file is associated with the port, which lives until its handle and all its files are closed; packets of the files
/// still arrive by port_post. No effects.
void port_add_file(PortState& state, PortId port);
void port_close_file(PortState& state, PortId port);

/// K29-K32, K35. `closed`, then `abandoned` per waiter, newest first, then `signalled` per thread that waits on the handle; on a
/// bare port queued packets vanish.
void port_close(PortState& state, PortId port, Effects& effects);

/// Another limit from now on: what a branch of a run changes, no call of Windows. Under a policy with a limit slots that this frees
/// let waiters go with what is queued. `released`.
void port_set_limit(PortState& state, PortId port, uint32_t limit, Effects& effects);

/// A post, a block whose port decides as `instead` says and not as its policy does. Anything but `so`: that could not be, and
/// nothing has changed.
Instead::Went port_post_instead(PortState& state, PortId port, PacketId packet, const Instead& instead, Effects& effects);
Instead::Went port_block_instead(PortState& state, ThreadId thread, const Instead& instead, Effects& effects);

/// The rule to name for a thread's own change: the rules are nt's and say nothing about a thread of no port or of another policy.
[[gnu::always_inline]] inline Rule rule_at(const PortState& state, PortId port, Rule rule) {
    return port.valid() && state.ports[port.value].policy == Policy::nt ? rule : Rule::none;
}
/// The same for the port with which the thread is associated.
inline Rule port_rule_for(const PortState& state, ThreadId thread, Rule rule) { return rule_at(state, state.threads[thread.value].association, rule); }

/// I1: active == number of associated threads that are neither parked nor blocked (nor suspended); I2 (policies with
/// a limit): never active < limit with both packets and waiters. Empty text = all hold, else the first that does not.
/// any_way: I2 may not hold, for a decision went against the rules.
std::string_view port_invariant_broken(const PortState& state, bool any_way = false);

}  // namespace sim
