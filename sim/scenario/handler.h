// What the handler of one packet does, step by step, drawn from the packet's own stream: the same on every side,
// whichever thread, policy or backend serves it. Shared by sim/workload and the recorders.
#pragma once
#include "sim/model/packet.h"
#include "sim/model/scenario.h"

namespace sim {

struct Action {
    enum class Kind : uint8_t { compute, block, lock, read, start_io, post, done };
    Kind kind = Kind::done;
    Duration duration;            ///< compute, block, lock (how long it is held), read and start_io (latency); 0 possible: compute 0 takes no time, block 0 is no wait (K18)
    const Step* step = nullptr;   ///< which step; null for done
};

/// Draws and returns the packet's next action; steps whose chance fails are passed over. `done` for ever after the last.
Action next_action(const Handler& handler, PacketWork& work);

/// The work, at its start, of the packet that a packet's post step posts, or its start_io step will bring.
PacketWork child_work(PacketWork& parent);

/// Derives the keys of the sources' and threads' streams from the seed and their names: once, when a scenario is complete.
void set_stream_keys(Scenario& scenario);

/// The draws of round `round` of a [[thread]]'s program: `program` is its table, `index` its place there.
PacketWork program_round(const Scenario& scenario, uint32_t program, uint32_t index, uint64_t round);

/// The work of the `nth` packet that such a thread posts. number: of the thread among those of all [[thread]] tables. Its identity
/// is that of a source's packet: the thread's numbers follow those of the sources.
PacketWork program_packet(const Scenario& scenario, uint32_t program, uint32_t index, uint32_t number, uint64_t nth);

/// The work of packet `index` of a source.
PacketWork source_packet(const Scenario& scenario, SourceId source, uint64_t index);

}  // namespace sim
