// What the recorded work would have done with another setting: calibrated from the recording, held against it, then simulated with
// the change. Reads records only, as sim/calibrate.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/calibrate/calibrate.h"
#include "sim/trace/summary.h"

namespace sim {

/// A figure of the recording beside the same of its simulation: the median over the seeds.
struct FitFigure {
    std::string metric;                   ///< "latency_ns.p50"
    double recorded = 0, simulated = 0;
    double allowed = 0;                   ///< share of the recorded value by which the two may differ
    bool holds = false;
};
/// A predicted figure over the seeds.
struct PredictedFigure {
    std::string metric;
    double median = 0, low = 0, high = 0;
};

struct Prediction {
    bool accepted = false;                ///< else there is nothing beyond `fit` and `why`
    std::string why;                      ///< not accepted: the reason, and what would help
    std::vector<FitFigure> fit;
    std::vector<PredictedFigure> figures;
    Summary predicted;                    ///< the run whose median latency is the middle one
    Summary recorded;
    std::vector<std::string> sets;
    uint32_t seeds = 0;
    std::vector<std::string> notes;       ///< of the calibration
};

/// The scenario of a recording, and whether its simulation is the recording.
struct FittedScenario {
    std::string scenario;                 ///< TOML; "": the recording is not enough for one
    std::vector<FitFigure> fit;
    std::string why;                      ///< there is none, or it does not fit: the reason, and what would help; "": it fits
    Summary recorded;
    std::vector<std::string> notes;       ///< of the calibration
};

struct PredictOptions {
    std::vector<std::string> sets;        ///< of the calibrated scenario: "port.port.concurrency=4"
    uint32_t seeds = 9;                   ///< simulations of each setting, 1..1000
    bool same_ports = false;              ///< CalibrateOptions
    Stop stop{};                          ///< asked: it ends with an error
};

/// The scenario calibrated from the recording, simulated as recorded and held against it. `sets` are only checked. Error: as for `predict`.
Result<FittedScenario> fit_recording(const Trace& trace, const PredictOptions& options = {});
/// Error: the recording can't be calibrated, or a --set names nothing in the calibrated scenario.
Result<Prediction> predict(const Trace& trace, const PredictOptions& options);

/// For a terminal.
std::string prediction_text(const Prediction& prediction);

}  // namespace sim
