#include "recorder/linux/record_command_bench.h"

#include <sched.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "recorder/common/program.h"
#include "recorder/linux/record_command_agent.h"
#include "recorder/linux/record_command_lttng.h"
#include "sim/cli/json.h"
#include "sim/scenario/load.h"

namespace recorder {
namespace {

using sim::Kind;
using sim::Record;

constexpr uint64_t kBatch = 10'000;
constexpr uint32_t kRings = 64;

// ns each, in the median batch: what happens now and then, such as an interrupt, is not in it.
double median_ns(uint64_t batches, const std::function<void()>& batch) {
    std::vector<double> each;
    for (uint64_t i = 0; i < batches; ++i) {
        const int64_t begin_ns = monotonic_ns();
        batch();
        each.push_back(static_cast<double>(monotonic_ns() - begin_ns) / static_cast<double>(kBatch));
    }
    std::nth_element(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(each.size() / 2), each.end());
    return each[each.size() / 2];
}

// As a backend fills one, the moment apart.
Record filled(uint64_t number) {
    Record record;
    record.time_ns = static_cast<int64_t>(number);
    record.kind = Kind::get_returned;
    record.thread = 3;
    record.port = 0;
    record.packet = static_cast<uint32_t>(number);
    record.argument = 1;
    const int cpu = sched_getcpu();
    record.processor = cpu < 0 ? sim::kNoProcessor : static_cast<uint16_t>(cpu);
    return record;
}

struct Costs { double clock_ns = 0, warm_ns = 0, cold_ns = 0; };

Costs measure_costs(uint64_t records) {
    const uint64_t batches = std::max<uint64_t>(records / kBatch, 1);
    Costs costs;
    uint64_t sink = 0;
    costs.clock_ns = median_ns(batches, [&sink] { for (uint64_t i = 0; i < kBatch; ++i) sink += static_cast<uint64_t>(monotonic_ns()); });
    SIM_CHECK(sink != 0, "the clock stands still");
    sim::RingHead head{};
    std::vector<Record> room(kBatch);
    costs.warm_ns = median_ns(batches, [&] {
        Ring ring({.head = &head, .records = room.data(), .capacity = kBatch});
        for (uint64_t i = 0; i < kBatch; ++i) ring.push(filled(i));
    });
    // Each record into another ring, far from the last: 64 MB of them, so that no cache holds where it goes.
    constexpr uint64_t kEach = 32'768;
    std::vector<sim::RingHead> heads(kRings);
    std::vector<std::vector<Record>> rooms(kRings, std::vector<Record>(kEach));
    std::vector<Ring> rings;
    uint64_t written = kRings * kEach;
    costs.cold_ns = median_ns(batches, [&] {
        if (written + kBatch > kRings * kEach) {
            rings.clear();
            for (uint32_t r = 0; r < kRings; ++r) rings.emplace_back(RingPart{.head = &heads[r], .records = rooms[r].data(), .capacity = kEach});
            written = 0;
        }
        for (uint64_t i = 0; i < kBatch; ++i) rings[i % kRings].push(filled(i));
        written += kBatch;
    });
    return costs;
}

struct Trips { std::string backend, refused{}; uint64_t packets = 0; double round_trip_ns = 0, records_each = 0, recording_ns = 0; };

// One client, one worker, no work: all that happens is a post and a get.
constexpr const char* kPingPong = R"(until = "300ms"
[machine]
processors = 2
[[port]]
name = "port"
concurrency = 1
[[worker]]
name = "worker"
port = "port"
on_packet = [ { compute = "0ns" } ]
[[source]]
name = "client"
port = "port"
arrivals = { closed = 1, think = "0ns" }
)";

Trips measure_trips(const ProgramBackend& backend, double record_ns, const std::string& folder) {
    Trips trips{.backend = backend.name};
    const sim::Result<sim::Scenario> scenario = sim::scenario_parse(kPingPong, "round trips");
    SIM_CHECK(scenario.ok(), "the scenario of the benchmark");
    const sim::Result<BackendInfo> info = backend.info(scenario.value());
    if (!info) {
        trips.refused = info.error().text();
        return trips;
    }
    const sim::Result<sim::Trace> trace = record_scenario(scenario.value(), info.value(), folder + "/trips.ptrace");
    if (!trace) {
        trips.refused = trace.error().text();
        return trips;
    }
    trips.packets = static_cast<uint64_t>(std::count_if(trace->records.begin(), trace->records.end(), [](const Record& r) { return r.kind == Kind::completed; }));
    if (trips.packets == 0) return trips;
    const auto packets = static_cast<double>(trips.packets);
    trips.round_trip_ns = static_cast<double>(trace->records.back().time_ns) / packets;
    trips.records_each = static_cast<double>(trace->records.size() + sim::lost_records(trace.value())) / packets;
    trips.recording_ns = trips.records_each * record_ns;
    return trips;
}

void print_text(const Costs& costs, const AgentCosts& agent, const LttngCost& lttng, const std::vector<Trips>& all) {
    std::printf("a record        %6.1f ns, ring warm   %6.1f ns, %u rings cold   and the clock %.1f ns\n", costs.warm_ns, costs.cold_ns, kRings, costs.clock_ns);
    if (agent.absent.empty()) std::printf("in a program    %6.1f ns, ring warm   %6.1f ns, %u rings cold   and the clock %.1f ns (Windows, under Wine)\n", agent.warm_ns, agent.cold_ns, agent.cold_rings, agent.clock_ns);
    else std::printf("in a program    %s\n", agent.absent.c_str());
    if (lttng.absent.empty()) std::printf("LTTng-UST       %6.1f ns an event of the same payload with its clock, in discard mode (%llu discarded); ours with the clock %.1f ns\n", lttng.event_ns, static_cast<unsigned long long>(lttng.discarded), costs.warm_ns + costs.clock_ns);
    else std::printf("LTTng-UST       %s\n", lttng.absent.c_str());
    std::printf("%-12s %12s %16s %14s %18s\n", "", "round trip", "records of one", "they cost", "of the round trip");
    for (const Trips& trips : all) {
        if (!trips.refused.empty()) std::printf("%-12s %s\n", trips.backend.c_str(), trips.refused.c_str());
        else std::printf("%-12s %9.2f us %16.1f %11.0f ns %16.1f %%\n", trips.backend.c_str(), trips.round_trip_ns / 1e3, trips.records_each, trips.recording_ns, 100 * trips.recording_ns / std::max(trips.round_trip_ns, 1.0));
    }
}

void print_json(const Costs& costs, const AgentCosts& agent, const LttngCost& lttng, const std::vector<Trips>& all, uint64_t records) {
    std::printf(R"({"records":%llu,"record_ns":{"warm":%.2f,"cold":%.2f,"cold_rings":%u},"clock_ns":%.2f,"agent":)", static_cast<unsigned long long>(records), costs.warm_ns, costs.cold_ns, kRings, costs.clock_ns);
    if (agent.absent.empty()) std::printf(R"({"record_ns":{"warm":%.2f,"cold":%.2f,"cold_rings":%u},"clock_ns":%.2f})", agent.warm_ns, agent.cold_ns, agent.cold_rings, agent.clock_ns);
    else std::printf("%s", sim::absent_json(agent.absent).c_str());
    std::printf(R"(,"lttng_ust":)");
    if (lttng.absent.empty()) std::printf(R"({"event_ns":%.2f,"discarded":%llu})", lttng.event_ns, static_cast<unsigned long long>(lttng.discarded));
    else std::printf("%s", sim::absent_json(lttng.absent).c_str());
    std::printf(R"(,"backends":[)");
    const char* before = "";
    for (const Trips& trips : all) {
        if (trips.refused.empty())
            std::printf(R"(%s{"name":"%s","packets":%llu,"round_trip_ns":%.1f,"records_per_packet":%.2f,"recording_ns":%.1f})", before, trips.backend.c_str(), static_cast<unsigned long long>(trips.packets), trips.round_trip_ns, trips.records_each, trips.recording_ns);
        else
            std::printf(R"(%s{"name":"%s","packets":0})", before, trips.backend.c_str());
        before = ",";
    }
    std::printf("]}\n");
}

}  // namespace

int record_command_bench(const sim::BenchOptions& options) {
    const Costs costs = measure_costs(options.events);
    std::string folder = (std::filesystem::temp_directory_path() / "portside-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) {
        std::fprintf(stderr, "portside bench record: no folder can be made in %s\n", std::filesystem::temp_directory_path().c_str());
        return sim::kExitBadInput;
    }
    std::vector<Trips> all;
    for (const ProgramBackend& backend : program_backends()) all.push_back(measure_trips(backend, costs.warm_ns + costs.clock_ns, folder));
    const AgentCosts agent = measure_agent(options.events, folder);
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    const LttngCost lttng = measure_lttng(options.events);
    if (options.json) print_json(costs, agent, lttng, all, options.events);
    else print_text(costs, agent, lttng, all);
    return sim::kExitDone;
}

}  // namespace recorder
