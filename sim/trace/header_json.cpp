#include <type_traits>

#include <nlohmann/json.hpp>

#include "sim/trace/header.h"
#include "sim/trace/record.h"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

Error broken(std::string what) { return {.file = {}, .line = 0, .column = 0, .what = std::move(what), .hint = {}}; }

struct NotWhole {};

// What shall be a whole number and has a fraction or an exponent: the library would convert it, whether it fits or not.
template <class T>
void expect_whole(const Json& json) {
    if constexpr (std::is_integral_v<T>) {
        if (json.is_number_float()) throw NotWhole{};
    } else if constexpr (requires { typename T::value_type; }) {
        if (json.is_array())
            for (const Json& element : json) expect_whole<typename T::value_type>(element);
    }
}

template <class T>
T value_of(const Json& json) {
    expect_whole<T>(json);
    return json.get<T>();
}

template <class T>
void read(const Json& json, const char* key, T& value) {
    const auto at = json.find(key);
    if (at != json.end()) value = value_of<T>(*at);
}

Json branches_json(const std::vector<TraceBranch>& branches) {
    Json all = Json::array();
    for (const TraceBranch& branch : branches) {
        Json one{{"at_ns", branch.at_ns}};
        if (branch.records >= 0) one["records"] = branch.records;
        one.update({{"scenario_text", branch.scenario_text}, {"sets", branch.sets}, {"changes", Json::array()}});
        for (const TraceBranch::Change& change : branch.changes) one["changes"].push_back({{"path", change.path}, {"from", change.from}, {"to", change.to}});
        all.push_back(std::move(one));
    }
    return all;
}

void read_branches(const Json& json, std::vector<TraceBranch>& branches) {
    for (const Json& one : json) {
        TraceBranch branch;
        read(one, "at_ns", branch.at_ns);
        read(one, "records", branch.records);
        read(one, "scenario_text", branch.scenario_text);
        read(one, "sets", branch.sets);
        if (one.contains("changes"))
            for (const Json& of : one["changes"]) {
                TraceBranch::Change& change = branch.changes.emplace_back();
                read(of, "path", change.path);
                read(of, "from", change.from);
                read(of, "to", change.to);
            }
        branches.push_back(std::move(branch));
    }
}

void read_blocking(const Json& json, TraceBlocking& blocking) {
    read(json, "how", blocking.how);
    read(json, "why", blocking.why);
    read(json, "releases", blocking.releases);
    read(json, "delay_p50_ns", blocking.delay_p50_ns);
    read(json, "delay_p99_ns", blocking.delay_p99_ns);
    read(json, "too_short", blocking.too_short);
}

Json blocking_json(const TraceBlocking& blocking) {
    Json json{{"how", blocking.how}};
    if (!blocking.why.empty()) json["why"] = blocking.why;
    if (!blocking.seen()) return json;
    json.update({{"releases", blocking.releases}, {"delay_p50_ns", blocking.delay_p50_ns}, {"delay_p99_ns", blocking.delay_p99_ns}, {"too_short", blocking.too_short}});
    return json;
}

TraceProgram program_of_json(const Json& json) {
    TraceProgram program;
    read(json, "name", program.name);
    read(json, "process", program.process);
    read(json, "hooks", program.hooks);
    read(json, "refused", program.refused);
    read(json, "clock_cost_ns", program.clock_cost_ns);
    read(json, "round_trip_ns", program.round_trip_ns);
    read(json, "round_trip_recorded_ns", program.round_trip_recorded_ns);
    if (json.contains("kernel_events")) {
        const Json& kernel = json["kernel_events"];
        program.kernel.told = true;
        read(kernel, "switches", program.kernel.switches);
        read(kernel, "readied", program.kernel.readied);
        read(kernel, "queued", program.kernel.queued);
        read(kernel, "taken", program.kernel.taken);
        read(kernel, "moments", program.kernel.moments);
    }
    if (!json.contains("ports")) return program;
    for (const Json& one : json["ports"]) {
        TraceProgramPort port;
        read(one, "handle", port.handle);
        read(one, "limit_known", port.limit_known);
        read(one, "depth_max", port.depth_max);
        if (one.contains("batches"))
            for (const Json& batch : one["batches"]) port.batches[value_of<uint32_t>(batch.at(0))] = value_of<uint64_t>(batch.at(1));
        program.ports.push_back(std::move(port));
    }
    return program;
}

Json program_to_json(const TraceProgram& program) {
    Json json{{"name", program.name}, {"process", program.process}, {"hooks", program.hooks}, {"refused", program.refused}, {"clock_cost_ns", program.clock_cost_ns},
              {"round_trip_ns", program.round_trip_ns}, {"round_trip_recorded_ns", program.round_trip_recorded_ns}, {"ports", Json::array()}};
    if (program.kernel.told)
        json["kernel_events"] = {{"switches", program.kernel.switches}, {"readied", program.kernel.readied}, {"queued", program.kernel.queued}, {"taken", program.kernel.taken}, {"moments", program.kernel.moments}};
    for (const TraceProgramPort& port : program.ports) {
        Json batches = Json::array();
        for (const auto& [packets, gets] : port.batches) batches.push_back(Json::array({packets, gets}));
        json["ports"].push_back({{"handle", port.handle}, {"limit_known", port.limit_known}, {"batches", batches}, {"depth_max", port.depth_max}});
    }
    return json;
}

