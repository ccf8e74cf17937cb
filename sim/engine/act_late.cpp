// 3a.7: wakes that do not all take the same time, and a port that hears late of blocks.
#include "sim/engine/act.h"
#include "sim/port/port.h"

namespace sim {

// What the machine draws belongs to the moment and the thread, not to a packet: packets' own draws stay as they are.
Stream Act::machine_stream(ThreadId id) const {
    constexpr unsigned kApart = 4;                         // 16 draws to the next moment's
    return {.key = child_stream_key(mix64(scenario_.seed ^ kGolden), id.value), .counter = world_.next_order << kApart};
}

Duration Act::drawn_wake(ThreadId id) {
    Stream stream = machine_stream(id);
    const Duration wake = draw(scenario_.machine.wake_latency, stream);
    return wake > kDurationMax - notice_ ? kDurationMax : wake + notice_;
}

// Whom the block lets go is ready so much later. A sleep that is over before the port hears of it frees nothing, and it counts on.
void Act::enter_wait_late(ThreadId id, Flag reason, uint64_t argument) {
    constexpr uint64_t kBehindWakes = 8;                   // of the same moment
    Stream stream = machine_stream(id);
    stream.counter += kBehindWakes;
    notice_ = scenario_.machine.block_notice ? draw(*scenario_.machine.block_notice, stream) : Duration{0};
    const bool unheard = reason == kSleep && world_.verbs.empty() && world_.ports.threads[id.value].association.valid() && scenario_.machine.block_notice && argument <= static_cast<uint64_t>(notice_.ns);
    if (Record* record = note(Kind::block_begin, id)) {
        record->rule = unheard ? Rule::none : port_rule_for(world_.ports, id, Rule::K17);
        record->flags = static_cast<uint16_t>(reason | (unheard ? kKeepsSlot : 0));
        record->argument = argument;
    }
    if (unheard) {
        port_block_unheard(world_.ports, id);
    } else {
        port_block(world_.ports, id, world_.effects);
        apply_effects(id);
    }
    notice_ = {0};
    leave_processor(id, 0);
    thread(id).phase = ThreadPhase::blocked;
}

// Where threads are suspended or read pages every block is heard: else a kept slot could mean either.
uint16_t Act::end_flags(ThreadId id) const { return world_.verbs.empty() && world_.ports.threads[id.value].keeps_slot ? kKeepsSlot : 0; }

}  // namespace sim
