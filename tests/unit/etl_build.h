// A program's recording beside the kernel's log of it, and what the kernel told of a thread, one line each.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/trace/observed.h"
#include "sim/trace/print.h"
#include "sim/trace/raw_merge.h"
#include "tests/etl_writer.h"
#include "tests/unit/raw_build.h"

namespace test {

using namespace sim;

inline constexpr uint8_t kWaiting = 5, kReady = 1, kQueue = 15, kUserRequest = 6, kPageInReason = 9, kPreemptedReason = 32;
using Lines = std::vector<std::string>;

inline RawRecord asked(uint64_t at, uint32_t thread) { return record(RawKind::get_called, at, thread); }
inline RawRecord entry(RawRecord first, uint64_t overlapped) {
    first.kind = RawKind::get_entry;
    first.count = 0;
    first.overlapped = overlapped;
    return first;
}
inline RawRecord wait_called(uint64_t at, uint32_t thread, uint64_t timeout_ns) {
    RawRecord r = record(RawKind::wait_called, at, thread, 0);
    r.value = timeout_ns;
    return r;
}
inline RawRecord wait_returned(uint64_t at, uint32_t thread, uint32_t status) {
    RawRecord r = record(RawKind::wait_returned, at, thread, 0);
    r.status = status;
    return r;
}

inline Trace merged(const RawTrace& raw, EtlWriter& log) {
    const std::vector<uint8_t> bytes = log.bytes();
    const Result<Etl> etl = etl_read("a.etl", bytes.data(), bytes.size());
    REQUIRE_MESSAGE(etl.ok(), etl.error().text());
    return raw_merge(raw, {.port = "", .last_ns = 0, .kernel = &etl.value()}).value();
}

// "250 on_processor 1 packet 0": what the kernel told of a thread.
inline Lines kernel_lines(const Trace& trace, uint32_t thread) {
    Lines lines;
    for (const Record& r : trace.records) {
        const bool tells = r.kind == Kind::ready || r.kind == Kind::on_processor || r.kind == Kind::off_processor || r.kind == Kind::block_begin || r.kind == Kind::block_end;
        if (!tells || r.thread != thread) continue;
        std::string text = std::to_string(r.time_ns) + ' ' + std::string(kind_name(r.kind));
        if (r.kind == Kind::on_processor || r.kind == Kind::off_processor) text += ' ' + std::to_string(r.processor);
        if (r.packet != kNoPacket) text += " packet " + std::to_string(r.packet);
        if (r.argument != 0) text += " argument " + std::to_string(r.argument);
        if (r.flags != 0) text += " flags " + std::to_string(r.flags);
        lines.push_back(text);
    }
    return lines;
}

// Thread 12 (0 in the trace) waits for a packet that thread 8 (1) posts at 200, handles it from 300 on, and asks again at 500.
inline RawTrace one_packet() {
    RawTrace raw = empty_raw();
    raw.rings[0] = {created(10, 2), posted(200, 8, 1, 16)};
    raw.rings[1] = {asked(100, 12), got(300, 12, 1, 1, 16), asked(500, 12)};
    return raw;
}

}  // namespace test