TraceHeader header_of_json(const Json& json) {
    TraceHeader header;
    read(json, "version", header.version);
    read(json, "source", header.source);
    read(json, "backend", header.backend);
    read(json, "policy", header.policy);
    read(json, "made_by", header.made_by);
    read(json, "clock", header.clock);
    read(json, "host", header.host);
    read(json, "scenario", header.scenario);
    read(json, "scenario_text", header.scenario_text);
    read(json, "sets", header.sets);
    if (json.contains("branches")) read_branches(json["branches"], header.branches);
    if (json.contains("instead")) {
        read(json["instead"], "record", header.instead.record);
        read(json["instead"], "what", header.instead.what);
    }
    read(json, "seed", header.seed);
    read(json, "until_ns", header.until_ns);
    read(json, "processors_asked", header.processors_asked);
    read(json, "processors_used", header.processors_used);
    read(json, "has_decisions", header.has_decisions);
    read(json, "has_processors", header.has_processors);
    if (json.contains("blocking")) read_blocking(json["blocking"], header.blocking);
    read(json, "record_cost_ns", header.record_cost_ns);
    read(json, "threads", header.threads);
    if (json.contains("ports"))
        for (const Json& one : json["ports"]) {
            TracePort port;
            read(one, "name", port.name);
            read(one, "concurrency", port.concurrency);
            read(one, "limit", port.limit);
            read(one, "policy", port.policy);
            header.ports.push_back(std::move(port));
        }
    if (json.contains("devices"))
        for (const Json& one : json["devices"]) {
            TraceDevice device;
            read(one, "name", device.name);
            read(one, "channels", device.channels);
            read(one, "real", device.real);
            header.devices.push_back(std::move(device));
        }
    read(json, "locks", header.locks);
    read(json, "files", header.files);
    read(json, "operations", header.operations);
    read(json, "priorities", header.priorities);
    read(json, "affinities", header.affinities);
    read(json, "background", header.background);
    read(json, "sources", header.sources);
    read(json, "source_clients", header.source_clients);
    if (json.contains("program")) header.program = program_of_json(json["program"]);
    return header;
}

}  // namespace

std::string header_to_json(const TraceHeader& header) {
    Json json{{"version", header.version}, {"source", header.source}, {"backend", header.backend}, {"policy", header.policy},
              {"made_by", header.made_by}, {"clock", header.clock}, {"host", header.host}, {"scenario", header.scenario},
              {"scenario_text", header.scenario_text}, {"sets", header.sets}, {"seed", header.seed}, {"until_ns", header.until_ns},
              {"processors_asked", header.processors_asked}, {"processors_used", header.processors_used},
              {"has_decisions", header.has_decisions}, {"has_processors", header.has_processors},
              {"record_cost_ns", header.record_cost_ns}, {"threads", header.threads}, {"ports", Json::array()},
              {"sources", header.sources}, {"source_clients", header.source_clients}};
    if (!header.branches.empty()) json["branches"] = branches_json(header.branches);
    if (header.instead.record >= 0) json["instead"] = {{"record", header.instead.record}, {"what", header.instead.what}};
    for (const TracePort& port : header.ports)
        json["ports"].push_back({{"name", port.name}, {"concurrency", port.concurrency}, {"limit", port.limit}, {"policy", port.policy}});
    for (const TraceDevice& device : header.devices) {
        json["devices"].push_back({{"name", device.name}, {"channels", device.channels}});
        if (!device.real.empty()) json["devices"].back()["real"] = device.real;
    }
    if (!header.locks.empty()) json["locks"] = header.locks;
    if (!header.files.empty()) json["files"] = header.files;
    if (!header.operations.empty()) json["operations"] = header.operations;
    if (!header.priorities.empty()) json["priorities"] = header.priorities;
    if (!header.affinities.empty()) json["affinities"] = header.affinities;
    if (!header.blocking.how.empty()) json["blocking"] = blocking_json(header.blocking);
    if (!header.program.name.empty()) json["program"] = program_to_json(header.program);
    else if (header.program.round_trip_ns > 0) json["program"] = {{"round_trip_ns", header.program.round_trip_ns}, {"round_trip_recorded_ns", header.program.round_trip_recorded_ns}};
    if (header.background > 0) json["background"] = header.background;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);   // a scenario file may hold bytes that are no UTF-8
}

Result<TraceHeader> header_from_json(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object()) return broken("the trace's header is not a JSON object");
    try {
        TraceHeader header = header_of_json(json);
        if (header.version != kTraceVersion) return broken("the trace has version " + std::to_string(header.version) + ", this program reads version " + std::to_string(kTraceVersion));
        return header;
    } catch (const NotWhole&) {
        return broken("the trace's header has a value of the wrong type: a whole number was expected, not one with a fraction or an exponent");
    } catch (const Json::exception& error) {
        return broken(std::string("the trace's header has a value of the wrong type: ") + error.what());
    }
}

}  // namespace sim
