// Exact time travel: snapshots of the world and re-stepping between them.
#pragma once
#include <span>
#include <vector>

#include "sim/engine/branch.h"

namespace sim {

class History {
public:
    /// Takes a snapshot every `stride` steps. When they are more than `snapshots_max`, or take more than `bytes_max` (beside the
    /// packets themselves, which snapshots share), every second goes and they are taken half as often.
    /// course: where the run leaves the scenario; to branch is a step of its own.
    explicit History(Scenario scenario, Course course = {}, uint64_t stride = 256, size_t snapshots_max = 512, size_t bytes_max = size_t{32} << 20);

    const World& world() const { return world_; }
    /// That the run is one of now.
    const Scenario& scenario() const { return taken_ == 0 ? scenario_ : course_.branches[taken_ - 1].scenario; }
    size_t snapshot_count() const { return snapshots_.size(); }
    uint64_t step_count() const { return step_; }             ///< steps made from the beginning
    bool at_end() const;
    /// One step on; false at the end. Records of the step are in last_records().
    bool forward();
    /// One step back; false at the beginning.
    bool back();
    void go_to_step(uint64_t step);
    /// To the first step after which at least so many records are written.
    void go_to_record(uint64_t record_count);
    std::span<const Record> last_records() const { return {records_.data(), records_.size()}; }
    /// Hash of the whole world (not only of the trace so far): equal hashes, equal worlds.
    uint64_t hash() const;

private:
    struct Snapshot { uint64_t step; World world; size_t bytes; };
    void take_snapshot();
    void restore(const Snapshot& snapshot);
    void thin_out();
    bool branches() const;
    Scenario scenario_;
    Course course_;
    size_t taken_ = 0;                    // branches taken at this step
    std::vector<uint64_t> branched_;      // the steps that took each
    World world_;
    uint64_t step_ = 0;
    bool failed_ = false;
    uint64_t stride_;
    size_t snapshots_max_, bytes_max_;
    size_t bytes_ = 0;                    // of the snapshots
    std::vector<Snapshot> snapshots_;
    Scratch<Record> records_;
};

}  // namespace sim
