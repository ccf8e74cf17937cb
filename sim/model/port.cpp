#include "sim/model/port.h"

#include "sim/base/check.h"

namespace sim {

void PacketQueue::push_front(PacketId packet) {
    if (head_ > 0) items_[--head_] = packet;
    else items_.insert(items_.begin(), packet);
}

PacketId PacketQueue::pop_front() {
    SIM_CHECK(!empty(), "pop_front of an empty packet queue");
    const PacketId packet = items_[head_++];
    if (head_ == items_.size()) {
        clear();
    } else if (head_ >= 64 && head_ * 2 >= items_.size()) {   // give memory back, at amortised O(1)
        items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
    return packet;
}

bool operator==(const PacketQueue& a, const PacketQueue& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i]) return false;
    return true;
}

}  // namespace sim
