// From a recording to a scenario that simulates it: arrivals, work, waits and costs, each with its spread and how well a known
// distribution fits. Reads records only: of the header, names and which kinds of records there are (header_without_claims).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/calibrate/fit.h"
#include "sim/calibrate/loop.h"
#include "sim/calibrate/observe.h"

namespace sim {

/// One value of the scenario with what it rests on.
struct CalibratedValue {
    std::string what;                     ///< "compute 1 of key 1", "wake_latency"
    Fit fit;
};

struct Calibration {
    std::string scenario;                 ///< TOML; it parses and simulates
    std::vector<CalibratedValue> values;  ///< in the order of the text
    std::vector<std::string> arrivals;    ///< a sentence for each stream: open or closed, and how that was told
    std::vector<std::string> notes;       ///< what the scenario leaves out or takes as it was
    uint64_t handlings = 0;               ///< packets that the work is taken from
    uint64_t lost = 0;                    ///< records that the recording lost
};

struct CalibrateOptions {
    /// Open streams at the moments at which their packets came, up to kMomentsKept of them; else as `poisson` or `every` where that fits.
    bool keep_moments = false;
    bool same_ports = false;              ///< ports that nobody serves are kept up to the last one that somebody does: each has the number it was recorded with
    Stop stop{};                          ///< asked: it ends with an error
};
inline constexpr size_t kMomentsKept = 100'000;

/// Error: nothing was handled, or the recording has what no scenario of this kind describes.
Result<Calibration> calibrate(const Trace& trace, const CalibrateOptions& options = {});

/// For a terminal: the values with spread and fit, the arrivals, the notes.
std::string calibration_text(const Calibration& calibration);

}  // namespace sim
