// What the handler of one packet does, step by step, drawn from the packet's own stream: the same on every side,
// whichever thread, policy or backend serves it. Shared by sim/workload and the recorders.
#pragma once
#include <memory>

#include "sim/model/identity.h"
#include "sim/model/packet.h"
#include "sim/model/scenario.h"

namespace sim {

/// The next step of a handler and what was drawn for it; after the last one done() for ever.
struct Action {
    const Step* step = nullptr;
    Duration duration;            ///< compute, block, lock (how long it is held), read and start_io (latency), page_in, watch (timeout)

    bool done() const { return step == nullptr; }
    Step::Kind kind() const { return step->kind; }
    /// It takes no time and does nothing: compute 0, and block 0 or page_in 0, which are no waits (K18).
    bool does_nothing() const { return (kind() == Step::Kind::compute || kind() == Step::Kind::block || kind() == Step::Kind::page_in) && duration == Duration{0}; }
    /// Its time is counted as the packet's compute: also that of holding a lock (3a.10).
    bool computes() const { return kind() == Step::Kind::compute || kind() == Step::Kind::lock; }
};

/// Draws and returns the packet's next action; steps whose chance fails are passed over. `done` for ever after the last.
inline Action next_action(const Handler& handler, PacketWork& work);

/// How an operation of the device will go: one draw, none where the device has no such chances (F1-F3).
IoFate draw_fate(const DeviceParams& device, Stream& stream);

/// The work, at its start, of the packet that a packet's post step posts, or its start_io step will bring.
PacketWork child_work(PacketWork& parent);

/// Derives the keys of the sources' and threads' streams from the seed and their names: once, when a scenario is complete.
void set_stream_keys(Scenario& scenario);

/// The draws of round `round` of a [[thread]]'s program: `program` is its table, `index` its place there.
PacketWork program_round(const Scenario& scenario, uint32_t program, uint32_t index, uint64_t round);

/// The work of the `nth` packet that such a thread posts. number: of the thread among those of all [[thread]] tables. Its identity
/// is that of a source's packet: the thread's numbers follow those of the sources.
PacketWork program_packet(const Scenario& scenario, uint32_t program, uint32_t index, uint32_t number, uint64_t nth);

/// The draws of the `nth` run of a worker thread's on_timeout, on_abandoned or on_apc, counted over all three.
PacketWork side_run(const Scenario& scenario, ThreadId thread, uint64_t nth);

/// The work of the `nth` packet that these post. The thread's number as a source follows those of [[thread]] tables.
PacketWork side_packet(const Scenario& scenario, ThreadId thread, uint64_t nth);

/// The work of packet `index` of a source.
inline PacketWork source_packet(const Scenario& scenario, SourceId source, uint64_t index) {
    PacketWork work;
    work.identity = packet_identity(source.value, index);
    work.stream.key = packet_stream_key(scenario.sources[source.value].stream_key, index);
    return work;
}

/// Whether the step is done: drawn once per step or nested list (3a.9). A chance of 0 or 1 draws nothing.
inline bool step_happens(const Step& step, Stream& stream) {
    if (step.chance >= 1) return true;
    if (step.chance <= 0) return false;
    return stream.next_unit() < step.chance;
}

/// on_error for a packet whose operation failed, where the worker has one; else by key.
inline const Handler& handler_of_packet(const WorkerParams& worker, const Packet& packet) {
    if (packet.failed && worker.on_error) [[unlikely]] return *worker.on_error;
    return handler_of(worker, packet.key);
}

[[gnu::always_inline]] inline Action next_action(const Handler& handler, PacketWork& work) {
    const Step* const end = std::to_address(handler.steps.end());
    for (const Step* at = std::to_address(handler.steps.begin()) + work.next_step; at < end; ++at) {
        const Step& step = *at;
        ++work.next_step;
        if (!step_happens(step, work.stream)) {
            work.next_step += step.size;          // a group takes its steps with it; other steps have size 0
            at += step.size;
            continue;
        }
        if (step.kind != Step::Kind::group)       // its steps follow in the list
            return {.step = &step, .duration = draw(step.duration, work.stream)};
    }
    return {};
}

}  // namespace sim
