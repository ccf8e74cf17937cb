// Where a run leaves its scenario: other values in the middle of it (branch.h), and one decision that goes another way (sim/model/instead.h).
#include <algorithm>

#include "sim/device/device.h"
#include "sim/engine/act.h"
#include "sim/port/port.h"

namespace sim {

void Act::deliver_instead(PortId port, const Packet& packet, ThreadId poster) {
    Instead& instead = world_.instead;
    const Instead wanted = instead;
    const PacketId number{static_cast<uint32_t>(world_.posted)};
    instead = {};                                            // what follows is decided as ever
    instead.went = port_post_instead(world_.ports, port, number, wanted, world_.effects);
    if (instead.went != Instead::Went::so) return deliver_here(port, packet, poster);
    ++world_.posted;
    note_posted(port, number, packet, poster);
    arriving_ = &packet;
    apply_effects(poster);
}

void Act::enter_wait_instead(ThreadId id, Flag reason, uint64_t argument) {
    Instead& instead = world_.instead;
    const Instead wanted = instead;
    instead = {};
    instead.went = port_block_instead(world_.ports, id, wanted, world_.effects);
    if (instead.went != Instead::Went::so) return enter_wait(id, reason, argument);
    if (Record* record = note(Kind::block_begin, id)) {
        record->rule = port_rule_for(world_.ports, id, Rule::K17);
        record->flags = reason;
        record->argument = argument;
    }
    apply_effects(id);
    leave_processor(id, 0);
    thread(id).phase = ThreadPhase::blocked;
}

// In the order of the file. What it lets go at once goes on at once, as in any step.
void Act::adopt(const Scenario& before) {
    world_.machine.processors.resize(scenario_.machine.processors);
    adopt_limits();
    if (scenario_.machine.quantum != before.machine.quantum) adopt_quantum();
    adopt_channels();
    adopt_sources(before);
    for (size_t i = 0; i < world_.awake.size(); ++i)         // grows meanwhile
        if (make_ready(world_.awake[i])) proceed(world_.awake[i]);
    world_.awake.clear();
    ready_threads_take_processors();
}

void Act::adopt_limits() {
    for (uint32_t p = 0; p < scenario_.ports.size(); ++p) {
        const uint32_t limit = limit_in_force(scenario_.ports[p], scenario_.machine.processors);
        if (!world_.ports.ports[p].alive()) continue;
        world_.ports.ports[p].options = scenario_.ports[p].options;
        if (world_.ports.ports[p].limit == limit) continue;
        if (Record* record = note(Kind::limit_set, {})) {
            record->port = static_cast<uint16_t>(p);
            record->argument = limit;
        }
        port_set_limit(world_.ports, {p}, limit, world_.effects);
        apply_effects({});
    }
}

// The quantum in use is cut short at most; one that never ends does so with what its thread is at.
void Act::adopt_quantum() {
    const Duration quantum = scenario_.machine.quantum;
    for (Thread& t : world_.threads) {
        if (t.phase != ThreadPhase::running) t.quantum_left = std::min(t.quantum_left, quantum);
        else if (t.quantum_left == kInfinite && quantum != kInfinite) t.quantum_left = t.slice;
    }
}

void Act::adopt_channels() {
    for (uint32_t d = 0; d < scenario_.devices.size(); ++d) {
        Device& device = world_.devices[d];
        while (!device.queue.empty() && device_has_free_channel(device, scenario_.devices[d].channels)) {
            const DeviceOperation next = device.queue.front();
            device.queue.pop_front();
            at_end_of(EventKind::io_ends, next.latency, d, *device_start(device, scenario_.devices[d].channels, next));
        }
    }
}

// The packet that is on its way comes as it was drawn; one that is not to come any more does not, one that is now does.
void Act::adopt_sources(const Scenario& before) {
    for (uint32_t s = 0; s < scenario_.sources.size(); ++s) {
        const std::optional<uint64_t> count = scenario_.sources[s].count, then = before.sources[s].count;
        if (count == then) continue;
        const SourceState& state = world_.sources[s];
        const bool comes = !then || state.next < *then, is_to_come = !count || state.next < *count;
        if (comes && !is_to_come) world_.events.remove(EventKind::source_arrives, s);
        if (!comes && is_to_come) arrival(EventKind::source_arrives, source_next_arrival(scenario_, {s}, state, world_.now), {s});
    }
}

}  // namespace sim
