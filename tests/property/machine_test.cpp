// The machine on random scenarios: every check of the engine after every step, and an audit that knows nothing of the engine and
// reads the records alone: who runs where, who may, and who should have.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "sim/base/prng.h"
#include "sim/trace/summary.h"
#include "tests/counts.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

struct Dice {
    Stream stream;
    uint64_t below(uint64_t n) { return stream.next_u64() % n; }
    bool chance(double share) { return stream.next_unit() < share; }
    std::string one_of(const std::vector<std::string>& texts) { return texts[below(texts.size())]; }
};

std::string processors_text(Dice& dice, uint64_t processors) {
    std::string out;
    for (uint64_t p = 0; p < processors; ++p)
        if (dice.chance(0.5)) out += (out.empty() ? "" : ", ") + std::to_string(p);
    return "[" + out + "]";
}

std::string placement(Dice& dice, uint64_t processors) {
    std::string out;
    if (dice.chance(0.7)) out += "priority = " + dice.one_of({"0", "5", "8", "8", "10", "31"}) + "\n";
    if (dice.chance(0.5)) out += "affinity = " + processors_text(dice, processors) + "\n";
    return out;
}

std::string steps(Dice& dice) {
    std::string out;
    const std::vector<std::string> kinds{R"({ compute = { exponential = "300us" } })", R"({ compute = "250us" })", R"({ block = { uniform = ["0us", "500us"] } })", R"({ lock = "table", hold = "100us" })",
                                         R"({ read = "disk" })", R"({ start_io = "disk", chance = 0.3 })", R"({ post = "p1", chance = 0.3 })", R"({ compute = "1ms", chance = 0.2 })"};
    for (uint64_t n = 1 + dice.below(4); n > 0; --n) out += (out.empty() ? " " : ", ") + dice.one_of(kinds);
    return "[" + out + " ]";
}

// Everything that can take a processor or lose it, at random.
std::string random_scenario(Dice& dice) {
    const uint64_t processors = 1 + dice.below(4);
    std::string text = "until = \"" + dice.one_of({"15ms", "25ms"}) + "\"\nseed = " + std::to_string(dice.below(1'000'000)) + "\n[machine]\nprocessors = " + std::to_string(processors) +
                       "\nquantum = \"" + dice.one_of({"200us", "250us", "1ms", "infinite"}) + "\"\nwake_latency = \"" + dice.one_of({"0ns", "0ns", "50us"}) + "\"\ncontext_switch = \"" + dice.one_of({"0ns", "0ns", "30us"}) +
                       "\"\nget_cost = \"" + dice.one_of({"0ns", "5us"}) + "\"\npost_cost = \"" + dice.one_of({"1us", "50us"}) + "\"\n";
    if (dice.chance(0.5))
        text += "background = [ { processors = " + processors_text(dice, processors) + ", share = 0.4, burst = { exponential = \"400us\" }, priority = " + dice.one_of({"3", "8", "9", "31"}) + " }" +
                (dice.chance(0.3) ? ", { name = \"always\", processors = [0], priority = " + dice.one_of({"0", "8", "31"}) + " }" : "") + " ]\n";
    for (int p = 0; p < 2; ++p) text += "[[port]]\nname = \"p" + std::to_string(p) + "\"\nconcurrency = " + std::to_string(dice.below(4)) + "\npolicy = \"" + dice.one_of({"nt", "nt", "nt", "wine8", "epoll", "kqueue", "thread_per_operation"}) + "\"\n";
    text += "[[device]]\nname = \"disk\"\nport = \"p0\"\nchannels = 2\nlatency = { exponential = \"300us\" }\n";
    for (uint64_t w = 0; w < 2 + dice.below(2); ++w)
        text += "[[worker]]\nname = \"w" + std::to_string(w) + "\"\nport = \"p" + std::to_string(w % 2) + "\"\ncount = " + std::to_string(1 + dice.below(4)) + "\n" + (dice.chance(0.2) ? "batch = 3\n" : "") +
                (dice.chance(0.2) ? "timeout = \"300us\"\n" : "") + placement(dice, processors) + "on_packet = " + steps(dice) + "\n";
    if (dice.chance(0.5)) text += "[[thread]]\nname = \"t\"\ncount = 2\nrepeat = 8\n" + placement(dice, processors) + (dice.chance(0.3) ? "serves = \"p0\"\n" : "") + "steps = " + steps(dice) + "\n";
    text += "[[source]]\nname = \"s0\"\nport = \"p0\"\narrivals = { poisson = \"" + dice.one_of({"200us", "500us"}) + "\" }\n[[source]]\nname = \"s1\"\nport = \"p1\"\narrivals = { closed = 3, think = { exponential = \"300us\" } }\n";
    return text;
}

