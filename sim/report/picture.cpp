#include "sim/report/picture.h"

#include <algorithm>
#include <array>

#include "sim/trace/print.h"

namespace sim {
namespace {

constexpr size_t kLanesLookedAt = 4096;   // threads that may become a lane

class Looking {
public:
    Looking(const Trace& trace, const PictureOptions& options) : trace_(trace), o_(options), state_(trace_state_begin(trace.header)) {
        out_.port.resize(std::max<size_t>(o_.columns, 1));
    }

    Picture run() {
        for (const Record& record : trace_.records) {
            if (record.time_ns > std::max(o_.to_ns, o_.end_ns)) break;
            pass_port(record.time_ns);
            trace_state_apply(state_, trace_.header, record);
            look_at_port(record.time_ns);
            if (record.thread < kLanesLookedAt) look_at_thread(record.thread, record.time_ns);
        }
        pass_port(o_.end_ns);
        for (uint32_t t = 0; t < open_.size(); ++t) close(t, o_.to_ns);
        choose_lanes();
        return std::move(out_);
    }

private:
    struct Open { int64_t from_ns = 0; ThreadView view = ThreadView::unknown; uint32_t packet = kNoPacket; PacketTraceState of_packet; bool begun = false; };
    const Trace& trace_;
    const PictureOptions& o_;
    TraceState state_;
    Picture out_;
    std::vector<Open> open_;              // by thread: what it has been doing
    std::vector<Lane> all_;
    int64_t port_since_ns_ = 0;
    uint32_t depth_ = 0, active_ = 0;
    bool port_known_ = false;

    size_t column_at(int64_t ns, int64_t from_ns, int64_t to_ns) const {
        const double share = static_cast<double>(ns - from_ns) / static_cast<double>(std::max<int64_t>(to_ns - from_ns, 1));
        return static_cast<size_t>(std::clamp(share * static_cast<double>(out_.port.size()), 0.0, static_cast<double>(out_.port.size() - 1)));
    }

    // The port has been as it is since the last record.
    void pass_port(int64_t now_ns) {
        const int64_t to_ns = std::min(now_ns, o_.end_ns);
        if (!port_known_ || to_ns < port_since_ns_) return;
        const size_t first = column_at(port_since_ns_, 0, o_.end_ns), last = column_at(to_ns, 0, o_.end_ns);
        const double width = static_cast<double>(std::max<int64_t>(o_.end_ns, 1)) / static_cast<double>(out_.port.size());
        for (size_t c = first; c <= last; ++c) {
            PortColumn& column = out_.port[c];
            column.known = true;
            column.depth_max = std::max(column.depth_max, depth_);
            column.active_max = std::max(column.active_max, active_);
            if (out_.limit == 0 || active_ <= out_.limit) continue;
            const double from = std::max(static_cast<double>(port_since_ns_), static_cast<double>(c) * width), to = std::min(static_cast<double>(to_ns), static_cast<double>(c + 1) * width);
            column.over_limit += static_cast<float>(std::max(to - from, 0.0) / width);
        }
        port_since_ns_ = to_ns;
    }
    void look_at_port(int64_t now_ns) {
        if (o_.port >= state_.ports.size()) return;
        const PortTraceState& port = state_.ports[o_.port];
        if (!port.open && !port.closed) return;
        if (!port_known_) port_since_ns_ = std::min(now_ns, o_.end_ns);
        port_known_ = true;
        depth_ = static_cast<uint32_t>(port.queue.size());
        active_ = port.active;
        if (port.limit != 0) out_.limit = port.limit;
    }

