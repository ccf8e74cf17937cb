#include "sim/cli/json.h"

#include <nlohmann/json.hpp>

#include "sim/trace/print.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

// One line, any bytes: what is no UTF-8 becomes U+FFFD.
std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }
std::string pretty(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json spread_of(const Spread& s) { return {{"mean", s.mean}, {"p50", s.p50}, {"p90", s.p90}, {"p99", s.p99}, {"max", s.max}}; }

Json summary_of(const Summary& s) {
    Json ports = Json::array(), threads = Json::array();
    for (const PortFigures& port : s.ports)
        ports.push_back({{"name", port.name}, {"concurrency", port.concurrency}, {"depth", {{"mean", port.depth_mean}, {"max", port.depth_max}}},
                         {"active", {{"mean", port.active_mean}, {"max", port.active_max}}}, {"over_limit_ns", port.over_limit_ns}});
    for (const ThreadFigures& thread : s.threads)
        threads.push_back({{"name", thread.name}, {"packets", thread.packets}, {"running_ns", thread.running_ns}, {"ready_ns", thread.ready_ns},
                           {"waiting_ns", thread.waiting_ns}, {"blocked_ns", thread.blocked_ns}, {"suspended_ns", thread.suspended_ns}});
    return {{"source", s.source}, {"policy", s.policy}, {"backend", s.backend}, {"scenario", s.scenario}, {"seed", s.seed},
            {"fingerprint", s.fingerprint.empty() ? Json(nullptr) : Json(s.fingerprint)}, {"duration_ns", s.duration_ns}, {"events", s.events},
            {"packets", {{"posted", s.posted}, {"completed", s.completed}, {"left", s.left}}}, {"throughput_per_s", s.throughput_per_s},
            {"latency_ns", spread_of(s.latency)}, {"queue_wait_ns", spread_of(s.queue_wait)}, {"ports", ports}, {"threads", threads},
            {"context_switches", s.context_switches}, {"losses", s.losses}, {"compute_ns", s.compute_ns}, {"block_ns", s.block_ns}};
}

void add_numbers(const Json& json, const std::string& path, std::vector<std::pair<std::string, double>>& out) {
    if (json.is_number()) return out.emplace_back(path, json.get<double>()), void();
    const std::string start = path.empty() ? "" : path + '.';
    if (json.is_object())
        for (const auto& [key, value] : json.items()) add_numbers(value, start + key, out);
    if (json.is_array())
        for (const Json& one : json)
            if (one.is_object()) add_numbers(one, start + one.value("name", ""), out);
}

Json wait_spread_of(const WaitSpread& spread) {
    Json json{{"count", spread.count}};
    for (size_t i = 0; i < kWaitPercents.size(); ++i) json[kWaitPercents[i] == 100 ? "max" : "p" + std::to_string(kWaitPercents[i])] = spread.quantiles_ns[i];
    return json;
}

Json waits_of(const Comparison& c) {
    const WaitsCompared& w = c.waits;
    return {{"a", wait_spread_of(w.a)}, {"b", wait_spread_of(w.b)}, {"b_longer", number_or_null(w.b_longer)}, {"b_shorter", number_or_null(w.b_shorter)}, {"delta", number_or_null(w.delta())},
            {"effect", w.delta() ? Json(effect_size(*w.delta())) : Json(nullptr)}, {"text", waits_text(w, c.b_name)}};
}

Json verdicts_of(const Comparison& c) {
    if (!c.verdicts) return c.no_verdicts.empty() ? Json(nullptr) : Json{{"judged", nullptr}, {"why", c.no_verdicts}};
    const Explained& e = c.verdicts->explained;
    Json json{{"judged", c.verdicts->of_a ? "a" : "b"}, {"policy", c.verdicts->policy}, {"decisions", e.decisions()}, {"agree", e.agree}, {"contradict", e.contradict}, {"undecided", e.undecided}, {"contradictions", Json::array()}};
    for (const Contradiction& one : e.contradictions) json["contradictions"].push_back({{"time_ns", one.time_ns}, {"text", one.text}});
    return json;
}

Json packet_on(const PacketOnSide& side) {
    return {{"wait_ns", side.wait_ns}, {"left", side.left}, {"thread", side.thread == kNoThread ? Json(nullptr) : Json(side.thread)}, {"time_ns", side.decided_ns}, {"text", side.sentence}};
}

Json comparison_of(const Comparison& c) {
    const Agreement& agreement = c.agreement;
    Json json{{"a", summary_of(c.a)}, {"b", summary_of(c.b)},
              {"agreement", {{"packet_order", number_or_null(agreement.packet_order)}, {"wake_order", number_or_null(agreement.wake_order)},
                             {"wake_tau", number_or_null(agreement.wake_tau)}, {"same_thread", number_or_null(agreement.same_thread)}, {"thread_share", number_or_null(agreement.thread_share)}, {"replay", number_or_null(agreement.replay)},
                             {"packet_decisions", agreement.packet_decisions}, {"wake_decisions", agreement.wake_decisions}, {"replay_decisions", agreement.replay_decisions},
                             {"tau_wakes", agreement.tau_wakes}, {"same_thread_decisions", agreement.same_thread_decisions}}},
              {"pairing", {{"by", c.paired_by == PairedBy::identity ? "identity" : "order"}, {"packets", c.paired}, {"only_a", c.only_a}, {"only_b", c.only_b},
                           {"wakes", {{"both", c.wakes.both}, {"same_thread", c.wakes.same_thread}, {"only_a", c.wakes.only_a}, {"only_b", c.wakes.only_b}}}}},
              {"waits", waits_of(c)}, {"verdicts", verdicts_of(c)},
              {"first_divergence", nullptr}, {"ranked", Json::array()}, {"differences", Json::array()}, {"notes", c.notes}};
    if (c.first_divergence) {
        const Divergence& d = *c.first_divergence;
        json["first_divergence"] = {{"time_ns", d.time_ns}, {"packet", d.packet}, {"a", d.a}, {"b", d.b}, {"rule", d.rule}};
    }
    for (const RankedPacket& one : c.ranked)
        json["ranked"].push_back({{"packet", one.packet}, {"rule", one.rule}, {"apart_ns", one.apart_ns()}, {"a", packet_on(one.a)}, {"b", packet_on(one.b)}});
    for (const Difference& d : c.differences) json["differences"].push_back({{"metric", d.metric}, {"a", d.a}, {"b", d.b}, {"ratio", number_or_null(d.ratio)}});
    return json;
}

}  // namespace

