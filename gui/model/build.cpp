// Builds a side from its trace: one walk over the records.
#include "gui/model/build.h"

#include <algorithm>

#include "gui/model/processors.h"
#include "sim/trace/print.h"

namespace gui {
namespace {

using sim::Record;
using sim::ThreadView;

// The box that a thread's state makes; none while it waits.
bool box_kind(ThreadView view, BoxKind& kind) {
    switch (view) {
        case ThreadView::running: kind = BoxKind::running; return true;
        case ThreadView::ready: kind = BoxKind::ready; return true;
        case ThreadView::blocked: kind = BoxKind::blocked; return true;
        case ThreadView::suspended: kind = BoxKind::suspended; return true;
        case ThreadView::unknown:
        case ThreadView::waiting:
        case ThreadView::exited: return false;
    }
    return false;
}

constexpr uint32_t kProcessorsMax = 4096;             // a damaged header may name any
constexpr size_t kSnapshotBytes = 32 << 20, kRecordBytesPerSnapshotByte = 25;   // at least the first; of a very long trace more, else a frame goes through too many records from one
constexpr uint64_t kRecordsPerLanePiece = 8, kRecordsPerStepPiece = 32, kRecordsPerRunPiece = 16, kPiecesMin = 256, kPiecesMax = 1 << 19;

void add_box(Lane& lane, const Box& box) {
    lane.boxes.push_back(box);
    const auto wait = box.kind == BoxKind::ready || box.kind == BoxKind::blocked ? static_cast<uint32_t>(std::min<int64_t>(box.end_ns - box.begin_ns, UINT32_MAX)) : 0;
    const int unit = std::max(lane.levels.lowest() - Levels<LaneNode>::kShiftMax, 0);
    lane.levels.add(box.begin_ns, box.end_ns, [&box, wait, unit](LaneNode& node, int64_t ns) {
        node.ns[static_cast<size_t>(box.kind)] += static_cast<uint32_t>(ns >> unit);
        node.worst_wait_ns = std::max(node.worst_wait_ns, wait);
    });
}

void add_span(Steps& steps, const Step& step, int64_t end_ns) {
    if (step.value == 0) return;
    steps.levels.add(step.at_ns, end_ns, [&step](StepNode& node, int64_t ns) {
        node.area += uint64_t{step.value} * static_cast<uint64_t>(ns);
        node.most = std::max(node.most, step.value);
    });
}

// The span of a step is known when the next one comes.
void add_step(Steps& steps, int64_t at_ns, uint32_t value) {
    Blocks<Step>& list = steps.steps;
    if (!list.empty() && list.back().value == value) return;
    if (!list.empty() && list.back().at_ns == at_ns) {
        list.back().value = value;
        return;
    }
    if (!list.empty()) {
        steps.largest = std::max(steps.largest, list.back().value);
        add_span(steps, list.back(), at_ns);
    }
    list.push_back({at_ns, value});
}

void finish_steps(Steps& steps, int64_t end_ns) {
    if (!steps.steps.empty()) {
        steps.largest = std::max(steps.largest, steps.steps.back().value);
        add_span(steps, steps.steps.back(), end_ns);
    }
    steps.levels.finish();
}

}  // namespace

struct SideBuilder::Walk {
    Side& side;
    sim::Summarizer figures;
    std::unique_ptr<sim::TraceState> own;             // from the end of the run on, where the figures' state stands still
    const sim::TraceState* now = nullptr;             // one of the two
    size_t snapshot_bytes = 0;
    int64_t run_end_ns = 0;
    Grid lane_grid, unnamed_grid;
    std::unique_ptr<ProcessorBuilder> processors;

    struct Open { ThreadView view = ThreadView::unknown; uint32_t packet = sim::kNoPacket; int64_t since_ns = 0; };
    std::vector<Open> open;

