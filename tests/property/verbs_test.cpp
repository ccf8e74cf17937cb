// Random scenarios in which threads exit, close ports, suspend and resume each other, queue APCs, wait on handles and change their
// port. Whatever they do, every invariant holds after each step, the second port agrees with each decision, the trace tells the
// state that the world is in, and going back in time changes nothing.
#include <map>
#include <random>

#include "sim/compare/replay.h"
#include "sim/engine/history.h"
#include "sim/trace/print.h"
#include "sim/trace/state.h"
#include "sim/trace/summary.h"
#include "tests/counts.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

struct Writer {
    std::mt19937_64 random;
    std::string policy{};
    uint64_t below(uint64_t n) { return random() % n; }
    std::string one(std::initializer_list<const char*> words) { return *(words.begin() + below(words.size())); }
    std::string chance() { return one({"", ", chance = 0.5", ", chance = 0.2"}); }
    std::string port() { return '"' + one({"port", "second", "late"}) + '"'; }
    std::string thread() { return '"' + one({"w.0", "w.1", "w.2", "v.0", "main.0", "other.0"}) + '"'; }
    bool has_handle() const { return policy == "nt" || policy == "wine8" || policy == "wine10"; }
    bool runs_apcs() const { return policy == "nt" || policy == "wine10"; }

    std::string step(bool in_program) {
        switch (below(in_program ? 15 : 16)) {
            case 0: return "{ compute = { uniform = [\"0us\", \"300us\"] } }";
            case 1: return "{ block = { uniform = [\"0us\", \"400us\"] }" + chance() + " }";
            case 2: return "{ lock = \"a\", hold = \"50us\"" + chance() + " }";
            case 3: return "{ read = \"disk\"" + chance() + " }";
            case 4: return "{ post = " + port() + ", key = 2" + chance() + " }";
            case 5: return "{ exit = true, chance = 0.05 }";
            case 6: return "{ close = " + port() + ", chance = 0.05 }";
            case 7:
            case 8: return "{ suspend = " + thread() + chance() + " }";
            case 9:
            case 10: return "{ resume = " + thread() + " }";
            case 11: return "{ apc = " + thread() + chance() + " }";
            case 12: if (policy != "nt") return "{ create_port = " + port() + " }";
                return "{ kernel_apc = " + thread() + one({"", ", post = \"port\", key = 2", ", post = \"second\""}) + chance() + " }";
            case 13: return has_handle() ? "{ watch = " + port() + ", timeout = " + one({"\"0ns\"", "\"300us\"", "\"infinite\""}) + chance() + " }" : "{ page_in = \"100us\" }";
            case 14: return "{ create_port = " + port() + chance() + " }";
            default: return below(2) == 0 ? "{ serve = " + port() + chance() + " }" : "{ page_in = { exponential = \"100us\" }" + chance() + " }";
        }
    }
    std::string steps(uint64_t most, bool in_program = false) {
        std::string out = "[ { compute = \"20us\" }";
        for (uint64_t n = below(most + 1); n > 0; --n) out += ", " + step(in_program);
        return out + " ]";
    }
    std::string worker(const char* name, const char* of_port, uint64_t count) {
        std::string text = std::string("[[worker]]\nname = \"") + name + "\"\nport = \"" + of_port + "\"\ncount = " + std::to_string(count) + "\nbatch = 3\n";
        if (runs_apcs() && below(2) == 0) text += "alertable = true\non_apc = " + steps(3) + "\n";
        if (policy == "io_uring" || policy == "aix") text += "batch_min = " + std::to_string(1 + below(3)) + "\n";
        if (below(2) == 0) text += "timeout = " + one({"\"500us\"", "\"2ms\""}) + "\non_timeout = " + steps(3) + "\n";
        if (below(2) == 0) text += "on_abandoned = " + steps(3) + "\n";
        return text + "on_packet = " + steps(6) + "\non_packet_2 = " + steps(2) + "\n";
    }

    std::string scenario() {
        policy = one({"nt", "nt", "nt", "nt", "wine10", "wine8", "epoll", "io_uring", "aix", "thread_per_operation"});
        std::string text = "seed = " + std::to_string(below(1'000'000)) + "\nuntil = \"20ms\"\n[machine]\nprocessors = " + std::to_string(1 + below(3)) + "\nquantum = " + one({"\"100us\"", "\"30ms\""}) + "\ncontext_switch = " + one({"\"0ns\"", "\"2us\""}) +
                           "\nwake_latency = " + one({"\"0ns\"", "\"5us\""}) + "\nget_cost = " + one({"\"0ns\"", "\"1us\""}) + "\npost_cost = " + one({"\"0ns\"", "\"1us\""}) + "\n";
        for (const char* name : {"port", "second", "late"}) {
            text += std::string("[[port]]\nname = \"") + name + "\"\nconcurrency = " + std::to_string(below(3)) + "\npolicy = \"" + policy + "\"\n";
            if (name == std::string("late")) text += "created = false\n";
            if (policy == "nt") text += "apc = " + one({"\"modern\"", "\"classic\""}) + "\nabandon = " + one({"\"last_handle\"", "\"last_handle\"", "\"never\""}) + "\nsuspended_before_run = " + one({"\"active\"", "\"inactive\""}) + "\npage_in = " + one({"\"blocks\"", "\"runs\""}) + "\n";
        }
        text += "[[device]]\nname = \"disk\"\nlatency = { exponential = \"200us\" }\nat_once = 0.2\n" + worker("w", "port", 3) + worker("v", "second", 1);
        text += "[[thread]]\nname = \"main\"\nrepeat = \"endless\"\npriority = " + one({"8", "10"}) + "\nsteps = [ { block = \"300us\" }, { resume = \"w.0\" }, { resume = \"w.1\" }, { create_port = \"late\", chance = 0.1 }, " + steps(5, true).substr(1) + "\n";
        text += "[[thread]]\nname = \"other\"\nserves = \"port\"\nrepeat = 20\nsteps = [ { block = \"500us\" }, " + steps(5, true).substr(1) + "\n";
        return text + "[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { poisson = \"300us\" }\n[[source]]\nname = \"c\"\nport = \"second\"\narrivals = { closed = 2, think = \"500us\" }\n";
    }
};

