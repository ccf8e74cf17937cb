// Traces made by hand, record by record.
#pragma once
#include <cstring>
#include <string>
#include <vector>

#include "sim/trace/file.h"
#include "sim/trace/file_format.h"
#include "sim/trace/ring_file.h"

namespace test {

using sim::Kind;
using sim::Record;
using sim::Rule;

/// `threads` workers of one port with `limit` slots.
inline sim::TraceHeader header(uint32_t threads, uint32_t limit, bool decisions = true, bool processors = true) {
    sim::TraceHeader h;
    h.version = sim::kTraceVersion;
    h.source = processors ? "simulated" : "measured";
    h.backend = processors ? "model" : decisions ? "port" : "iocp";
    h.policy = decisions ? "nt" : "";
    h.has_decisions = decisions;
    h.has_processors = processors;
    h.processors_asked = h.processors_used = 2;
    for (uint32_t t = 0; t < threads; ++t) h.threads.push_back("worker." + std::to_string(t));
    h.ports.push_back({.name = "port", .concurrency = limit, .limit = limit, .policy = h.policy});
    h.sources = {"clients"};
    h.source_clients = {0};
    return h;
}

/// One record; what is not about the kind at hand stays away.
struct Made {
    Record record;
    operator Record() const { return record; }   // NOLINT: it is one
    Made packet(uint32_t n) const { Made m = *this; m.record.packet = n; return m; }
    Made with(uint64_t argument) const { Made m = *this; m.record.argument = argument; return m; }
    Made on(uint16_t processor) const { Made m = *this; m.record.processor = processor; return m; }
    Made flags(uint16_t bits) const { Made m = *this; m.record.flags = bits; return m; }
    Made rule(Rule id) const { Made m = *this; m.record.rule = id; return m; }
};

inline Made at(int64_t ns, Kind kind, uint32_t thread = sim::kNoThread) {
    Made m;
    m.record.time_ns = ns;
    m.record.kind = kind;
    m.record.thread = thread;
    m.record.port = 0;
    return m;
}

/// Packet `n` of the only source arrives.
inline Made posted(int64_t ns, uint32_t n, uint32_t poster = sim::kNoThread) { return at(ns, Kind::posted, poster).packet(n).with(sim::packet_identity(0, n)); }

/// The opening records: the port, every thread, and each parked in order.
inline std::vector<Record> opening(const sim::TraceHeader& h) {
    std::vector<Record> out{at(0, Kind::port_opened).with(h.ports[0].limit).rule(Rule::S2)};
    const auto threads = static_cast<uint32_t>(h.threads.size());
    for (uint32_t t = 0; t < threads; ++t) out.push_back(at(0, Kind::thread_start, t));
    for (uint32_t t = 0; t < threads; ++t) {
        out.push_back(at(0, Kind::get_called, t).packet(1).with(INT64_MAX));
        if (!h.has_decisions) continue;
        out.push_back(at(0, Kind::associated, t).rule(Rule::K9));
        out.push_back(at(0, Kind::parked, t).with(t + 1).rule(Rule::K13));
    }
    return out;
}

inline void append(std::vector<Record>& out, std::initializer_list<Record> more) { out.insert(out.end(), more); }

/// A ring file as a recorder leaves it that was killed: rings of `capacity`, each with its records.
inline std::vector<uint8_t> ring_file(const sim::TraceHeader& header, uint64_t capacity, const std::vector<std::vector<Record>>& rings, uint64_t lost = 0) {
    const std::string json = sim::header_to_json(header);
    sim::RingFileHead head{};
    std::memcpy(head.magic, sim::kRingMagic, sizeof head.magic);
    head.version = sim::kTraceVersion;
    head.ring_count = static_cast<uint32_t>(rings.size());
    head.ring_records = capacity;
    head.header_bytes = json.size();
    head.header_checksum = sim::trace_checksum(json.data(), json.size());
    std::vector<uint8_t> bytes(sim::ring_first(json.size()) + rings.size() * sim::ring_stride(capacity));
    std::memcpy(bytes.data(), &head, sizeof head);
    std::memcpy(bytes.data() + sizeof head, json.data(), json.size());
    for (size_t r = 0; r < rings.size(); ++r) {
        uint8_t* ring = bytes.data() + sim::ring_first(json.size()) + r * sim::ring_stride(capacity);
        const uint64_t count = rings[r].size();
        const uint32_t thread = r == 0 ? sim::kNoThread : static_cast<uint32_t>(r - 1);
        std::memcpy(ring, &count, 8);
        std::memcpy(ring + 8, &lost, 8);
        std::memcpy(ring + 16, &thread, 4);
        if (count > 0) std::memcpy(ring + sim::kRingPage, rings[r].data(), count * sizeof(Record));
    }
    return bytes;
}

}  // namespace test
