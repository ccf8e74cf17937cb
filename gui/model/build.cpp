// Builds a side from its trace: one walk over the records.
#include <algorithm>

#include "gui/model/side.h"
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

constexpr size_t kSnapshotBytes = 128 << 20;

void add_step(Steps& steps, int64_t at_ns, uint32_t value) {
    if (!steps.empty() && steps.back().value == value) return;
    if (!steps.empty() && steps.back().at_ns == at_ns) steps.back().value = value;
    else steps.push_back({at_ns, value});
}

struct Builder {
    Side& side;
    sim::TraceState state;
    size_t bytes = 0;                     // of the snapshots

    struct Open { ThreadView view = ThreadView::unknown; uint32_t packet = sim::kNoPacket; int64_t since_ns = 0; };
    std::vector<Open> open;

    void close_box(uint32_t thread, int64_t now_ns) {
        const Open& box = open[thread];
        BoxKind kind{};
        if (box_kind(box.view, kind) && now_ns > box.since_ns) side.lanes[thread].boxes.push_back({.begin_ns = box.since_ns, .end_ns = now_ns, .packet = box.packet, .kind = kind});
    }

    void note_thread(uint32_t thread, int64_t now_ns) {
        if (thread >= state.threads.size()) return;
        if (thread >= side.lanes.size()) side.lanes.resize(size_t{thread} + 1);
        if (thread >= open.size()) open.resize(size_t{thread} + 1);
        const sim::ThreadTraceState& t = state.threads[thread];
        const uint32_t packet = t.packets.empty() ? sim::kNoPacket : t.packets.front();
        if (open[thread].view == t.view && open[thread].packet == packet) return;
        close_box(thread, now_ns);
        open[thread] = {t.view, packet, now_ns};
    }

    void note_ports(int64_t now_ns) {
        for (size_t p = 0; p < state.ports.size() && p < side.ports.size(); ++p) {
            const sim::PortTraceState& port = state.ports[p];
            if (side.trace.header.has_decisions) add_step(side.ports[p].depth, now_ns, static_cast<uint32_t>(port.queue.size()));
            add_step(side.ports[p].active, now_ns, port.active);
            add_step(side.ports[p].waiters, now_ns, static_cast<uint32_t>(port.waiters.size()));
        }
    }

    // Snapshots stay within kSnapshotBytes: when they grow beyond, every second goes and they are taken half as often.
    void snapshot() {
        side.snapshots.push_back(state);
        bytes += trace_state_bytes(state);
        if (bytes <= kSnapshotBytes || side.snapshots.size() < 4) return;
        side.snapshot_stride *= 2;
        bytes = 0;
        std::vector<sim::TraceState> kept;
        for (size_t i = 0; i < side.snapshots.size(); i += 2) {
            bytes += trace_state_bytes(side.snapshots[i]);
            kept.push_back(std::move(side.snapshots[i]));
        }
        side.snapshots = std::move(kept);
    }

    void walk() {
        const sim::TraceHeader& header = side.trace.header;
        for (uint64_t i = 0; i < side.trace.records.size(); ++i) {
            const Record& record = side.trace.records[i];
            if (i % side.snapshot_stride == 0) snapshot();
            if (!sim::narrate(header, state, record).empty()) side.events.push_back(i);
            sim::trace_state_apply(state, header, record);
            if (record.kind == sim::Kind::posted && record.packet != sim::kNoPacket && record.packet < side.trace.records.size()) {
                if (record.packet >= side.packet_labels.size()) side.packet_labels.resize(size_t{record.packet} + 1);
                side.packet_labels[record.packet] = sim::packet_label(header, state, record.packet);
            }
            note_thread(record.thread, record.time_ns);
            note_ports(record.time_ns);
        }
    }
};

}  // namespace

Side side_build(sim::Trace trace) {
    Side side;
    side.trace = std::move(trace);
    side.name = side.trace.header.source == "simulated" ? "Simulated" : "Measured " + side.trace.header.backend;
    const sim::TraceHeader& header = side.trace.header;
    side.summary = sim::summarize(header, side.trace.records, sim::lost_records(side.trace));
    side.end_ns = std::max<int64_t>(side.summary.duration_ns, 1);
    for (const std::string& name : header.threads) side.lanes.push_back({.name = name, .boxes = {}});
    for (const sim::TracePort& port : header.ports) side.ports.push_back({.name = port.name, .policy = port.policy, .limit = port.limit, .depth = {}, .active = {}, .waiters = {}});
    Builder builder{.side = side, .state = sim::trace_state_begin(header), .bytes = 0, .open = {}};
    builder.walk();
    for (uint32_t thread = 0; thread < builder.open.size(); ++thread) builder.close_box(thread, side.end_ns);
    return side;
}

std::vector<std::string> side_titles(const Side& side, size_t port) {
    const sim::TraceHeader& header = side.trace.header;
    port = std::min(port, std::max<size_t>(side.ports.size(), 1) - 1);
    const bool several = side.ports.size() > 1;
    const std::string& policy = side.ports.empty() ? header.policy : side.ports[port].policy;
    const std::string maker = header.source == "simulated" ? "policy " + policy : header.made_by;
    const std::string processors = std::to_string(header.processors_used) + (header.processors_used == 1 ? " processor" : " processors");
    const std::string limit = side.ports.empty() ? std::string() : "limit " + std::to_string(side.ports[port].limit), end = limit.empty() ? limit : ", " + limit;
    const std::string name = several ? "port " + side.ports[port].name : std::string();   // the strips and the picture show one
    const std::string of = several ? " (" + std::to_string(port + 1) + " of " + std::to_string(side.ports.size()) + "): " : "";
    std::vector<std::string> titles;
    if (header.processors_used != header.processors_asked) titles.push_back(name + of + maker + ", " + processors + " of " + std::to_string(header.processors_asked) + " asked for" + end);
    titles.push_back(name + of + maker + ", " + processors + end);
    titles.push_back(name + of + maker + end);
    if (several) titles.insert(titles.end(), {name + end, name});
    else titles.push_back(limit);
    return titles;
}

}  // namespace gui
