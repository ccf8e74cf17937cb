// Makes a side from its trace, some records at a time, so that a window can show what is there while the rest is read. No ImGui.
#pragma once
#include <memory>
#include <string>

#include "gui/model/side.h"

namespace gui {

/// The name, the header's lanes and ports, how long the run is: what is known without reading the records.
Side side_begin(sim::OpenTrace trace);

/// Looks at the runs of records of a trace as its file has them, and makes the fingerprint on the way; changes nothing. May run
/// ahead of who reads them.
class RunChecker {
public:
    explicit RunChecker(const sim::OpenTrace& trace) : trace_(trace) {}
    bool done() const { return checked_ >= trace_.records.size(); }
    /// The next run; false: it is not whole, and the trace has to be read again by who can (sim::trace_read).
    bool next();
    uint64_t checked() const { return checked_; }   ///< records
    /// Of a simulated trace, "" of others.
    std::string fingerprint() const;

private:
    const sim::OpenTrace& trace_;
    sim::Fingerprint fingerprint_;
    uint64_t checked_ = 0;
};

/// Reads the records of a side: `measure`, which changes nothing, then `advance` until `done`, then `finish`. Only what was checked
/// should be read.
class SideBuilder {
public:
    explicit SideBuilder(Side& side);
    ~SideBuilder();
    SideBuilder(const SideBuilder&) = delete;
    SideBuilder& operator=(const SideBuilder&) = delete;

    /// Where the run ends, as its figures mean it: of a recording that takes a look at all of its records.
    void measure();
    bool done() const;
    /// The next run of records, or `records_max` of them.
    void advance(uint64_t records_max = UINT64_MAX);
    void finish(const std::string& fingerprint);

private:
    struct Walk;
    std::unique_ptr<Walk> walk_;
};

}  // namespace gui