    explicit Walk(Side& of) : side(of), figures(of.trace.header), now(&figures.trace()) {
        const int64_t last_ns = std::max(side.end_ns, side.trace.records.empty() ? 0 : side.trace.records.back().time_ns);
        const uint64_t records = side.trace.records.size();
        lane_grid = grid_for(last_ns, std::clamp(records / kRecordsPerLanePiece / std::max<uint64_t>(side.lanes.size(), 1), kPiecesMin, kPiecesMax));
        unnamed_grid = grid_for(last_ns, kPiecesMin);
        const Grid step_grid = grid_for(last_ns, std::clamp(records / kRecordsPerStepPiece, kPiecesMin, kPiecesMax));
        for (Lane& lane : side.lanes) lane.levels.begin(lane_grid);
        for (PortLanes& port : side.ports) port.depth.levels.begin(step_grid), port.active.levels.begin(step_grid), port.waiters.levels.begin(step_grid), port.alive.levels.begin(step_grid);
        processors = std::make_unique<ProcessorBuilder>(side, grid_for(last_ns, std::clamp(records / kRecordsPerRunPiece / std::max<uint64_t>(side.processors.size(), 1), kPiecesMin, kPiecesMax)), unnamed_grid);
        alive.resize(side.ports.size());
    }

    const sim::TraceState& state() const { return *now; }

    void apply(const Record& record) {
        if (!own && record.time_ns > run_end_ns) own = std::make_unique<sim::TraceState>(figures.trace()), now = own.get();
        if (own) sim::trace_state_apply(*own, side.trace.header, record);
        else figures.add(record);
    }

    void close_box(uint32_t thread, int64_t now_ns) {
        const Open& box = open[thread];
        BoxKind kind{};
        if (box_kind(box.view, kind) && now_ns > box.since_ns) add_box(side.lanes[thread], {.begin_ns = box.since_ns, .end_ns = now_ns, .packet = box.packet, .kind = kind});
    }

    void note_thread(uint32_t thread, int64_t now_ns) {
        if (thread >= state().threads.size()) return;
        while (thread >= side.lanes.size()) side.lanes.emplace_back().levels.begin(unnamed_grid);   // there may be very many
        if (thread >= open.size()) open.resize(size_t{thread} + 1);
        const sim::ThreadTraceState& t = state().threads[thread];
        const uint32_t packet = t.packets.empty() ? sim::kNoPacket : t.packets.front();
        if (open[thread].view == t.view && open[thread].packet == packet) return;
        close_box(thread, now_ns);
        open[thread] = {t.view, packet, now_ns};
    }

    struct Last { size_t depth = SIZE_MAX, waiters = SIZE_MAX; uint32_t active = UINT32_MAX; };
    std::vector<Last> last;                           // by port: most records change none

    void note_ports(int64_t now_ns) {
        const size_t count = std::min(state().ports.size(), side.ports.size());
        if (last.size() < count) last.resize(count);
        for (size_t p = 0; p < count; ++p) {
            const sim::PortTraceState& port = state().ports[p];
            if (last[p].depth == port.queue.size() && last[p].waiters == port.waiters.size() && last[p].active == port.active) continue;
            last[p] = {.depth = port.queue.size(), .waiters = port.waiters.size(), .active = port.active};
            if (side.trace.header.has_decisions) add_step(side.ports[p].depth, now_ns, static_cast<uint32_t>(port.queue.size()));
            add_step(side.ports[p].active, now_ns, port.active);
            add_step(side.ports[p].waiters, now_ns, static_cast<uint32_t>(port.waiters.size()));
        }
    }

    std::vector<Step> alive;                          // by port, since when

    static void put_alive(Steps& steps, Step& last, const Step& next) {
        steps.largest = std::max(steps.largest, last.value);
        add_span(steps, last, next.at_ns);
        last = next;
    }

    // Packets that a port is closed with were never taken; those that a thread exits with were its own.
    void note_alive(const Record& record, uint16_t port) {
        if (port >= side.ports.size()) return;
        uint32_t value = alive[port].value;
        const auto drop = [&](uint64_t count) { value -= static_cast<uint32_t>(std::min<uint64_t>(count, value)); };
        switch (record.kind) {
            case sim::Kind::posted: value += sim::trace_state_is_stop(state(), record) ? 0 : 1; break;
            case sim::Kind::completed: drop(sim::trace_state_is_stop(state(), record) ? 0 : 1); break;
            case sim::Kind::port_closed: case sim::Kind::thread_exit: drop(record.argument); break;
            default: return;
        }
        put_alive(side.ports[port].alive, alive[port], {.at_ns = record.time_ns, .value = value});
    }

