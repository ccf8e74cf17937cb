#include "gui/model/range.h"

#include <algorithm>
#include <cmath>

#include "gui/model/text.h"

namespace gui {

Range::Range(const Side& side, int64_t from_ns, int64_t to_ns, size_t port) : from_ns_(from_ns), to_ns_(std::max(to_ns, from_ns + 1)), now_ns_(from_ns), port_(port) {
    begin_ = at_ = std::min(from_ns > 0 ? records_until(side, from_ns - 1) : 0, side.indexed);
    end_ = std::clamp(records_until(side, to_ns_), begin_, side.indexed);
    state_ = state_after(side, begin_);
    if (at_ >= end_) pass(to_ns_);
}

void Range::pass(int64_t to_ns) {
    to_ns = std::min(to_ns, to_ns_);
    const int64_t ns = to_ns - now_ns_;
    if (ns <= 0) return;
    const auto running = std::ranges::count(state_.threads, sim::ThreadView::running, &sim::ThreadTraceState::view);
    running_ns_ += static_cast<double>(running) * static_cast<double>(ns);
    if (port_ < state_.ports.size() && state_.ports[port_].limit > 0 && state_.ports[port_].active > state_.ports[port_].limit) over_limit_ns_ += ns;
    now_ns_ = to_ns;
}

void Range::count(const sim::Record& record) {
    if (record.kind != sim::Kind::posted && record.kind != sim::Kind::completed) return;
    const sim::PacketTraceState* packet = state_.packets.find(record.packet);
    if (packet == nullptr || packet->stop || packet->posted_ns < 0) return;
    if (record.kind == sim::Kind::posted) {
        ++posted_;
        return;
    }
    ++completed_;
    if (!packet->within) latency_.add(record.time_ns - packet->posted_ns);
}

void Range::advance(const Side& side, uint64_t records_max) {
    if (done()) return;
    for (const uint64_t end = std::min(end_, at_ + records_max); at_ < end; ++at_) {
        const sim::Record& record = side.trace.records[at_];
        pass(record.time_ns);
        sim::trace_state_apply(state_, side.trace.header, record);
        count(record);
    }
    if (done()) pass(to_ns_);
}

RangeFigures Range::figures(const Side& side) const {
    const auto ns = static_cast<double>(std::max<int64_t>(now_ns_ - from_ns_, 1));
    const sim::TraceHeader& header = side.trace.header;
    RangeFigures out{.posted = posted_, .completed = completed_, .throughput_per_s = static_cast<double>(completed_) * 1e9 / ns, .over_limit_ns = over_limit_ns_};
    if (latency_.count() > 0) out.latency_p50_ns = latency_.percentile(50), out.latency_p99_ns = latency_.percentile(99);
    out.running = running_ns_ / ns;
    out.busy = header.has_processors && header.processors_used > 0 ? std::min(out.running / header.processors_used, 1.0) : -1;
    return out;
}

std::vector<RangeRow> range_rows(const RangeFigures& f) {
    const auto latency = [&f](int64_t ns) { return f.completed == 0 ? std::string("-") : time_figure(static_cast<double>(ns)); };
    return {{"posted", number_figure(static_cast<double>(f.posted))},
            {"completed", number_figure(static_cast<double>(f.completed))},
            {"packets/s", number_figure(std::round(f.throughput_per_s))},
            {"total, median", latency(f.latency_p50_ns)},
            {"total, p99", latency(f.latency_p99_ns)},
            f.busy < 0 ? RangeRow{"threads running", number_figure(f.running)} : RangeRow{"processors busy", std::to_string(static_cast<int>(std::lround(f.busy * 100))) + " %"},
            {"over the limit", time_figure(static_cast<double>(f.over_limit_ns))}};
}

}  // namespace gui
