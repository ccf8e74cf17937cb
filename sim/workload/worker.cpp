#include "sim/workload/worker.h"

#include <algorithm>

namespace sim {

Move worker_next_move(const Scenario& scenario, const Thread& thread, PacketTable& packets) {
    if (!thread.has_packet()) return {.kind = Move::Kind::call_get, .duration = {}, .step = nullptr};
    Packet& packet = packets.mine(thread.packet());
    const Handler& handler = handler_of(scenario.workers[thread.worker], packet.key);
    while (true) {
        const Action action = next_action(handler, packet.work);
        switch (action.kind) {
            case Action::Kind::compute:
                if (action.duration == Duration{0}) continue;
                packet.compute_ns += static_cast<uint64_t>(action.duration.ns);
                return {.kind = Move::Kind::compute, .duration = action.duration, .step = action.step};
            case Action::Kind::block:
                if (action.duration == Duration{0}) continue;   // K18: a wait that is satisfied at once touches no count
                return {.kind = Move::Kind::block, .duration = action.duration, .step = action.step};
            case Action::Kind::lock:
                packet.compute_ns += static_cast<uint64_t>(action.duration.ns);   // 3a.10: what is done while holding is compute
                return {.kind = Move::Kind::lock, .duration = action.duration, .step = action.step};
            case Action::Kind::read: return {.kind = Move::Kind::read, .duration = action.duration, .step = action.step};
            case Action::Kind::start_io: return {.kind = Move::Kind::start_io, .duration = action.duration, .step = action.step};
            case Action::Kind::post: return {.kind = Move::Kind::post, .duration = {}, .step = action.step};
            case Action::Kind::done: return {.kind = Move::Kind::complete_packet, .duration = {}, .step = nullptr};
        }
    }
}

std::string worker_place(const Scenario& scenario, const Thread& thread, const PacketTable& packets) {
    const WorkerParams& worker = scenario.workers[thread.worker];
    std::string place = "worker '" + worker.name + "'";
    if (!thread.has_packet()) return place + ", its get" + (worker.timeout == Duration{0} ? " with timeout 0" : "");
    const Packet& packet = packets[thread.packet()];
    const Handler& handler = handler_of(worker, packet.key);
    if (handler.steps.empty()) return place + ", a handler without steps";
    const size_t next = std::clamp<size_t>(packet.work.next_step, 1, handler.steps.size());   // 0: about to do the first
    const Step& step = handler.steps[next - 1];
    place += ", step '" + std::string(step_word(step.kind)) + "'";
    if (step.line > 0) place += " in line " + std::to_string(step.line);
    return place;
}

}  // namespace sim
