#include <cstdio>

#include "sim/cli/commands.h"
#include "sim/cli/json.h"
#include "sim/predict/predict.h"

namespace sim {

int cmd_predict(const PredictCommandOptions& options) {
    const Result<Trace> trace = trace_read(options.trace);
    if (!trace) return fail("predict", trace.error());
    const Result<Prediction> found = predict(trace.value(), {.sets = options.sets, .seeds = options.seeds});
    if (!found) {
        Error error = found.error();
        if (error.file.empty()) error.file = options.trace;
        return fail("predict", error);
    }
    std::fputs(options.json ? (predict_json(found.value()) + '\n').c_str() : prediction_text(found.value()).c_str(), stdout);
    if (found->accepted) return kExitDone;
    return fail("predict", {.file = options.trace, .what = "no prediction: " + found->why, .hint = {}});
}

}  // namespace sim
