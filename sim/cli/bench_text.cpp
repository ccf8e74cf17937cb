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

}  // namespace sim
