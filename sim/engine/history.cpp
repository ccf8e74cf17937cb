#include "sim/engine/history.h"

#include <algorithm>

#include "sim/engine/world_hash.h"

namespace sim {
namespace {

// About what a copy adds to memory; packets are shared, a few chunks of them are not.
size_t copy_bytes(const World& world) {
    constexpr size_t kOwnChunks = 64 << 10;
    size_t bytes = sizeof world + kOwnChunks + world.threads.size() * (sizeof(Thread) + sizeof(PortThread) + 64) + world.verbs.size() * sizeof(ThreadVerbs) + world.events.size() * sizeof(Event) + world.machine.processors.size() * sizeof(Processor);
    for (const SourceState& source : world.sources) bytes += sizeof source + source.rounds.size() * sizeof(uint64_t);
    for (const Port& port : world.ports.ports) bytes += sizeof port + port.queue.size() / 12 + port.waiters.size() * sizeof(ThreadId);   // 16 bytes for each 1,024 numbers of packets, and for each 256 packets
    bytes += world.files.size() * (sizeof(FileHandle) + sizeof(FileObject)) + world.named_operations.size() * (sizeof(NamedOperation) + 48) + world.io_waits.size() * sizeof(IoWait);   // 48: a node of the map
    return bytes;
}

}  // namespace

History::History(Scenario scenario, Course course, uint64_t stride, size_t snapshots_max, size_t bytes_max)
    : scenario_(std::move(scenario)), course_(std::move(course)), stride_(stride), snapshots_max_(snapshots_max), bytes_max_(bytes_max) {
    world_ = world_begin(scenario_, records_);
    world_.instead = course_.instead;
    take_snapshot();
}

void History::take_snapshot() {
    snapshots_.push_back({step_, world_, copy_bytes(world_)});
    bytes_ += snapshots_.back().bytes;
    while (snapshots_.size() > 2 && (snapshots_.size() > snapshots_max_ || bytes_ > bytes_max_)) thin_out();
}

bool History::branches() const { return taken_ < course_.branches.size() && branch_due(world_, course_.branches[taken_]); }

bool History::at_end() const { return failed_ || (world_ended(scenario(), world_) && !branches()); }

bool History::forward() {
    if (at_end()) return false;
    records_.clear();
    ++step_;
    if (!branches()) {
        if (!world_step(scenario(), world_, records_)) failed_ = true;   // an endless instant: the run ends here
    } else if (branch_take(scenario(), world_, course_.branches[taken_], records_)) {
        if (branched_.size() == taken_) branched_.push_back(step_);
        ++taken_;
    } else {
        failed_ = true;
    }
    if (step_ % stride_ == 0 && step_ > snapshots_.back().step) take_snapshot();
    return true;
}

// Every second snapshot goes, and they are taken half as often: memory stays bounded, a step back costs at most `stride_` steps.
void History::thin_out() {
    stride_ *= 2;
    std::erase_if(snapshots_, [this](const Snapshot& snapshot) {
        if (snapshot.step % stride_ == 0) return false;
        bytes_ -= snapshot.bytes;
        return true;
    });
}

bool History::back() {
    if (step_ == 0) return false;
    go_to_step(step_ - 1);
    return true;
}

void History::restore(const Snapshot& snapshot) {
    world_ = snapshot.world;
    step_ = snapshot.step;
    taken_ = static_cast<size_t>(std::upper_bound(branched_.begin(), branched_.end(), step_) - branched_.begin());
    failed_ = false;
    records_.clear();
    if (step_ == 0) world_begin(scenario_, records_);   // the opening records again
}

void History::go_to_step(uint64_t step) {
    // The last snapshot before the step: the step itself is made again, so that its records are there.
    const auto after = std::lower_bound(snapshots_.begin(), snapshots_.end(), step, [](const Snapshot& snapshot, uint64_t s) { return snapshot.step < s; });
    const Snapshot& nearest = after == snapshots_.begin() ? *after : *std::prev(after);
    if (step < step_ || nearest.step > step_) restore(nearest);
    while (step_ < step && forward()) {}
}

void History::go_to_record(uint64_t record_count) {
    // Steps may write nothing: the last snapshot with fewer records, so that the first step with enough of them is met.
    const auto enough = std::lower_bound(snapshots_.begin(), snapshots_.end(), record_count, [](const Snapshot& snapshot, uint64_t count) { return snapshot.world.record_count < count; });
    const Snapshot& nearest = enough == snapshots_.begin() ? *enough : *std::prev(enough);
    if (record_count <= world_.record_count || nearest.step > step_) restore(nearest);
    while (world_.record_count < record_count && forward()) {}
}

uint64_t History::hash() const { return world_hash(world_); }

}  // namespace sim