    void look_at_thread(uint32_t number, int64_t now_ns) {
        if (number >= state_.threads.size()) return;
        if (number >= open_.size()) {
            open_.resize(size_t{number} + 1);
            all_.resize(open_.size());
        }
        const ThreadTraceState& t = state_.threads[number];
        const bool works = t.view == ThreadView::running || t.view == ThreadView::ready || t.view == ThreadView::blocked;
        const uint32_t packet = works && !t.packets.empty() ? t.packets.front() : kNoPacket;
        Open& open = open_[number];
        if (open.begun && open.view == t.view && open.packet == packet) return;
        close(number, now_ns);
        const PacketTraceState* known = packet == kNoPacket ? nullptr : state_.packets.find(packet);   // it may be forgotten when the box ends
        open = {.from_ns = now_ns, .view = t.view, .packet = packet, .of_packet = known == nullptr ? PacketTraceState{} : *known, .begun = true};
    }
    void close(uint32_t number, int64_t now_ns) {
        Open& open = open_[number];
        Lane& lane = all_[number];
        lane.thread = number;
        if (!open.begun) return;
        open.begun = false;
        Box box{.from_ns = std::max(open.from_ns, o_.from_ns), .to_ns = std::min(now_ns, o_.to_ns), .view = open.view, .label = {}};
        if (box.to_ns <= box.from_ns || box.view == ThreadView::unknown || box.view == ThreadView::exited) return;
        ++lane.changes;
        if (lane.columns.empty() && lane.boxes.size() < o_.boxes_max) {
            if (open.packet != kNoPacket) box.label = packet_label(trace_.header, open.of_packet, open.packet);
            return lane.boxes.push_back(std::move(box));
        }
        if (lane.columns.empty()) fold(lane);
        add_to_columns(lane, box);
    }
    void fold(Lane& lane) {
        lane.columns.resize(out_.port.size());
        for (const Box& box : lane.boxes) add_to_columns(lane, box);
        lane.boxes.clear();
    }
    void add_to_columns(Lane& lane, const Box& box) const {
        const double width = static_cast<double>(std::max<int64_t>(o_.to_ns - o_.from_ns, 1)) / static_cast<double>(lane.columns.size());
        const size_t first = column_at(box.from_ns, o_.from_ns, o_.to_ns), last = column_at(box.to_ns, o_.from_ns, o_.to_ns);
        for (size_t c = first; c <= last; ++c) {
            const double from = std::max(static_cast<double>(box.from_ns - o_.from_ns), static_cast<double>(c) * width), to = std::min(static_cast<double>(box.to_ns - o_.from_ns), static_cast<double>(c + 1) * width);
            lane.columns[c][static_cast<size_t>(box.view)] += static_cast<float>(std::max(to - from, 0.0) / width);
        }
    }

    // Those that are asked for, then those that do most.
    void choose_lanes() {
        std::erase_if(all_, [this](const Lane& lane) { return is_background(trace_.header, lane.thread) || (lane.boxes.empty() && lane.columns.empty() && lane.changes == 0); });
        out_.threads = trace_.header.threads.size() - std::min<size_t>(trace_.header.background, trace_.header.threads.size());
        out_.threads = std::max(out_.threads, all_.size());
        const auto asked_for = [this](const Lane& lane) { return std::find(o_.first.begin(), o_.first.end(), lane.thread) != o_.first.end(); };
        if (all_.size() > o_.idle_max) {
            const size_t before = all_.size();
            std::erase_if(all_, [&](const Lane& lane) { return lane_is_idle(lane) && !asked_for(lane); });
            out_.idle = before - all_.size();
        }
        if (all_.size() > o_.lanes_max) {
            std::stable_sort(all_.begin(), all_.end(), [&](const Lane& x, const Lane& y) { return asked_for(x) != asked_for(y) ? asked_for(x) : x.changes > y.changes; });
            all_.resize(o_.lanes_max);
            std::sort(all_.begin(), all_.end(), [](const Lane& x, const Lane& y) { return x.thread < y.thread; });
        }
        out_.lanes = std::move(all_);
    }
};

}  // namespace

bool lane_is_idle(const Lane& lane) {
    return lane.columns.empty() && std::all_of(lane.boxes.begin(), lane.boxes.end(), [](const Box& b) { return b.view == ThreadView::waiting; });
}

Picture picture_of(const Trace& trace, const PictureOptions& options) { return Looking(trace, options).run(); }

}  // namespace sim
