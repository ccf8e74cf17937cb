// What every handler needs: a record of the call, its times, its caller.
#pragma once
#include <cstring>

#include "recorder/windows/agent/caller.h"
#include "recorder/windows/agent/hooks.h"

namespace recorder::agent {

inline sim::RawRecord record_of(sim::RawKind kind, uint64_t begin, HANDLE handle) {
    sim::RawRecord record;
    record.kind = kind;
    record.begin = begin;
    record.handle = number_of(handle);
    record.thread = static_cast<uint32_t>(GetCurrentThreadId());
    return record;
}

inline uint64_t begin_now() {
    uint16_t processor = 0;
    return ticks(processor);
}
inline void end_now(sim::RawRecord& record) { record.end = ticks(record.processor); }

/// A timeout of the system (100 ns; negative: from now on, else that moment) in ns.
inline uint64_t timeout_ns(const LARGE_INTEGER* timeout) {
    constexpr uint64_t kSystemTime = 0x7FFE0014;   // KUSER_SHARED_DATA
    if (timeout == nullptr) return static_cast<uint64_t>(INT64_MAX);
    int64_t left = 0;
    if (timeout->QuadPart <= 0) {
        left = timeout->QuadPart == INT64_MIN ? INT64_MAX : -timeout->QuadPart;
    } else {
        int64_t now = 0;
        std::memcpy(&now, reinterpret_cast<const void*>(kSystemTime), sizeof now);
        left = timeout->QuadPart > now ? timeout->QuadPart - now : 0;
    }
    return left > INT64_MAX / 100 ? static_cast<uint64_t>(INT64_MAX) : static_cast<uint64_t>(left * 100);
}

}  // namespace recorder::agent
