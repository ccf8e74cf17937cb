#include "gui/model/lives.h"

#include <algorithm>
#include <map>

#include "sim/trace/arguments.h"

namespace gui {
namespace {

using sim::Kind;
using sim::Record;

constexpr uint64_t kLifeWalk = 2'000'000;            // records that one packet's life is followed through

/// Follows the packets of a port, or one packet, record by record.
class Reader {
public:
    explicit Reader(size_t port) : port_(port) {}
    std::map<uint32_t, PacketLife> lives;

    void apply(const Record& record) {
        switch (record.kind) {
            case Kind::io_started: started_[sim::operation_of_argument(record.argument)] = record.time_ns; break;
            case Kind::io_finished: case Kind::io_cancelled: finished(record); break;
            case Kind::posted: posted(record); break;
            case Kind::taken: case Kind::handed_over: given(record); break;
            case Kind::get_returned: got(record); break;
            case Kind::completed: over(record.packet, record.time_ns, false); break;
            case Kind::thread_exit: lose(record, [&record](const PacketLife& life) { return life.thread == record.thread; }); break;
            case Kind::port_closed:
                if (record.port == port_) lose(record, [](const PacketLife& life) { return life.taken_ns < 0; });
                break;
            default: break;
        }
    }
    /// What is alive in a state, as far as that tells.
    void begin(const sim::TraceState& state, int64_t from_ns) {
        if (port_ >= state.ports.size()) return;
        for (const uint32_t packet : state.ports[port_].queue) take_over(state, packet, sim::kNoThread, from_ns);
        for (uint32_t t = 0; t < state.threads.size(); ++t)
            for (const uint32_t packet : state.threads[t].packets) take_over(state, packet, t, from_ns);
    }

private:
    size_t port_;
    std::map<uint64_t, int64_t> started_;
    int64_t submitted_ns_ = -1;           // of the packet that is posted next

    void take_over(const sim::TraceState& state, uint32_t number, uint32_t thread, int64_t from_ns) {
        const sim::PacketTraceState* packet = state.packets.find(number);
        if (packet == nullptr || packet->stop || packet->port != port_ || packet->completed_ns >= 0 || packet->lost) return;
        PacketLife life{.packet = number, .thread = thread, .submitted_ns = packet->posted_ns, .posted_ns = packet->posted_ns, .taken_ns = -1, .got_ns = packet->got_ns, .done_ns = -1};
        if (thread != sim::kNoThread) life.taken_ns = life.got_ns >= 0 ? life.got_ns : from_ns;   // when it was is before what is in sight
        lives[number] = life;
    }
    void finished(const Record& record) {
        const auto at = started_.find(sim::operation_of_argument(record.argument));
        submitted_ns_ = at == started_.end() || (record.flags & sim::kNoAnswer) != 0 ? -1 : at->second;
        if (at != started_.end()) started_.erase(at);
    }
    void posted(const Record& record) {
        const int64_t submitted = std::exchange(submitted_ns_, -1);
        if (record.port != port_ || (record.flags & sim::kStop) != 0) return;
        lives[record.packet] = {.packet = record.packet, .thread = sim::kNoThread, .submitted_ns = submitted >= 0 ? submitted : record.time_ns, .posted_ns = record.time_ns};
    }
    void given(const Record& record) {
        const auto at = lives.find(record.packet);
        if (at == lives.end() || at->second.done_ns >= 0) return;
        at->second.taken_ns = record.time_ns, at->second.thread = record.thread;
    }
    // With decisions every packet of a batch was taken before; without, each has a record of its own.
    void got(const Record& record) {
        if (const auto at = lives.find(record.packet); at != lives.end() && at->second.taken_ns < 0) at->second.taken_ns = record.time_ns, at->second.thread = record.thread;
        for (auto& [packet, life] : lives)
            if (life.thread == record.thread && life.got_ns < 0 && life.done_ns < 0) life.got_ns = record.time_ns;
    }
    void over(uint32_t packet, int64_t at_ns, bool lost) {
        const auto at = lives.find(packet);
        if (at != lives.end() && at->second.done_ns < 0) at->second.done_ns = at_ns, at->second.lost = lost;
    }
    template <class Which>
    void lose(const Record& record, const Which& which) {
        for (auto& [packet, life] : lives)
            if (life.done_ns < 0 && which(life)) life.done_ns = record.time_ns, life.lost = true;
    }
};

Lives look(const Side& side, size_t port, int64_t from_ns, int64_t to_ns) {
    Lives out;
    const uint64_t first = from_ns <= 0 ? 0 : std::min(records_until(side, from_ns), side.indexed), last = std::min(records_until(side, to_ns), side.indexed);
    if (last < first || last - first > kLifeRecords || to_ns <= from_ns) return out;
    Reader reader(port);
    reader.begin(state_beside(side, first), from_ns);
    for (uint64_t at = first; at < last && reader.lives.size() <= kLivesMax; ++at) reader.apply(side.trace.records[at]);
    if (reader.lives.size() > kLivesMax) return out;
    for (const auto& [packet, life] : reader.lives)
        if (life.done_ns < 0 || life.done_ns >= from_ns) out.lives.push_back(life);
    out.known = true;
    return out;
}

// How many packets a state knows to have been posted: their numbers are in posting order.
bool posted_before(const sim::TraceState& state, uint32_t packet) { return state.packets.next() > packet; }

}  // namespace

const Lives& lives_in(const Side& side, size_t port, int64_t from_ns, int64_t to_ns) {
    return side.asked.lives.ask({.from_ns = from_ns, .to_ns = to_ns, .port = port, .records = side.indexed}, [&] { return look(side, port, from_ns, to_ns); });
}

Steps lives_count(const std::vector<PacketLife>& lives, int64_t from_ns) {
    std::map<int64_t, int64_t> changes;
    for (const PacketLife& life : lives) {
        ++changes[std::max(life.posted_ns, from_ns)];
        if (life.done_ns >= 0) --changes[std::max(life.done_ns, from_ns)];
    }
    Steps steps;
    int64_t value = 0;
    for (const auto& [at_ns, change] : changes) {
        value += change;
        steps.steps.push_back({.at_ns = at_ns, .value = static_cast<uint32_t>(std::max<int64_t>(value, 0))});
        steps.largest = std::max(steps.largest, steps.steps.back().value);
    }
    return steps;
}

std::optional<PacketLife> life_of(const Side& side, uint32_t packet) {
    if (packet >= side.packets.size() || !side.packets[packet].known || side.snapshots.empty()) return std::nullopt;
    const auto after = std::partition_point(side.snapshots.begin(), side.snapshots.end(), [packet](const sim::TraceState& state) { return !posted_before(state, packet); });
    const auto snapshot = static_cast<uint64_t>(after - side.snapshots.begin());
    const uint64_t first = snapshot == 0 ? 0 : (snapshot - 1) * side.snapshot_stride, last = std::min(side.indexed, first + kLifeWalk);
    std::optional<Reader> reader;
    for (uint64_t at = first; at < last; ++at) {
        const Record& record = side.trace.records[at];
        if (!reader && record.kind == Kind::posted && record.packet == packet) reader.emplace(record.port);
        if (!reader) continue;
        if (record.kind == Kind::posted && record.packet != packet) continue;
        reader->apply(record);
        const auto life = reader->lives.find(packet);
        if (life != reader->lives.end() && life->second.done_ns >= 0) return life->second;
    }
    if (!reader || reader->lives.empty()) return std::nullopt;
    return reader->lives.begin()->second;
}

}  // namespace gui
