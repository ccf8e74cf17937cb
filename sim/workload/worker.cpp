#include "sim/workload/worker.h"

#include <algorithm>

namespace sim {

std::optional<Move> move_of(const Action& action) {
    const auto move = [&action](Move::Kind kind) { return Move{.kind = kind, .duration = action.duration, .step = action.step}; };
    switch (action.kind) {
        case Action::Kind::compute:
            if (action.duration == Duration{0}) return std::nullopt;
            return move(Move::Kind::compute);
        case Action::Kind::block:
            if (action.duration == Duration{0}) return std::nullopt;   // K18: a wait that is satisfied at once touches no count
            return move(Move::Kind::block);
        case Action::Kind::lock: return move(Move::Kind::lock);
        case Action::Kind::read: return move(Move::Kind::read);
        case Action::Kind::start_io: return move(Move::Kind::start_io);
        case Action::Kind::post: return move(Move::Kind::post);
        case Action::Kind::done: return std::nullopt;
    }
    return std::nullopt;
}

Move worker_next_move(const Scenario& scenario, const Thread& thread, PacketTable& packets) {
    if (!thread.has_packet()) return {.kind = Move::Kind::call_get, .duration = {}, .step = nullptr};
    Packet& packet = packets.mine(thread.packet());
    const Handler& handler = handler_of(scenario.workers[thread.worker], packet.key);
    while (true) {
        const Action action = next_action(handler, packet.work);
        if (action.kind == Action::Kind::done) return {.kind = Move::Kind::complete_packet, .duration = {}, .step = nullptr};
        const std::optional<Move> move = move_of(action);
        if (!move) continue;
        const bool computes = move->kind == Move::Kind::compute || move->kind == Move::Kind::lock;   // 3a.10: holding is compute
        if (computes) packet.compute_ns += static_cast<uint64_t>(move->duration.ns);
        return *move;
    }
}

std::string step_place(const Handler& handler, uint32_t next_step) {
    if (handler.steps.empty()) return ", a handler without steps";
    const size_t next = std::clamp<size_t>(next_step, 1, handler.steps.size());   // 0: about to do the first
    const Step& step = handler.steps[next - 1];
    return ", step '" + std::string(step_word(step.kind)) + "'" + (step.line > 0 ? " in line " + std::to_string(step.line) : "");
}

std::string worker_place(const Scenario& scenario, const Thread& thread, const PacketTable& packets) {
    const WorkerParams& worker = scenario.workers[thread.worker];
    std::string place = "worker '" + worker.name + "'";
    if (!thread.has_packet()) return place + ", its get" + (worker.timeout == Duration{0} ? " with timeout 0" : "");
    const Packet& packet = packets[thread.packet()];
    return place + step_place(handler_of(worker, packet.key), packet.work.next_step);
}

}  // namespace sim