// What the records say of processors. With a context switch that takes time a processor is busy without a record, so that it can't
// be told from an idle one: then only who runs where is looked at.
struct Audit {
    const Scenario& scenario;
    std::vector<uint8_t> priority;
    std::vector<const Affinity*> affinity;
    std::vector<int64_t> runs_on, is_ready;       // processor or -1; in order of becoming ready, or -1
    std::vector<int64_t> holds;                   // thread of a processor, or -1
    std::string broken;
    uint64_t preempted = 0, ended_quanta = 0;

    explicit Audit(const Scenario& s) : scenario(s), runs_on(thread_count(s), -1), is_ready(thread_count(s), -1), holds(s.machine.processors, -1) {
        const auto add = [this](const auto& params) {
            for (uint32_t i = 0; i < params.count; ++i) priority.push_back(params.priority), affinity.push_back(&scenario.affinities[params.affinity]);
        };
        for (const WorkerParams& worker : s.workers) add(worker);
        for (const ProgramParams& program : s.programs) add(program);
    }

    void fail(const Record& record, const std::string& what) {
        if (broken.empty()) broken = thread_name(scenario, {record.thread}) + " " + what + " at " + std::to_string(record.time_ns) + " ns";
    }

    void hear(const Record& record) {
        const uint32_t t = record.thread;
        if (record.kind == Kind::ready) is_ready[t] = 1;
        if (record.kind == Kind::on_processor) {
            if (holds[record.processor] >= 0) fail(record, "runs on a processor that is taken");
            if (runs_on[t] >= 0) fail(record, "runs twice");
            if (is_ready[t] < 0) fail(record, "runs without having been ready");
            if (!affinity[t]->allows({record.processor})) fail(record, "runs where it may not");
            holds[record.processor] = t;
            runs_on[t] = record.processor;
            is_ready[t] = -1;
        }
        if (record.kind == Kind::off_processor) {
            if (runs_on[t] != record.processor) fail(record, "leaves a processor that it does not have");
            holds[record.processor] = -1;
            runs_on[t] = -1;
            if ((record.flags & kPreempted) == 0) return;
            is_ready[t] = 1;
            if (record.argument == 0) ++ended_quanta;
            else ++preempted;
            if (record.argument != 0 && priority[record.argument - 1] <= priority[t]) fail(record, "is preempted by a thread that is no better");
        }
    }

    // Between two instants nothing is left to decide.
    void instant_over(int64_t now_ns) {
        if (scenario.machine.context_switch > Duration{0} || !broken.empty()) return;
        for (uint32_t t = 0; t < is_ready.size(); ++t)
            for (uint32_t p = 0; p < holds.size() && is_ready[t] >= 0; ++p) {
                if (!affinity[t]->allows({p})) continue;
                if (holds[p] >= 0 && priority[static_cast<size_t>(holds[p])] >= priority[t]) continue;
                broken = thread_name(scenario, {t}) + " waits for a processor after " + std::to_string(now_ns) + " ns, and processor " + std::to_string(p) + (holds[p] < 0 ? " is idle" : " runs a lower priority");
            }
    }
};

