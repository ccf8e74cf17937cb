#include "sim/workload/worker.h"

#include <algorithm>

#include "sim/scenario/handler.h"

namespace sim {

std::string step_place(const Handler& handler, uint32_t next_step) {
    if (handler.steps.empty()) return ", a handler without steps";
    const size_t next = std::clamp<size_t>(next_step, 1, handler.steps.size());   // 0: about to do the first
    const Step& step = handler.steps[next - 1];
    return ", step '" + std::string(step_word(step.kind)) + "'" + (step.line > 0 ? " in line " + std::to_string(step.line) : "");
}

std::string worker_place(const Scenario& scenario, const Thread& thread) {
    const WorkerParams& worker = scenario.workers[thread.worker];
    std::string place = "worker '" + worker.name + "'";
    if (!thread.has_packet()) return place + ", its get" + (worker.timeout == Duration{0} ? " with timeout 0" : "");
    const Packet& packet = thread.batch.packet();
    return place + step_place(handler_of_packet(worker, packet), packet.work.next_step);
}

}  // namespace sim
