// Random scenarios with files: every outcome, every call, several threads. Whatever they do, every invariant holds after each step,
// the second port agrees with each decision, an operation that was pending ends once, and going back in time changes nothing.
#include <map>
#include <random>

#include "sim/compare/replay.h"
#include "sim/engine/history.h"
#include "sim/trace/arguments.h"
#include "sim/trace/print.h"
#include "tests/counts.h"
#include "tests/scenario_text.h"

using namespace sim;

namespace {

struct Writer {
    std::mt19937_64 random;
    uint64_t below(uint64_t n) { return random() % n; }
    std::string one(std::initializer_list<const char*> words) { return *(words.begin() + below(words.size())); }
    std::string chance() { return one({"", "", ", chance = 0.5"}); }
    std::string file() { return '"' + one({"disk", "log", "pipe", "loose", "plain", "copy"}) + '"'; }

    std::string step() {
        const std::string op = '"' + one({"a", "b"}) + '"';
        switch (below(14)) {
            case 0: return "{ compute = { uniform = [\"0us\", \"300us\"] } }";
            case 1: return "{ block = \"200us\"" + chance() + " }";
            case 2: return "{ read = \"disk\"" + chance() + " }";
            case 3: return "{ start_io = " + file() + chance() + " }";
            case 4: return "{ start_io = " + file() + ", as = " + op + one({"", ", event = \"own\"", ", event = \"low_bit\""}) + " }";
            case 5: return "{ wait_io = " + op + ", timeout = " + one({"\"0ns\"", "\"400us\"", "\"5ms\"", "\"infinite\""}) + chance() + " }";
            case 6: return "{ cancel_io = " + file() + chance() + " }";
            case 7: return "{ cancel_io_ex = " + file() + (below(2) == 0 ? "" : ", operation = " + op) + chance() + " }";
            case 8: return "{ cancel_synchronous_io = \"" + one({"w.0", "w.1", "main.0", "other.0"}) + "\" }";
            case 9: return "{ associate = " + file() + ", port = \"" + one({"port", "second"}) + "\", key = 5 }";
            case 10: return "{ close_file = " + file() + ", chance = 0.2 }";
            case 11: return "{ duplicate_file = " + file_to_copy() + ", as = \"copy\" }";
            case 12: return "{ skip_on_success = " + file() + " }";
            default: return "{ bind = " + file() + chance() + " }";
        }
    }
    std::string file_to_copy() { return '"' + one({"log", "pipe", "loose"}) + '"'; }
    std::string steps(uint64_t most) {
        std::string out = "[ { start_io = \"log\", as = \"a\" }, { start_io = \"pipe\", as = \"b\", event = \"own\" }, { duplicate_file = \"log\", as = \"copy\", chance = 0.3 }";
        for (uint64_t n = below(most + 1); n > 0; --n) out += ", " + step();
        return out + " ]";
    }