// What the records say of ports is what the world holds.
void check_told(const Trace& trace, const World& world) {
    TraceState state = trace_state_begin(trace.header);
    for (const Record& record : trace.records) trace_state_apply(state, trace.header, record);
    for (size_t p = 0; p < world.ports.ports.size(); ++p) {
        const Port& port = world.ports.ports[p];
        CAPTURE(p);
        CHECK(state.ports[p].open == port.open);
        CHECK(state.ports[p].active == port.active);
        CHECK(state.ports[p].queue.size() == port.queue.size());
        if (!port.open) continue;
        std::vector<uint32_t> waiters;
        for (const ThreadId id : port.waiters) waiters.push_back(id.value);
        CHECK(state.ports[p].waiters == waiters);
    }
}

void check_figures(const Trace& trace, const World& world) {
    const Summary summary = summarize(trace.header, trace.records);
    CHECK(summary.posted == world.posted);
    CHECK(summary.completed == world.completed);
    for (const ThreadFigures& t : summary.threads) CHECK(t.running_ns + t.ready_ns + t.waiting_ns + t.blocked_ns + t.suspended_ns == summary.duration_ns);
}

}  // namespace

TEST_CASE("verbs: random scenarios keep every invariant, agree with the second port, and are the same again after going back") {
    const uint64_t count = test::count_or(2000), seed = test::seed_or(20'261'121);
    MESSAGE("seed " << seed << ", " << count << " scenarios");
    Writer writer{std::mt19937_64(seed)};
    std::map<Kind, uint64_t> met;
    std::map<Rule, uint64_t> rules;
    uint64_t decisions = 0, lost = 0, endless = 0;
    for (uint64_t n = 0; n < count; ++n) {
        const std::string text = writer.scenario();
        CAPTURE(n);
        CAPTURE(text);
        const Scenario scenario = scenario_of(text);
        Trace trace;
        trace.header = simulated_header(scenario);
        const Result<World> world = run(scenario, [&trace](std::span<const Record> records) { trace.records.insert(trace.records.end(), records.begin(), records.end()); }, {.check = true, .records_max = 200'000});
        if (!world) {                                        // a handler that posts to itself may never let time pass
            REQUIRE_MESSAGE(world.error().what.find("broke") == std::string::npos, world.error().text());
            ++endless;
            continue;
        }
        const Replay replay = replay_through_second_port(trace);
        REQUIRE_MESSAGE(replay.agree == replay.decisions, replay.first_difference);
        decisions += replay.decisions;
        lost += world.value().lost;
        check_told(trace, world.value());
        check_figures(trace, world.value());
        for (const Record& record : trace.records) ++met[record.kind], ++rules[record.rule];
        if (n % 20 != 0) continue;
        CHECK_FALSE(narrate_trace(trace).empty());
        for (const Record& record : trace.records) CHECK_FALSE(record_line(trace.header, trace_state_begin(trace.header), record).empty());
        const Result<Trace> shuffled = run_to_trace(scenario, {.check = true, .records_max = 200'000, .tie_shuffle = n + 1});
        if (!shuffled) REQUIRE_MESSAGE(shuffled.error().what.find("broke") == std::string::npos, shuffled.error().text());
        History history(scenario, {}, 16);
        for (int steps = 0; steps < 300 && history.forward(); ++steps) {}
        const uint64_t at = history.step_count(), hash = history.hash();
        history.go_to_step(at / 3);
        history.go_to_step(at);
        CHECK(history.hash() == hash);
    }
    MESSAGE(decisions << " decisions agreed, " << lost << " packets lost, " << endless << " runs given up");
    CHECK(endless < count / 20 + 1);
    CHECK(lost > 0);
    for (const Kind kind : {Kind::suspended, Kind::resumed, Kind::apc, Kind::call_failed, Kind::thread_exit, Kind::port_closed}) CHECK(met[kind] > 0);
    for (const Rule rule : {Rule::K5, Rule::K10, Rule::K16, Rule::K21, Rule::K23, Rule::K24, Rule::K25, Rule::K26, Rule::K27, Rule::K28, Rule::K30, Rule::K33, Rule::K35}) {
        CAPTURE(rule_label(rule));
        CHECK(rules[rule] > 0);
    }
}
