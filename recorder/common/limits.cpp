#include "recorder/common/limits.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "sim/scenario/load.h"
#include "sim/trace/ring_file.h"

namespace recorder {
namespace {

constexpr uint64_t kRingRecordsMin = sim::kRingPage / sizeof(sim::Record);

// By thread: the first of its records before `from_ns` that says where it stands; an earlier `associated` counts apart.
struct Standing { size_t since = SIZE_MAX, associated = SIZE_MAX; };

std::vector<Standing> standings(const sim::Trace& trace, size_t before) {
    std::vector<Standing> all(trace.header.threads.size());
    for (size_t i = 0; i < before; ++i) {
        const sim::Record& record = trace.records[i];
        if (record.thread >= all.size()) continue;
        if (record.kind == sim::Kind::get_called || all[record.thread].since == SIZE_MAX) all[record.thread].since = i;
        if (record.kind == sim::Kind::associated) all[record.thread].associated = i;
    }
    return all;
}

bool is_of_a_packet(sim::Kind kind) {
    switch (kind) {
        case sim::Kind::posted: case sim::Kind::queued: case sim::Kind::handed_over: case sim::Kind::taken: case sim::Kind::detail: case sim::Kind::get_returned: return true;
        default: return false;
    }
}

// A ring that wrapped may have lost them.
void add_beginnings(sim::Trace& trace) {
    std::vector<sim::Record> missing;
    const auto is_there = [&trace](sim::Kind kind, auto is_it) { return std::any_of(trace.records.begin(), trace.records.end(), [&](const sim::Record& r) { return r.kind == kind && is_it(r); }); };
    for (uint16_t port = 0; port < trace.header.ports.size(); ++port) {
        if (is_there(sim::Kind::port_opened, [port](const sim::Record& r) { return r.port == port; })) continue;
        sim::Record record;
        record.kind = sim::Kind::port_opened;
        record.port = port;
        record.argument = trace.header.ports[port].limit;
        missing.push_back(record);
    }
    for (uint32_t thread = 0; thread < trace.header.threads.size(); ++thread) {
        if (is_there(sim::Kind::thread_start, [thread](const sim::Record& r) { return r.thread == thread; })) continue;
        sim::Record record;
        record.kind = sim::Kind::thread_start;
        record.thread = thread;
        missing.push_back(record);
    }
    trace.records.insert(trace.records.begin(), missing.begin(), missing.end());
}

}  // namespace

sim::Result<int64_t> time_of_option(const char* option, const std::string& text) {
    if (text.empty()) return int64_t{0};
    sim::Result<sim::Duration> duration = sim::parse_duration(text);
    if (duration && duration.value().ns > 0) return duration.value().ns;
    return sim::Error{.file = std::string(option) + ' ' + text, .line = 0, .column = 0, .what = duration ? "a time above 0 is needed" : duration.error().what, .hint = "write a number and its unit: 10s"};
}

sim::Result<RecordLimits> record_limits(const LimitOptions& options) {
    RecordLimits limits;
    const sim::Result<int64_t> last = time_of_option("--last", options.last);
    if (!last) return last.error();
    limits.last_ns = last.value();
    if (!options.until.empty()) {
        sim::Result<Until> until = Until::parse(options.until);
        if (!until) return until.error();
        limits.until = until.value();
        limits.until_text = options.until;
    }
    limits.memory_bytes = uint64_t{options.memory_mb} << 20;
    return limits;
}

uint64_t records_within(uint64_t bytes, uint64_t header_bytes, uint64_t rings) {
    const uint64_t fixed = sim::ring_first(header_bytes) + rings * sim::kRingPage;
    const uint64_t records = fixed < bytes ? (bytes - fixed) / rings / sim::kRingPage * kRingRecordsMin : 0;
    return records;
}

void keep_from(sim::Trace& trace, int64_t from_ns) {
    const auto first = std::find_if(trace.records.begin(), trace.records.end(), [from_ns](const sim::Record& r) { return r.time_ns >= from_ns; });
    const auto before = static_cast<size_t>(first - trace.records.begin());
    const std::vector<Standing> standing = standings(trace, before);
    std::unordered_set<uint32_t> used;
    for (size_t i = before; i < trace.records.size(); ++i)
        if (trace.records[i].packet != sim::kNoPacket && trace.records[i].kind != sim::Kind::get_called) used.insert(trace.records[i].packet);
    std::vector<sim::Record> kept;
    for (size_t i = 0; i < before; ++i) {
        const sim::Record& record = trace.records[i];
        const bool begins = record.kind == sim::Kind::port_opened || record.kind == sim::Kind::thread_start;
        const bool stands = record.thread < standing.size() && (i >= standing[record.thread].since || i == standing[record.thread].associated);
        if (begins || stands || (is_of_a_packet(record.kind) && used.contains(record.packet))) kept.push_back(record);
    }
    kept.insert(kept.end(), first, trace.records.end());
    trace.records = std::move(kept);
    add_beginnings(trace);
}

}  // namespace recorder