    std::string scenario() {
        std::string text = "seed = " + std::to_string(below(1'000'000)) + "\nuntil = \"20ms\"\n[machine]\nprocessors = " + std::to_string(1 + below(3)) + "\nwake_latency = \"" + one({"0ns", "5us"}) + "\"\npost_cost = \"" + one({"0ns", "2us"}) + "\"\n";
        const std::string policy = one({"nt", "nt", "nt", "wine10", "wine8", "epoll", "io_uring", "thread_per_operation"});
        for (const char* name : {"port", "second"}) text += std::string("[[port]]\nname = \"") + name + "\"\nconcurrency = " + std::to_string(below(3)) + "\npolicy = \"" + policy + "\"\n";
        text += "[[device]]\nname = \"disk\"\nport = \"port\"\nkey = 1\nchannels = " + std::to_string(1 + below(3)) + "\nlatency = " + one({"\"0ns\"", "\"1ms\"", "{ exponential = \"500us\" }"}) + "\n";
        if (below(2) == 0) text += "at_once = 0.3\nfails_at_once = 0.1\nfails = 0.2\n";
        const auto file = [&](const char* name, const std::string& more) { text += std::string("[[file]]\nname = \"") + name + "\"\ndevice = \"disk\"\n" + more; };
        file("log", "port = \"port\"\nkey = 2\nskip_on_success = " + one({"true", "false"}) + "\n");
        file("pipe", "port = \"second\"\nkey = 3\nskip_set_event = " + one({"true", "false"}) + "\n");
        file("loose", "");
        file("plain", "overlapped = false\n");
        text += "[[worker]]\nname = \"w\"\nport = \"port\"\ncount = 2\nbatch = " + std::to_string(1 + below(3)) + "\non_packet = " + steps(5) + "\non_packet_2 = [ { compute = \"50us\" } ]\non_error = [ { compute = \"10us\" } ]\n";
        text += "[[worker]]\nname = \"v\"\nport = \"second\"\ntimeout = \"3ms\"\n[[worker]]\nname = \"pool-thread\"\npool = true\n";
        text += "[[thread]]\nname = \"main\"\nrepeat = 3\nsteps = " + steps(8) + "\n[[thread]]\nname = \"other\"\nserves = \"port\"\nsteps = " + steps(8) + "\n";
        return text + "[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { poisson = \"700us\", count = 12 }\n";
    }
};

// Each operation ends at most once, and brings a packet or says that it does not.
void check_operations(const Trace& trace) {
    std::map<uint64_t, int> open;
    uint64_t answers = 0, from_nobody = 0;
    for (const Record& record : trace.records) {
        if (record.kind == Kind::io_started) ++open[operation_of_argument(record.argument)];
        if (record.kind == Kind::io_finished || record.kind == Kind::io_cancelled) {
            CHECK(--open[operation_of_argument(record.argument)] == 0);
            if ((record.flags & (kNoAnswer | kDeviceWait)) == 0) ++answers;
        }
        if (record.kind == Kind::posted && record.thread == kNoThread && record.argument >> 48 != 0) ++from_nobody;
    }
    CHECK(answers == from_nobody);
}

}  // namespace

TEST_CASE("files: random scenarios keep every invariant, agree with the second port, and are the same again after going back") {
    const uint64_t count = test::count_or(2000), seed = test::seed_or(20'261'121);
    MESSAGE("seed " << seed << ", " << count << " scenarios");
    Writer writer{std::mt19937_64(seed)};
    std::array<uint64_t, static_cast<size_t>(ApiCall::count)> succeeded{}, failed{};
    uint64_t decisions = 0, cancelled = 0;
    for (uint64_t n = 0; n < count; ++n) {
        const std::string text = writer.scenario();
        CAPTURE(n);
        CAPTURE(text);
        const Scenario scenario = scenario_of(text);
        const Trace trace = run_checked(scenario);
        const Replay replay = replay_through_second_port(trace);
        REQUIRE_MESSAGE(replay.agree == replay.decisions, replay.first_difference);
        decisions += replay.decisions;
        check_operations(trace);
        for (const Record& record : trace.records) {
            if (record.kind == Kind::io_cancelled) ++cancelled;
            if (record.kind != Kind::call) continue;
            const CallDetail call = call_of_argument(record.argument);
            ++(call.error == 0 ? succeeded : failed)[static_cast<size_t>(call.call)];
        }
        if (n % 20 != 0) continue;
        CHECK_FALSE(narrate_trace(trace).empty());
        const Result<Trace> shuffled = run_to_trace(scenario, {.check = true, .tie_shuffle = n + 1});
        REQUIRE_MESSAGE(shuffled.ok(), (shuffled ? std::string() : shuffled.error().text()));
        check_operations(shuffled.value());
        History history(scenario, {}, 16);
        for (int steps = 0; steps < 200 && history.forward(); ++steps) {}
        const uint64_t at = history.step_count(), hash = history.hash();
        history.go_to_step(at / 3);
        history.go_to_step(at);
        CHECK(history.hash() == hash);
    }
    CHECK(cancelled > 0);
    CHECK(decisions > 0);
    for (size_t call = static_cast<size_t>(ApiCall::start_io) + 1; call < succeeded.size(); ++call) {   // all of them were met, both ways
        CAPTURE(api_call_name(static_cast<ApiCall>(call)));
        CHECK(succeeded[call] > 0);
        CHECK(failed[call] > 0);
    }
    MESSAGE(decisions << " decisions agreed, " << cancelled << " operations cancelled");
}
