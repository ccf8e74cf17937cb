#include "sim/trace/summary.h"

#include <algorithm>

#include "sim/trace/histogram.h"
#include "sim/trace/print.h"
#include "sim/trace/state.h"

namespace sim {

int64_t Histogram::percentile(uint32_t percent) const {
    if (count_ == 0) return 0;
    const uint64_t rank = std::max<uint64_t>((count_ * percent + 99) / 100, 1);
    uint64_t seen = 0;
    for (size_t block = 0; block < kBlocks; ++block)
        for (size_t i = 0; blocks_[block] && i < kBlock; ++i) {
            seen += (*blocks_[block])[i];
            if (seen >= rank) return static_cast<int64_t>(std::min(middle((block << kMantissaBits) + i), max_));
        }
    return max();
}

namespace {

// A value over time: mean weighted with time, and the largest.
struct OverTime {
    double value_ns = 0;
    uint64_t max = 0;
    void pass(uint64_t value, int64_t ns) { value_ns += static_cast<double>(value) * static_cast<double>(ns); }
    void reach(uint64_t value) { max = std::max(max, value); }
};

struct PortSums { OverTime depth, active; int64_t over_limit_ns = 0; };

Spread spread_of(const Histogram& h) {
    return {.count = h.count(), .mean = h.mean(), .p50 = h.percentile(50), .p90 = h.percentile(90), .p99 = h.percentile(99), .max = h.max()};
}

int64_t* bucket_of(ThreadFigures& figures, ThreadView view) {
    switch (view) {
        case ThreadView::running: return &figures.running_ns;
        case ThreadView::ready: return &figures.ready_ns;
        case ThreadView::blocked: return &figures.blocked_ns;
        case ThreadView::suspended: return &figures.suspended_ns;
        case ThreadView::unknown:             // not seen yet: it waits to be needed
        case ThreadView::exited:              // nor is it needed any more
        case ThreadView::waiting: return &figures.waiting_ns;
    }
    return nullptr;
}

}  // namespace

struct Summarizer::State {
    TraceHeader header;
    TraceState trace;
    Summary summary;
    Histogram latency, queue_wait;
    std::vector<PortSums> ports;
    std::vector<uint32_t> last_on_processor;

    // Time goes on from the last record to `to_ns` with nothing changing.
    void pass_time(int64_t to_ns) {
        const int64_t ns = to_ns - std::max<int64_t>(trace.now_ns, 0);
        if (ns <= 0) return;
        if (ports.size() < trace.ports.size()) ports.resize(trace.ports.size());
        for (size_t p = 0; p < trace.ports.size(); ++p) {
            const PortTraceState& port = trace.ports[p];
            ports[p].depth.pass(port.queue.size(), ns);
            ports[p].active.pass(port.active, ns);
            if (port.limit > 0 && port.active > port.limit) ports[p].over_limit_ns += ns;
        }
    }

    void leave_view(uint32_t thread, ThreadView view, int64_t since_ns, int64_t now_ns) {
        while (thread >= summary.threads.size()) summary.threads.push_back({.name = thread_label(header, static_cast<uint32_t>(summary.threads.size()))});
        if (int64_t* bucket = bucket_of(summary.threads[thread], view)) *bucket += std::max<int64_t>(now_ns, 0) - std::max<int64_t>(since_ns, 0);
    }

    void count_packet(const Record& record) {
        const PacketTraceState* packet = trace.packets.find(record.packet);
        if (packet == nullptr || packet->stop || packet->posted_ns < 0) return;
        if (record.kind == Kind::posted) ++summary.posted;
        if (record.kind == Kind::completed) {
            ++summary.completed;
            summary.compute_ns += record.argument;
            if (!packet->within) latency.add(record.time_ns - packet->posted_ns);
            if (record.thread < summary.threads.size()) ++summary.threads[record.thread].packets;
        }
    }

    void count_wait_of(uint32_t number, int64_t now_ns) {
        const PacketTraceState* packet = trace.packets.find(number);
        if (packet != nullptr && !packet->stop && packet->posted_ns >= 0 && packet->got_ns == now_ns && !packet->within) queue_wait.add(now_ns - packet->posted_ns);
    }

    // Every packet that this get brought: with decisions one return tells of a whole batch.
    void count_wait(const Record& record) {
        if (record.packet == kNoPacket || record.thread >= trace.threads.size()) return;
        if (!header.has_decisions) return count_wait_of(record.packet, record.time_ns);
        for (uint32_t number : trace.threads[record.thread].packets) count_wait_of(number, record.time_ns);
    }

