#include "sim/engine/history.h"

#include <algorithm>

#include "sim/engine/world_hash.h"

namespace sim {

History::History(Scenario scenario, uint64_t stride, size_t snapshots_max) : scenario_(std::move(scenario)), stride_(stride), snapshots_max_(snapshots_max) {
    world_ = world_begin(scenario_, records_);
    snapshots_.push_back({0, world_});
}

bool History::at_end() const { return failed_ || world_ended(scenario_, world_); }

bool History::forward() {
    if (at_end()) return false;
    records_.clear();
    if (!world_step(scenario_, world_, records_)) failed_ = true;   // an endless instant: the run ends here
    ++step_;
    if (step_ % stride_ == 0 && step_ > snapshots_.back().step) {
        snapshots_.push_back({step_, world_});
        if (snapshots_.size() > snapshots_max_) thin_out();
    }
    return true;
}

// Every second snapshot goes, and they are taken half as often: memory stays bounded, a step back costs at most `stride_` steps.
void History::thin_out() {
    stride_ *= 2;
    std::erase_if(snapshots_, [this](const Snapshot& snapshot) { return snapshot.step % stride_ != 0; });
}

bool History::back() {
    if (step_ == 0) return false;
    go_to_step(step_ - 1);
    return true;
}

void History::go_to_step(uint64_t step) {
    if (step < step_ || step - step_ > stride_) {
        // The last snapshot before the step: the step itself is made again, so that its records are there.
        auto at = std::lower_bound(snapshots_.begin(), snapshots_.end(), step, [](const Snapshot& snapshot, uint64_t s) { return snapshot.step < s; });
        const Snapshot& snapshot = at == snapshots_.begin() ? *at : *std::prev(at);
        if (step < step_ || snapshot.step > step_) {
            world_ = snapshot.world;
            step_ = snapshot.step;
            failed_ = false;
            records_.clear();
            if (step_ == 0) world_begin(scenario_, records_);   // the opening records again
        }
    }
    while (step_ < step && forward()) {}
}

void History::go_to_record(uint64_t record_count) {
    if (record_count <= world_.record_count || step_ == 0) {
        // Steps may write nothing: the last snapshot with fewer records, so that the first step with enough of them is met.
        const auto enough = std::lower_bound(snapshots_.begin(), snapshots_.end(), record_count, [](const Snapshot& snapshot, uint64_t count) { return snapshot.world.record_count < count; });
        go_to_step(enough == snapshots_.begin() ? 0 : std::prev(enough)->step);
    }
    while (world_.record_count < record_count && forward()) {}
}

uint64_t History::hash() const { return world_hash(world_); }

}  // namespace sim
