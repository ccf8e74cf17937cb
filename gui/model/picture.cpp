#include "gui/model/picture.h"

#include <algorithm>

#include "sim/model/policy.h"

namespace gui {
namespace {

// Workers of one table are "worker.0", "worker.1": in a small picture their number is enough, as T0, T1.
std::string short_name(const sim::TraceHeader& header, uint32_t thread) { return thread < header.threads.size() ? "T" + std::to_string(thread) : "T?"; }

}  // namespace

PortPicture port_picture(const Side& side, const sim::TraceState& state, uint16_t number) {
    const sim::TraceHeader& header = side.trace.header;
    PortPicture picture;
    picture.queue_known = header.has_decisions;
    if (number < header.ports.size()) picture.name = header.ports[number].name;
    if (number >= state.ports.size()) return picture;
    const sim::PortTraceState& port = state.ports[number];
    picture.limit = port.limit;
    picture.active = port.active;
    const auto label = [&side](uint32_t packet) { return packet_name(side, packet); };
    for (uint32_t packet : port.queue) picture.queue.push_back(label(packet));
    picture.queue_packets.assign(port.queue.begin(), port.queue.end());
    std::vector<uint32_t> running;
    for (uint32_t t = 0; t < state.threads.size(); ++t) {
        const sim::ThreadTraceState& thread = state.threads[t];
        if (thread.association != number) continue;
        if (thread.view == sim::ThreadView::blocked && !thread.counted) picture.blocked.push_back(short_name(header, t)), picture.blocked_threads.push_back(t);
        else if (thread.counted) running.push_back(t);
    }
    std::stable_sort(running.begin(), running.end(), [&state](uint32_t a, uint32_t b) { return state.threads[a].since_ns < state.threads[b].since_ns; });
    for (uint32_t t : running) {
        const sim::ThreadTraceState& thread = state.threads[t];
        RunningSlot slot{.thread = t, .packet_number = thread.packets.empty() ? sim::kNoPacket : thread.packets.front(), .thread_name = short_name(header, t), .packet = thread.packets.empty() ? std::string() : label(thread.packets.front()), .over_limit = false, .ready = thread.view != sim::ThreadView::running};
        slot.over_limit = port.limit > 0 && picture.running.size() >= port.limit;
        picture.running.push_back(std::move(slot));
    }
    for (uint32_t t : port.waiters) picture.stack.push_back(short_name(header, t));
    picture.stack_threads = port.waiters;
    const auto policy = number < header.ports.size() ? sim::policy_from_name(header.ports[number].policy) : sim::Policy::nt;
    const sim::ReleaseOrder order = policy ? sim::policy_row(*policy).release : sim::ReleaseOrder::oldest;
    if (order == sim::ReleaseOrder::newest || order == sim::ReleaseOrder::by_request_size) {   // next to be released first
        std::reverse(picture.stack.begin(), picture.stack.end());
        std::reverse(picture.stack_threads.begin(), picture.stack_threads.end());
    }
    return picture;
}

}  // namespace gui
