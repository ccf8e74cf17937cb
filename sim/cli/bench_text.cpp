#include "sim/cli/bench_text.h"

#include <array>
#include <cstdio>

namespace sim {
namespace {

double per_s(uint64_t count, double seconds) { return seconds > 0 ? static_cast<double>(count) / seconds : 0; }

}  // namespace

std::string bench_text(const BenchFigures& f) {
    std::array<char, 512> text{};
    std::snprintf(text.data(), text.size(),
                  "%-14s %14s %14s %10s\n"
                  "%-14s %14.0f %14.0f %8.3f s\n"
                  "%-14s %14.0f %14.0f %8.3f s   %.2f GB on %s\n",
                  "", "packets/s", "records/s", "time", "without trace", per_s(f.packets, f.without_trace_s), per_s(f.events, f.without_trace_s), f.without_trace_s, "with trace", per_s(f.packets, f.with_trace_s),
                  per_s(f.events, f.with_trace_s), f.with_trace_s, static_cast<double>(f.bytes) / 1e9, f.file_system.c_str());
    return text.data();
}

std::string bench_json(const BenchFigures& f) {
    std::array<char, 512> text{};
    std::snprintf(text.data(), text.size(),
                  R"({"without_trace":{"packets_per_s":%.0f,"events_per_s":%.0f},"with_trace":{"packets_per_s":%.0f,"events_per_s":%.0f,"bytes":%llu,"file_system":"%s"}})",
                  per_s(f.packets, f.without_trace_s), per_s(f.events, f.without_trace_s), per_s(f.packets, f.with_trace_s), per_s(f.events, f.with_trace_s), static_cast<unsigned long long>(f.bytes), f.file_system.c_str());
    return text.data();
}

std::string rewind_text(const RewindFigures& f) {
    std::array<char, 512> text{};
    std::snprintf(text.data(), text.size(),
                  "%-14s %llu records, walked through once in %.2f s\n"
                  "%-14s median %.2f ms   p99 %.2f ms   longest %.2f ms, of %llu random ones\n"
                  "%-14s %llu snapshots, process %.0f MB\n"
                  "%-14s %llu of %llu positions have the hash of a run stopped there\n",
                  "run", static_cast<unsigned long long>(f.events), f.build_s, "go to a record", f.p50_ms, f.p99_ms, f.max_ms, static_cast<unsigned long long>(f.seeks), "memory", static_cast<unsigned long long>(f.snapshots), f.rss_mb,
                  "exact", static_cast<unsigned long long>(f.hashes_equal), static_cast<unsigned long long>(f.hashes_checked));
    return text.data();
}

std::string rewind_json(const RewindFigures& f) {
    std::array<char, 512> text{};
    std::snprintf(text.data(), text.size(), R"({"events":%llu,"build_s":%.3f,"seek_ms":{"p50":%.3f,"p99":%.3f,"max":%.3f},"seeks":%llu,"snapshots":%llu,"rss_mb":%.1f,"hashes":{"checked":%llu,"equal":%llu}})",
                  static_cast<unsigned long long>(f.events), f.build_s, f.p50_ms, f.p99_ms, f.max_ms, static_cast<unsigned long long>(f.seeks), static_cast<unsigned long long>(f.snapshots), f.rss_mb, static_cast<unsigned long long>(f.hashes_checked),
                  static_cast<unsigned long long>(f.hashes_equal));
    return text.data();
}

}  // namespace sim
