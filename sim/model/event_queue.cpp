#include "sim/model/event_queue.h"

#include <algorithm>

#include "sim/base/check.h"

namespace sim {
namespace {

bool later(const Event& a, const Event& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }

}  // namespace

void EventQueue::push(const Event& event) {
    heap_.push_back(event);
    std::push_heap(heap_.begin(), heap_.end(), later);
}

Event EventQueue::pop() {
    SIM_CHECK(!heap_.empty(), "pop of an empty event queue");
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Event event = heap_.back();
    heap_.pop_back();
    return event;
}

}  // namespace sim