std::string summary_json(const Summary& summary) { return pretty(summary_of(summary)); }

std::string scenarios_json(const std::vector<ScenarioEntry>& entries) {
    Json json = Json::array();
    for (const ScenarioEntry& entry : entries) json.push_back({{"number", entry.number}, {"name", entry.name}, {"title", entry.title}, {"about", entry.about}});
    return pretty(json);
}

std::string compare_json(const Comparison& c) { return pretty(comparison_of(c)); }

std::string compare_json(const std::vector<Comparison>& comparisons) {
    Json all = Json::array();
    for (const Comparison& c : comparisons) all.push_back(comparison_of(c));
    return pretty({{"comparisons", all}});
}

std::string sweep_json(const SweepRequest& request, const std::vector<SweepPoint>& points) {
    Json out = Json::array();
    for (const SweepPoint& point : points) {
        Json set = Json::object(), metrics = Json::object();
        for (size_t i = 0; i < request.axes.size(); ++i) {
            const std::string& value = point.values[i];
            const Json number = Json::parse(value, nullptr, false);
            set[request.axes[i].path] = number.is_number() ? number : Json(value);
        }
        for (size_t i = 0; i < request.metrics.size(); ++i) metrics[request.metrics[i]] = number_or_null(point.metrics[i]);
        out.push_back({{"set", set}, {"metrics", metrics}});
    }
    return out.dump(2);
}

std::string identify_json(const Identification& answer) {
    Json json{{"verdict", answer.verdict}};
    if (answer.verdict == "undecided") json["candidates"] = answer.candidates;
    json["policies"] = Json::array();
    for (const PolicyAnswer& one : answer.policies) {
        const Explained& e = one.explained;
        Json row{{"policy", one.policy}, {"decisions", e.decisions()}, {"agree", e.agree}, {"contradict", e.contradict}, {"undecided", e.undecided}, {"first_contradiction", nullptr}};
        if (e.contradict > 0) row["first_contradiction"] = {{"time_ns", e.first_ns}, {"text", e.first_contradiction}};
        if (!one.why_not.empty()) row["why_not"] = one.why_not;
        if (one.limit != 0 && one.limit != UINT32_MAX) row["concurrency"] = one.limit;   // the largest: one that is never reached
        if (!one.options.empty()) row["options"] = one.options;
        json["policies"].push_back(std::move(row));
    }
    json["notes"] = answer.notes;
    return pretty(json);
}

std::string calibrate_json(const Calibration& calibration) {
    Json json{{"values", Json::array()}, {"arrivals", calibration.arrivals}, {"notes", calibration.notes}, {"handlings", calibration.handlings}, {"lost", calibration.lost}};
    for (const CalibratedValue& v : calibration.values)
        json["values"].push_back({{"what", v.what}, {"distribution", v.fit.name()}, {"count", v.fit.count}, {"mean_ns", v.fit.mean_ns}, {"deviation_ns", v.fit.deviation_ns}, {"distance", v.fit.distance}});
    return pretty(json);
}

