// What on_processor and off_processor of any recording must obey: a thread has one processor at a time, a processor one thread.
#pragma once
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "sim/trace/file.h"

namespace test {

inline void check_lanes(const sim::Trace& trace) {
    std::map<uint32_t, uint16_t> processor_of;      // threads that have one
    std::map<uint16_t, uint32_t> thread_on;
    uint64_t bad = 0;
    std::string first;
    for (const sim::Record& record : trace.records) {
        const uint64_t before = bad;
        if (record.kind == sim::Kind::on_processor) {
            bad += processor_of.count(record.thread) + thread_on.count(record.processor);
            processor_of[record.thread] = record.processor;
            thread_on[record.processor] = record.thread;
        }
        if (record.kind == sim::Kind::off_processor) {
            const auto had = processor_of.find(record.thread);
            if (had != processor_of.end()) bad += had->second != record.processor;      // none: it ran when time began
            processor_of.erase(record.thread);
            thread_on.erase(record.processor);
        }
        if (bad > before && first.empty()) first = "thread " + std::to_string(record.thread) + " at " + std::to_string(record.time_ns) + " ns on processor " + std::to_string(record.processor);
    }
    CHECK(first == "");
    if (!trace.header.has_processors) CHECK(thread_on.empty());
}

}  // namespace test
