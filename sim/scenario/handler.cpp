#include "sim/scenario/handler.h"

#include "sim/model/identity.h"

namespace sim {
namespace {

// Drawn once per step or nested list (3a.9). A chance of 0 or 1 draws nothing.
bool happens(const Step& step, Stream& stream) {
    if (step.chance >= 1) return true;
    if (step.chance <= 0) return false;
    return stream.next_unit() < step.chance;
}

}  // namespace

Action next_action(const Handler& handler, PacketWork& work) {
    while (work.next_step < handler.steps.size()) {
        const Step& step = handler.steps[work.next_step++];
        if (!happens(step, work.stream)) {
            work.next_step += step.size;          // a group takes its steps with it; other steps have size 0
            continue;
        }
        switch (step.kind) {
            case Step::Kind::compute: return {.kind = Action::Kind::compute, .duration = draw(step.duration, work.stream), .step = &step};
            case Step::Kind::block: return {.kind = Action::Kind::block, .duration = draw(step.duration, work.stream), .step = &step};
            case Step::Kind::lock: return {.kind = Action::Kind::lock, .duration = draw(step.duration, work.stream), .step = &step};
            case Step::Kind::read: return {.kind = Action::Kind::read, .duration = draw(step.duration, work.stream), .step = &step};
            case Step::Kind::start_io: return {.kind = Action::Kind::start_io, .duration = draw(step.duration, work.stream), .step = &step};
            case Step::Kind::post: return {.kind = Action::Kind::post, .duration = {}, .step = &step};
            case Step::Kind::group: break;        // its steps follow in the list
        }
    }
    return {};
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
        for (uint32_t i = 0; i < program.count; ++i) program.stream_keys.push_back(source_stream_key(scenario.seed, program.name + '.' + std::to_string(i)));
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

PacketWork source_packet(const Scenario& scenario, SourceId source, uint64_t index) {
    PacketWork work;
    work.identity = packet_identity(source.value, index);
    work.stream.key = packet_stream_key(scenario.sources[source.value].stream_key, index);
    return work;
}

}  // namespace sim
