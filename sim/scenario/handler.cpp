#include "sim/scenario/handler.h"

#include "sim/model/identity.h"

namespace sim {
IoFate draw_fate(const DeviceParams& device, Stream& stream) {
    if (!device.draws_outcome()) return IoFate::pends;
    const double drawn = stream.next_unit();
    if (drawn < device.fails_at_once) return IoFate::fails_at_once;
    if (drawn < device.fails_at_once + device.at_once) return IoFate::at_once;
    return drawn < device.fails_at_once + device.at_once + device.fails ? IoFate::fails : IoFate::pends;
}

PacketWork child_work(PacketWork& parent) {
    const uint32_t ordinal = parent.posts++;
    PacketWork work;
    work.identity = child_identity(parent.identity, ordinal);
    work.stream.key = child_stream_key(parent.stream.key, ordinal);
    return work;
}

void set_stream_keys(Scenario& scenario) {
    for (SourceParams& source : scenario.sources) {
        source.stream_key = source_stream_key(scenario.seed, source.name);
        source.gap_key = mix64(source.stream_key ^ kGolden);
    }
    for (ProgramParams& program : scenario.programs) {
        program.stream_keys.clear();
        for (uint32_t i = 0; i < program.count; ++i) program.stream_keys.push_back(source_stream_key(scenario.seed, program_thread_name(program, i)));
    }
}

PacketWork program_round(const Scenario& scenario, uint32_t program, uint32_t index, uint64_t round) {
    PacketWork work;
    work.stream.key = packet_stream_key(mix64(scenario.programs[program].stream_keys[index] ^ kGolden), round);
    return work;
}

PacketWork program_packet(const Scenario& scenario, uint32_t program, uint32_t index, uint32_t number, uint64_t nth) {
    PacketWork work;
    work.identity = packet_identity(static_cast<uint32_t>(scenario.sources.size()) + number, nth);
    work.stream.key = packet_stream_key(scenario.programs[program].stream_keys[index], nth);
    return work;
}

PacketWork side_run(const Scenario& scenario, ThreadId thread, uint64_t nth) {
    PacketWork work;
    work.stream.key = packet_stream_key(mix64(source_stream_key(scenario.seed, thread_name(scenario, thread)) ^ kGolden), nth);
    return work;
}

PacketWork side_packet(const Scenario& scenario, ThreadId thread, uint64_t nth) {
    auto posters = static_cast<uint32_t>(scenario.sources.size());
    for (const ProgramParams& program : scenario.programs) posters += program.background ? 0 : program.count;
    PacketWork work;
    work.identity = packet_identity(posters + thread.value, nth);
    work.stream.key = packet_stream_key(source_stream_key(scenario.seed, thread_name(scenario, thread)), nth);
    return work;
}

}  // namespace sim
