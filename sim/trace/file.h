// .ptrace files: written in chunks, read whole or damaged. Format: FORMAT.md. No exceptions; nothing crashes on bad bytes.
#pragma once
#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/result.h"
#include "sim/trace/header.h"
#include "sim/trace/record.h"
#include "sim/trace/release_tries.h"

namespace sim {

struct Loss { std::string what; uint64_t records = 0; };      ///< "ring of worker.3 was full", 12

struct Trace {
    TraceHeader header;
    std::vector<Record> records;          ///< in time order from 0 on; each names what its kind needs (names_of)
    std::vector<Loss> losses;             ///< counted by the recorder
    std::vector<std::string> damage;      ///< what the reader could not read, in sentences; empty = whole
    bool whole = true;                    ///< closed properly and nothing damaged
};
uint64_t lost_records(const std::vector<Loss>& losses);
inline uint64_t lost_records(const Trace& trace) { return lost_records(trace.losses); }

/// What is in a trace, without its records.
struct TraceOverview {
    TraceHeader header;
    std::array<uint64_t, static_cast<size_t>(Kind::kind_count)> counts{};   ///< by kind
    uint64_t records = 0;
    int64_t last_ns = 0;                  ///< time of the last one
    ReleaseTries tries;                   ///< before the run
    std::vector<Loss> losses;
    std::vector<std::string> damage;
    bool whole = true;
};

/// Writes one trace; a writer that dies leaves every finished record readable, but of a file beyond 64 MB that gets whole chunks
/// (4096 records at once) the last FileBehind::kBytesBehindMax.
class TraceWriter {
public:
    static Result<TraceWriter> create(const std::string& path, const TraceHeader& header);
    TraceWriter(TraceWriter&&) noexcept;
    TraceWriter& operator=(TraceWriter&&) noexcept;
    ~TraceWriter();
    Status add(const Record* records, size_t count);
    /// Last chunk, losses, index. Without it the file reads as cut off.
    Status close(const std::vector<Loss>& losses = {});

private:
    struct State;
    explicit TraceWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

Status trace_write(const std::string& path, const Trace& trace);
/// Every whole chunk is read, the rest reported in `damage`. Also opens a recorder's ring file (ring_file.h) that was never
/// merged. An error only where nothing can be made of the file: missing, not a trace, header damaged.
Result<Trace> trace_read(const std::string& path);
/// Reads the whole file in little memory, however large it is. The same errors and damage as trace_read.
Result<TraceOverview> trace_overview(const std::string& path);
/// The same as trace_read from bytes in memory (tests; the caller keeps `path` for messages).
Result<Trace> trace_read_bytes(const std::string& path, const std::vector<uint8_t>& bytes);

}  // namespace sim