    void count_switch(const Record& record) {
        if (record.processor == kNoProcessor) return;
        if (record.processor >= last_on_processor.size()) last_on_processor.resize(size_t{record.processor} + 1, kNoThread);
        uint32_t& last = last_on_processor[record.processor];
        if (last != kNoThread && last != record.thread) ++summary.context_switches;
        last = record.thread;
    }
};

Summarizer::Summarizer(const TraceHeader& header) : state_(new State) {
    state_->header = header;
    state_->trace = trace_state_begin(header);
    Summary& summary = state_->summary;
    summary.source = header.source;
    summary.policy = header.policy;
    summary.backend = header.backend;
    summary.scenario = header.scenario;
    summary.made_by = header.made_by;
    summary.seed = header.seed;
    summary.threads.resize(header.threads.size());
    for (size_t t = 0; t < header.threads.size(); ++t) summary.threads[t].name = header.threads[t];
}

Summarizer::Summarizer(Summarizer&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
Summarizer::~Summarizer() { delete state_; }

void Summarizer::add(const Record& record) {
    State& s = *state_;
    ++s.summary.events;
    if (s.header.until_ns >= 0 && record.time_ns > s.header.until_ns) return;
    s.pass_time(record.time_ns);
    const bool known = record.thread < s.trace.threads.size();
    const ThreadView view = known ? s.trace.threads[record.thread].view : ThreadView::unknown;
    const int64_t since_ns = known ? s.trace.threads[record.thread].since_ns : 0;
    if (record.kind == Kind::completed) s.count_packet(record);   // before it is dropped
    trace_state_apply(s.trace, s.header, record);
    if (record.thread < s.trace.threads.size() && s.trace.threads[record.thread].view != view) s.leave_view(record.thread, view, since_ns, record.time_ns);
    if (record.kind == Kind::posted) s.count_packet(record);
    if (record.kind == Kind::get_returned) s.count_wait(record);
    if (record.kind == Kind::block_begin && (record.flags & ~kTimedBlock) == 0 && !is_background(s.header, record.thread)) s.summary.block_ns += record.argument;
    if (record.kind == Kind::on_processor) s.count_switch(record);
    if (record.port < s.trace.ports.size()) {
        if (s.ports.size() < s.trace.ports.size()) s.ports.resize(s.trace.ports.size());
        const PortTraceState& port = s.trace.ports[record.port];
        s.ports[record.port].depth.reach(port.queue.size());
        s.ports[record.port].active.reach(port.active);
    }
}

const TraceState& Summarizer::trace() const { return state_->trace; }

Summary Summarizer::finish(int64_t end_ns, uint64_t losses) {
    State& s = *state_;
    s.pass_time(end_ns);
    for (uint32_t t = 0; t < s.trace.threads.size(); ++t) s.leave_view(t, s.trace.threads[t].view, s.trace.threads[t].since_ns, end_ns);
    Summary summary = s.summary;
    summary.duration_ns = end_ns;
    summary.left = summary.posted - std::min(summary.posted, summary.completed);
    const double seconds = static_cast<double>(end_ns) / 1e9;
    summary.throughput_per_s = seconds > 0 ? static_cast<double>(summary.completed) / seconds : 0;
    summary.latency = spread_of(s.latency);
    summary.queue_wait = spread_of(s.queue_wait);
    s.ports.resize(s.trace.ports.size());
    for (size_t p = 0; p < s.ports.size(); ++p) {
        PortFigures figures;
        if (p < s.header.ports.size()) { figures.name = s.header.ports[p].name; figures.concurrency = s.header.ports[p].concurrency; }
        const double duration = end_ns > 0 ? static_cast<double>(end_ns) : 1;
        figures.depth_mean = s.ports[p].depth.value_ns / duration;
        figures.depth_max = s.ports[p].depth.max;
        figures.active_mean = s.ports[p].active.value_ns / duration;
        figures.active_max = s.ports[p].active.max;
        figures.over_limit_ns = s.ports[p].over_limit_ns;
        summary.ports.push_back(std::move(figures));
    }
    summary.losses = losses;
    return summary;
}

namespace {

template <class List>
int64_t end_ns_of(const TraceHeader& header, const List& records) {
    if (header.until_ns >= 0) return header.until_ns;
    // Workers that are told to stop come last: their packets' records carry the flag or name such a packet.
    std::vector<uint32_t> stops;
    for (size_t i = 0; i < records.size() && header.source != "simulated"; ++i)   // the model stops nobody
        if (records[i].kind == Kind::posted && (records[i].flags & kStop) != 0) stops.push_back(records[i].packet);
    std::sort(stops.begin(), stops.end());
    for (size_t i = records.size(); i-- > 0;) {
        const Record& record = records[i];
        const bool stop = (record.flags & kStop) != 0 || record.kind == Kind::thread_exit || (record.packet != kNoPacket && std::binary_search(stops.begin(), stops.end(), record.packet) && record.kind != Kind::get_called);
        if (!stop) return std::max<int64_t>(record.time_ns, 0);
    }
    return 0;
}

}  // namespace

int64_t trace_end_ns(const TraceHeader& header, const std::vector<Record>& records) { return end_ns_of(header, records); }
int64_t trace_end_ns(const TraceHeader& header, const Records& records) { return end_ns_of(header, records); }

Summary summarize(const TraceHeader& header, const std::vector<Record>& records, uint64_t losses) {
    Summarizer summarizer(header);
    const int64_t end_ns = trace_end_ns(header, records);
    for (const Record& record : records)
        if (record.time_ns <= end_ns) summarizer.add(record);
    Summary summary = summarizer.finish(end_ns, losses);
    summary.events = records.size();
    if (header.source != "simulated") return summary;
    Fingerprint fingerprint;
    fingerprint.add(records.data(), records.size());
    summary.fingerprint = fingerprint.text();
    return summary;
}

}  // namespace sim
