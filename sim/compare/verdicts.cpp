#include "sim/compare/verdicts.h"

#include <algorithm>

#include "sim/identify/exact.h"
#include "sim/identify/identify.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

bool is_simulated(const Trace& trace) { return trace.header.source == "simulated"; }

// What the simulated side's ports do, as one variant.
std::optional<Variant> variant_of(const Trace& simulated, std::string& why_not) {
    const TraceHeader& header = simulated.header;
    const auto none = [&why_not](std::string why) {
        why_not = std::move(why);
        return std::nullopt;
    };
    if (header.ports.empty()) return none("the simulated side has no port");
    const TracePort& first = header.ports.front();
    const std::optional<Policy> policy = policy_from_name(first.policy);
    if (!policy) return none("no policy is called '" + first.policy + "' here");
    if (first.policy == "aix") return none("whom aix releases is not known in public");
    if (std::any_of(header.ports.begin(), header.ports.end(), [&](const TracePort& port) { return port.policy != first.policy; })) return none("the simulated ports follow different policies");
    Variant variant{.policy = *policy, .limit = std::max(first.limit, uint32_t{1}), .options = {}};
    const Result<Scenario> scenario = scenario_parse(header.scenario_text, header.scenario, header.sets);
    if (!scenario || scenario->ports.empty()) return variant;      // a trace without its scenario: the usual options
    variant.options = scenario->ports.front().options;
    if (std::any_of(scenario->ports.begin(), scenario->ports.end(), [&](const PortParams& port) { return !(port.options == variant.options); })) return none("the simulated ports have different options");
    return variant;
}

}  // namespace

std::optional<Verdicts> judge_sides(const Trace& a, const Trace& b, std::string& why_not, const Stop& stop) {
    if (!is_simulated(a) && !is_simulated(b)) {
        why_not = "neither side is simulated: portside identify holds a recording against every policy";
        return std::nullopt;
    }
    Verdicts out;
    out.of_a = !is_simulated(a);
    const Trace& judged = out.of_a ? a : b;
    const std::optional<Variant> variant = variant_of(out.of_a ? b : a, why_not);
    if (!variant) return std::nullopt;
    out.policy = std::string(policy_name(variant->policy));
    out.by_calls = !tells_decisions(judged.records);
    out.explained = explain_by(judged, *variant, stop);
    return out;
}

}  // namespace sim