std::string predict_json(const Prediction& p) {
    Json json{{"accepted", p.accepted}, {"why", p.why}, {"fit", Json::array()}, {"predicted", nullptr}, {"figures", Json::array()}, {"seeds", p.seeds}, {"set", p.sets}, {"notes", p.notes}};
    for (const FitFigure& f : p.fit) json["fit"].push_back({{"metric", f.metric}, {"recorded", f.recorded}, {"simulated", f.simulated}, {"allowed", f.allowed}, {"holds", f.holds}});
    for (const PredictedFigure& f : p.figures) json["figures"].push_back({{"metric", f.metric}, {"median", f.median}, {"low", f.low}, {"high", f.high}});
    if (p.accepted) json["predicted"] = Json::parse(summary_json(p.predicted));
    return pretty(json);
}

std::string info_json(const TraceOverview& trace, JsonShape shape) {
    Json json{{"header", Json::parse(header_to_json(trace.header))}, {"records", trace.records}, {"counts", Json::object()}, {"losses", Json::array()}, {"whole", trace.whole}, {"damage", trace.damage}};
    for (size_t kind = 0; kind < trace.counts.size(); ++kind)
        if (trace.counts[kind] > 0) json["counts"][std::string(kind_name(static_cast<Kind>(kind)))] = trace.counts[kind];
    for (const Loss& loss : trace.losses) json["losses"].push_back({{"what", loss.what}, {"records", loss.records}});
    return shape == JsonShape::line ? line_of(json) : pretty(json);
}

std::string follow_json(const FollowFigures& f) {
    Json json{{"records", f.records}, {"lost", f.lost}, {"unseen", f.unseen}, {"threads", f.threads}, {"elapsed_ns", f.elapsed_ns}, {"ports", Json::array()}};
    for (const FollowPort& port : f.ports) json["ports"].push_back({{"name", port.name}, {"posted", port.posted}, {"dequeued", port.dequeued}, {"depth", port.depth}});
    return line_of(json);
}

std::string rules_answer_json(const std::string& command, const std::vector<RulesEffect>& effects, const std::vector<RulesPort>& ports) {
    Json json{{"command", command}, {"effects", Json::array()}, {"ports", Json::object()}};
    for (const RulesEffect& effect : effects) {
        Json one{effect.name, effect.subject};
        if (effect.has_packets) one.push_back(effect.packets);
        json["effects"].push_back(std::move(one));
    }
    for (const RulesPort& port : ports)
        json["ports"][port.name] = {{"active", port.active}, {"limit", port.limit}, {"queue", port.queue}, {"waiters", port.waiters}};
    return line_of(json);
}

std::string rules_error_json(const std::string& command, const std::string& error) { return line_of({{"command", command}, {"error", error}}); }

std::string absent_json(const std::string& why) { return line_of({{"absent", why}}); }

std::string ties_json(const TieReport& report) {
    Json figures = Json::array();
    for (const TieFigure& f : report.figures) figures.push_back({{"metric", f.metric}, {"defined", f.defined}, {"lowest", f.lowest}, {"highest", f.highest}});
    return pretty({{"scenario", report.defined.scenario}, {"seed", report.defined.seed}, {"reruns", report.reruns}, {"other_traces", report.other_traces}, {"figures", figures}});
}

std::vector<std::pair<std::string, double>> json_numbers(const std::string& text) {
    std::vector<std::pair<std::string, double>> numbers;
    add_numbers(Json::parse(text, nullptr, false), "", numbers);
    return numbers;
}

std::optional<double> json_number_at(const std::string& text, const std::string& path) {
    const Json json = Json::parse(text, nullptr, false);
    const Json* at = &json;
    std::string rest = path;
    while (!rest.empty() && at != nullptr) {
        if (at->is_array()) {   // by the name of the element, which may hold dots ("worker.3")
            const Json* found = nullptr;
            for (const Json& one : *at) {
                const std::string name = one.value("name", "");
                if (rest.compare(0, name.size() + 1, name + '.') != 0) continue;
                found = &one;
                rest = rest.substr(name.size() + 1);
                break;
            }
            at = found;
            continue;
        }
        const std::string key = rest.substr(0, rest.find('.'));
        rest = key.size() == rest.size() ? std::string{} : rest.substr(key.size() + 1);
        at = at->is_object() && at->contains(key) ? &(*at)[key] : nullptr;
    }
    if (at == nullptr || !at->is_number()) return std::nullopt;
    return at->get<double>();
}

}  // namespace sim
