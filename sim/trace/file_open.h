// Opens a trace to look at: a large file is mapped, and its records are read where they lie. For the window.
#pragma once
#include <memory>
#include <string>

#include "sim/trace/file.h"
#include "sim/trace/records.h"

namespace sim {

/// A trace whose records may lie in its file.
struct OpenTrace {
    TraceHeader header;
    Records records;
    std::vector<Loss> losses;
    std::vector<std::string> damage;
    bool whole = true;
    std::string path;                     ///< of a mapped file; "": all is in memory
};
OpenTrace open_trace(Trace trace);
/// All of it in memory again, for who needs that.
Trace trace_of(const OpenTrace& open);

/// Files of less than this are read, larger ones mapped where the system can.
inline constexpr uint64_t kMapBytes = 8 << 20;

/// As trace_read, but a large file that was closed properly opens at once: what its chunks hold is not looked at. Whoever goes
/// through the records calls `trace_run_whole` first; where that is false, `trace_read` tells what is damaged and reads the rest.
/// A file must not become shorter while it is open: writers of traces replace a file, they don't write into it.
Result<OpenTrace> trace_open(const std::string& path, uint64_t map_bytes = kMapBytes);
/// Whether the run of records from `number` on (a multiple of Records::run_records) is as it was written: its checksum holds,
/// its records make sense and follow each other in time. What is in memory was checked when it was read.
bool trace_run_whole(const OpenTrace& trace, uint64_t number);
/// These records won't be looked at soon: they need not stay in memory (they are in the file).
void trace_forget_runs(const OpenTrace& trace, uint64_t from, uint64_t to);

}  // namespace sim