    void note_packet(uint32_t number) {
        if (number == sim::kNoPacket || number >= side.trace.records.size()) return;
        const sim::PacketTraceState* packet = state().packets.find(number);
        while (side.packets.size() <= number) side.packets.push_back({});
        if (packet != nullptr) side.packets[number] = {.root = packet->root, .ordinals = packet->ordinals, .generation = packet->generation, .known = true};
    }

    // Snapshots stay within what they may take: when they grow beyond, every second goes and they are taken half as often.
    void snapshot() {
        side.snapshots.push_back(state());
        snapshot_bytes += trace_state_bytes(side.snapshots.back());
        if (snapshot_bytes <= std::max<size_t>(kSnapshotBytes, side.trace.records.size() * sizeof(Record) / kRecordBytesPerSnapshotByte) || side.snapshots.size() < 4) return;
        side.snapshot_stride *= 2;
        snapshot_bytes = 0;
        std::vector<sim::TraceState> kept;
        for (size_t i = 0; i < side.snapshots.size(); i += 2) {
            snapshot_bytes += trace_state_bytes(side.snapshots[i]);
            kept.push_back(std::move(side.snapshots[i]));
        }
        side.snapshots = std::move(kept);
    }

    void take(const Record& record) {
        if (side.indexed % side.snapshot_stride == 0) snapshot();
        side.events.push(sim::narrates(side.trace.header, state(), record));
        switch (record.kind) {
            case sim::Kind::on_processor: case sim::Kind::off_processor: processors->take(record); break;
            case sim::Kind::limit_set:
                if (record.port < side.ports.size()) side.ports[record.port].limits.push_back({.at_ns = record.time_ns, .value = static_cast<uint32_t>(record.argument)});
                break;
            case sim::Kind::completed:
                if (record.time_ns <= run_end_ns) side.times.add(state(), record);
                note_alive(record, record.port);
                break;
            case sim::Kind::posted: case sim::Kind::port_closed: note_alive(record, record.port); break;
            case sim::Kind::thread_exit: note_alive(record, record.thread < state().threads.size() ? state().threads[record.thread].association : sim::kNoPort); break;
            default: break;
        }
        apply(record);
        if (record.kind == sim::Kind::posted) note_packet(record.packet);
        note_thread(record.thread, record.time_ns);
        if (record.kind != sim::Kind::ready && record.kind != sim::Kind::on_processor && record.kind != sim::Kind::off_processor && record.kind != sim::Kind::completed) note_ports(record.time_ns);   // those change no port
        ++side.indexed;
    }
};

bool RunChecker::next() {
    if (!sim::trace_run_whole(trace_, checked_)) return false;
    const std::span<const Record> run = trace_.records.run(checked_);
    if (trace_.header.source == "simulated") fingerprint_.add(run.data(), run.size());
    checked_ += run.size();
    return true;
}

std::string RunChecker::fingerprint() const { return trace_.header.source == "simulated" ? fingerprint_.text() : std::string(); }

SideBuilder::SideBuilder(Side& side) : walk_(std::make_unique<Walk>(side)) {}
SideBuilder::~SideBuilder() = default;

void SideBuilder::measure() { walk_->run_end_ns = sim::trace_end_ns(walk_->side.trace.header, walk_->side.trace.records); }

bool SideBuilder::done() const { return walk_->side.whole(); }

void SideBuilder::advance(uint64_t records_max) {
    Walk& walk = *walk_;
    const uint64_t first = walk.side.indexed;
    const std::span<const Record> run = walk.side.trace.records.run(first);
    const std::span<const Record> some = run.first(static_cast<size_t>(std::min<uint64_t>(run.size(), records_max)));
    for (const Record& record : some) walk.take(record);
}

void SideBuilder::finish(const std::string& fingerprint) {
    Walk& walk = *walk_;
    Side& side = walk.side;
    side.end_ns = std::max<int64_t>(walk.run_end_ns, 1);
    for (uint32_t thread = 0; thread < walk.open.size(); ++thread) walk.close_box(thread, side.end_ns);
    const int64_t last_ns = std::max(side.end_ns, side.trace.records.empty() ? 0 : side.trace.records.back().time_ns);
    for (Lane& lane : side.lanes) lane.levels.finish();
    for (size_t p = 0; p < side.ports.size(); ++p) walk.put_alive(side.ports[p].alive, walk.alive[p], {.at_ns = last_ns, .value = 0});
    for (PortLanes& port : side.ports)
        for (Steps* steps : {&port.depth, &port.active, &port.waiters, &port.alive}) finish_steps(*steps, last_ns);
    walk.processors->finish(side.end_ns);
    side.summary = walk.figures.finish(walk.run_end_ns, sim::lost_records(side.trace.losses));
    side.summary.events = side.trace.records.size();
    side.summary.fingerprint = fingerprint;
}

Side side_begin(sim::OpenTrace trace) {
    Side side;
    side.trace = std::move(trace);
    const sim::TraceHeader& header = side.trace.header;
    side.name = header.source == "simulated" ? "Simulated" : "Measured " + header.backend;
    side.end_ns = std::clamp<int64_t>(header.until_ns >= 0 ? header.until_ns : side.trace.records.empty() ? 0 : side.trace.records.back().time_ns, 1, sim::kDurationMax.ns);
    for (const std::string& name : header.threads) side.lanes.push_back({.name = name, .boxes = {}, .levels = {}});
    for (const sim::TracePort& port : header.ports) side.ports.push_back({.name = port.name, .policy = port.policy, .limit = port.limit, .limits = {}, .depth = {}, .active = {}, .waiters = {}, .alive = {}});
    if (header.has_processors) side.processors.resize(std::min<uint32_t>(header.processors_used, kProcessorsMax));
    side.summary = sim::Summarizer(header).finish(0);
    return side;
}

Side side_build(sim::OpenTrace trace) {
    Side side = side_begin(std::move(trace));
    SideBuilder builder(side);
    builder.measure();
    RunChecker checker(side.trace);
    while (!checker.done() && checker.next()) {}
    while (!builder.done()) builder.advance();
    builder.finish(checker.fingerprint());
    return side;
}

Side side_build(sim::Trace trace) { return side_build(sim::open_trace(std::move(trace))); }

bool same_packet(const PacketName& a, const PacketName& b) { return a.known && b.known && a.root == b.root && a.generation == b.generation && std::equal(a.ordinals.begin(), a.ordinals.begin() + std::min<size_t>(a.generation, a.ordinals.size()), b.ordinals.begin()); }

uint32_t packet_named(const Side& side, const PacketName& name) {
    for (uint32_t packet = 0; packet < side.packets.size(); ++packet)
        if (same_packet(side.packets[packet], name)) return packet;
    return sim::kNoPacket;
}

std::string packet_name(const Side& side, uint32_t number) {
    if (number >= side.packets.size() || !side.packets[number].known) return {};
    const PacketName& name = side.packets[number];
    sim::PacketTraceState packet;
    packet.posted_ns = 0, packet.root = name.root, packet.ordinals = name.ordinals, packet.generation = name.generation;
    return sim::packet_label(side.trace.header, packet, number);
}

size_t side_bytes(const Side& side) {
    size_t bytes = side.events.bytes() + side.packets.bytes() + side.times.bytes();
    for (const Lane& lane : side.lanes) bytes += lane.boxes.bytes() + lane.levels.bytes();
    for (const PortLanes& port : side.ports)
        for (const Steps* steps : {&port.depth, &port.active, &port.waiters, &port.alive}) bytes += steps->steps.bytes() + steps->levels.bytes();
    for (const Levels<ProcessorNode>& levels : side.processors) bytes += levels.bytes();
    for (const sim::TraceState& state : side.snapshots) bytes += trace_state_bytes(state);
    return bytes;
}

}  // namespace gui
