#include "recorder/common/observed.h"

#include "recorder/common/work.h"

namespace recorder {

bool observed_block(Session& session, uint32_t thread, sim::PortId port, uint32_t packet, const Wait& wait) {
    const bool sleeps = wait.flags == sim::kSleep;
    bool opened = true;
    sim::Record record = session.record(sim::Kind::block_begin, thread, sim::number_of(port));
    record.packet = packet;
    record.argument = wait.argument;
    record.flags = wait.flags;
    session.ring_of(thread).push(record);
    {
        const Outside outside(session, thread);
        if (sleeps) work_block(wait.longest, session.stop);
        else opened = session.gates[thread].wait(wait.longest == sim::kInfinite ? INT64_MAX : monotonic_ns() + wait.longest.ns);
    }
    record.kind = sim::Kind::block_end;
    record.time_ns = session.clock.now_ns();
    record.argument = sleeps ? 0 : session.gate_arguments[thread].load();
    if (sleeps) record.flags = 0;
    session.ring_of(thread).push(record);
    return opened;
}

}  // namespace recorder
