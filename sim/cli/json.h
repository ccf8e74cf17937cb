// Answers as JSON text (docs/design.md 5). The one place of the commands that includes nlohmann/json.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/calibrate/calibrate.h"
#include "sim/cli/follow.h"
#include "sim/cli/sweep.h"
#include "sim/cli/tie_shuffle.h"
#include "sim/compare/compare.h"
#include "sim/identify/identify.h"
#include "sim/predict/predict.h"
#include "sim/scenario/load.h"
#include "sim/trace/file.h"
#include "sim/trace/summary.h"

namespace sim {

std::string summary_json(const Summary& summary);
std::string scenarios_json(const std::vector<ScenarioEntry>& entries);
std::string compare_json(const Comparison& comparison);
/// Of several, each with the same side a: {"comparisons": [...]}.
std::string compare_json(const std::vector<Comparison>& comparisons);
/// {"verdict","candidates","policies":[{"policy","decisions","agree","contradict","undecided","first_contradiction"}],"notes"}
std::string identify_json(const Identification& answer);
/// {"values":[{"what","distribution","count","mean_ns","deviation_ns","distance"}],"arrivals":[text],"notes":[text],"handlings","lost"}
std::string calibrate_json(const Calibration& calibration);
/// {"accepted","fit":[{"metric","recorded","simulated","allowed","holds"}],"predicted":summary|null,"figures":[{"metric","median","low","high"}],"why","notes","seeds"}
std::string predict_json(const Prediction& prediction);
enum class JsonShape { indented, line };
std::string info_json(const TraceOverview& trace, JsonShape shape = JsonShape::indented);
/// {"records","lost","unseen","threads","elapsed_ns","ports":[{"name","posted","dequeued","depth"}]} in one line
std::string follow_json(const FollowFigures& figures);

/// An array of points, each {"set":{PATH:VALUE},"metrics":{M:x}}; values that are numbers are numbers.
std::string sweep_json(const SweepRequest& request, const std::vector<SweepPoint>& points);

/// One line of `portside rules`.
struct RulesPort { std::string name; uint64_t active, limit; std::vector<std::string> queue, waiters; };
struct RulesEffect { std::string name, subject; bool has_packets = false; std::vector<std::string> packets; };
std::string rules_answer_json(const std::string& command, const std::vector<RulesEffect>& effects, const std::vector<RulesPort>& ports);
std::string rules_error_json(const std::string& command, const std::string& error);

/// {"absent":why}, for a figure that can't be had here.
std::string absent_json(const std::string& why);

/// {"scenario","seed","reruns","other_traces","figures":[{"metric","defined","lowest","highest"}]}
std::string ties_json(const TieReport& report);

/// Every number in a JSON text with its dotted path, in the order of the text; elements of arrays by their name.
std::vector<std::pair<std::string, double>> json_numbers(const std::string& json);
/// A number at a dotted path of a JSON text ("ports.port.depth.mean": arrays by the name of their element), for --expect.
std::optional<double> json_number_at(const std::string& json, const std::string& path);

}  // namespace sim
