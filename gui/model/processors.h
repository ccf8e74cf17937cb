// Which thread runs on which processor when, and where a thread goes on on another one than before: runs one by one where few
// records are in sight, columns beyond. No ImGui.
#pragma once
#include <vector>

#include "gui/model/columns.h"

namespace gui {

struct ProcessorRun {
    int64_t begin_ns = 0, end_ns = 0;
    uint32_t thread = sim::kNoThread, packet = sim::kNoPacket;
    uint16_t processor = 0;
    bool migrated = false;                ///< its thread ran on another processor before
    bool operator==(const ProcessorRun&) const = default;
};

struct ProcessorRuns {
    bool known = false;                   ///< false: too much in sight
    std::vector<ProcessorRun> runs;       ///< by processor, then by time; cut at the ends of what was asked for
};

inline constexpr uint64_t kRunRecords = 40'000;      ///< in sight, at most

/// Those in [from_ns, to_ns). Kept until another part is asked for.
const ProcessorRuns& processor_runs(const Side& side, int64_t from_ns, int64_t to_ns);

/// Of one processor: as Column, busy as `running`; in the place of the longest wait the number of migrations to it.
void processor_columns(const Side& side, size_t processor, const ProcessorRuns& runs, const ColumnGrid& grid, std::vector<Column>& out);

/// Makes the levels of a side's processors while it is built.
class ProcessorBuilder {
public:
    /// Pieces of each; `unnamed`: of processors that the header does not count.
    ProcessorBuilder(Side& side, Grid grid, Grid unnamed);
    void take(const sim::Record& record);
    void finish(int64_t end_ns);

private:
    struct Open { uint32_t thread = sim::kNoThread; int64_t since_ns = 0; bool migrated = false; };
    Side& side_;
    Grid unnamed_;
    std::vector<Open> open_;              ///< by processor
    std::vector<uint16_t> last_;          ///< by thread

    void close(size_t processor, int64_t at_ns);
};

}  // namespace gui
