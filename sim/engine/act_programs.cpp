// Threads that run a program of their own: how they begin and end, and the work of the packets that they bring about.
#include "sim/engine/act.h"
#include "sim/port/port.h"
#include "sim/scenario/handler.h"
#include "sim/workload/program.h"

namespace sim {

// It is there at time 0, after the workers. To serve a port is one get that finds nothing: it counts from then on (K9, K29).
void Act::begin_program(ThreadId id) {
    const PortId port = scenario_.programs[world_.programs[thread(id).program].table].serves;
    if (port.valid()) {
        if (Record* record = note(Kind::get_called, id)) {
            record->packet = 1;
            record->port = static_cast<uint16_t>(port.value);
        }
        port_get(world_.ports, id, port, {.batch_max = 1, .poll = true}, world_.effects);
        apply_effects(id);
    } else {
        world_.ports.threads[id.value].state = PortThreadState::running;   // of no port: it runs, blocks and exits, and counts nowhere
    }
    thread(id).phase = ThreadPhase::waking;
    at_end_of(EventKind::becomes_ready, {0}, id);
}

void Act::program_goes_on(ThreadId id) {
    if (thread(id).program == kOwnCalls) return worker_goes_on(id);
    const std::optional<Action> action = program_next_action(scenario_, world_.programs[thread(id).program]);
    if (!action) return give_up(id);
    if (action->done()) return exit_thread(id);
    do_step(id, *action);
}

// The work of the packet that a post or start_io step of this thread brings about.
// Where what the thread is doing draws from.
Stream& Act::stream_of(ThreadId id) {
    Thread& t = thread(id);
    if (t.program == kNoProgram || (t.program == kOwnCalls && t.has_packet())) return t.batch.packet().work.stream;
    if (t.program == kOwnCalls) return world_.verbs[id.value].side_work.stream;
    return world_.programs[t.program].work.stream;
}

PacketWork Act::next_packet_of(ThreadId id) {
    Thread& t = thread(id);
    if (t.program == kNoProgram || (t.program == kOwnCalls && t.has_packet())) return child_work(t.batch.packet().work);
    if (t.program == kOwnCalls) return side_packet(scenario_, id, world_.verbs[id.value].side_packets++);
    ProgramState& program = world_.programs[t.program];
    return program_packet(scenario_, program.table, program.index, t.program, program.packets++);
}

// K27: the slot that it held is free.
void Act::exit_thread(ThreadId id) {
    port_exit(world_.ports, id, world_.effects);
    apply_effects(id);
    leave_processor(id, 0);
    thread(id).phase = ThreadPhase::exited;
}

}  // namespace sim