// Every thread's times add up to the whole run, and so do packets.
void check_sums(const Scenario& scenario, const Trace& trace) {
    const Summary summary = summarize(trace.header, trace.records);
    CHECK(summary.posted == summary.completed + summary.left);
    for (const ThreadFigures& thread : summary.threads) CHECK(thread.running_ns + thread.ready_ns + thread.waiting_ns + thread.blocked_ns + thread.suspended_ns == scenario.until->ns);
}

}  // namespace

TEST_CASE("priority, affinity, background: random machines keep every invariant, by the engine's checks and by their records alone") {
    const uint64_t seed = test::seed_or(20'261'121), count = test::count_or(2'000);
    MESSAGE(count << " scenarios from seed " << seed);
    uint64_t preempted = 0, ended_quanta = 0, records = 0;
    for (uint64_t i = 0; i < count; ++i) {
        Dice dice{{mix64(seed) + i, 0}};
        const std::string text = random_scenario(dice);
        CAPTURE(i);
        CAPTURE(text);
        const Scenario scenario = scenario_of(text);
        for (const uint64_t shuffle : {uint64_t{0}, i + 1}) {
            if (shuffle != 0 && i % 4 != 0) continue;
            const Result<Trace> trace = run_to_trace(scenario, {.check = true, .records_max = 1'000'000, .tie_shuffle = shuffle});
            REQUIRE_MESSAGE(trace.ok(), (trace ? std::string() : trace.error().text()));
            Audit audit(scenario);
            int64_t now_ns = 0;
            for (const Record& record : trace->records) {
                if (record.time_ns != now_ns) audit.instant_over(now_ns);
                now_ns = record.time_ns;
                audit.hear(record);
            }
            REQUIRE_MESSAGE(audit.broken.empty(), audit.broken);
            check_sums(scenario, trace.value());
            preempted += audit.preempted;
            ended_quanta += audit.ended_quanta;
            records += trace->records.size();
        }
    }
    MESSAGE(records << " records, " << preempted << " preemptions, " << ended_quanta << " quanta ended before another thread");
    CHECK(preempted > count);
    CHECK(ended_quanta > count);
}

TEST_CASE("priority: what threads of the highest priority do is as if nobody else were there") {
    // They share the machine with others and nothing else: no lock, no device. Nor do ties between the two matter.
    const uint64_t seed = test::seed_or(20'261'121);
    for (uint64_t i = 0; i < 50; ++i) {
        Dice dice{{mix64(seed + 1) + i, 0}};
        const std::string machine = "until = \"30ms\"\nseed = " + std::to_string(i + 1) + "\n[machine]\nprocessors = " + std::to_string(1 + dice.below(3)) + "\nquantum = \"300us\"\n[[port]]\nname = \"a\"\nconcurrency = 2\n[[port]]\nname = \"b\"\n";
        const std::string best = "[[worker]]\nname = \"best\"\nport = \"a\"\ncount = 3\npriority = 12\non_packet = [ { compute = { exponential = \"300us\" } }, { block = \"150us\", chance = 0.4 }, { compute = \"70us\" } ]\n"
                                 "[[source]]\nname = \"s\"\nport = \"a\"\narrivals = { poisson = \"250us\" }\n";
        const std::string others = "[[worker]]\nname = \"rest\"\nport = \"b\"\ncount = 4\npriority = 11\non_packet = [ { compute = { exponential = \"500us\" } } ]\n[[source]]\nname = \"r\"\nport = \"b\"\narrivals = { poisson = \"200us\" }\n";
        const auto completed = [](const Trace& trace) {
            std::vector<std::pair<int64_t, uint32_t>> out;
            for (const Record& record : trace.records)
                if (record.kind == Kind::completed && record.port == 0) out.emplace_back(record.time_ns, record.thread);
            return out;
        };
        CAPTURE(i);
        const auto alone = completed(run_checked(scenario_of(machine + best)));
        CHECK(alone.size() > 20);
        CHECK(completed(run_checked(scenario_of(machine + best + others))) == alone);
    }
}
