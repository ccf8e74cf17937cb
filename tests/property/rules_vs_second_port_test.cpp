// Two ports that share no code answer the same random scripts with the same lines. PORTSIDE_TEST_COUNT sets how many scripts,
// PORTSIDE_TEST_SEED which.
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <random>
#include <string>

#include "sim/cli/rules_script.h"
#include "sim/compare/second_port.h"
#include "sim/port/port.h"
#include "tests/counts.h"

namespace {

class Writer {
public:
    explicit Writer(uint64_t seed) : random_(seed) {}

    std::vector<std::string> script() {
        threads_ = 2 + below(6);
        ports_ = 1 + below(3);
        only_nt_ = below(2) == 0;
        std::vector<std::string> lines;
        if (below(3) == 0) lines.push_back("processors " + std::to_string(1 + below(4)));
        for (uint64_t p = 0; p < ports_; ++p) lines.push_back(open_line(p));
        const uint64_t count = 20 + below(100);
        while (lines.size() < count) lines.push_back(line());
        return lines;
    }

private:
    std::mt19937_64 random_;
    uint64_t threads_ = 3, ports_ = 1, packets_ = 0;
    bool only_nt_ = true;

    uint64_t below(uint64_t n) { return random_() % n; }
    std::string t() { return "t" + std::to_string(below(threads_)); }
    std::string p() { return "p" + std::to_string(below(ports_)); }
    std::string pick(const std::vector<std::string>& of) { return of[below(of.size())]; }

    std::string open_line(uint64_t port) {
        std::string line = "port p" + std::to_string(port) + " " + std::to_string(below(4));
        if (only_nt_ || below(3) == 0) {
            line += below(2) == 0 ? "" : " nt";
            if (line.ends_with("nt")) for (uint64_t n = below(4); n > 0; --n) line += pick(kOptions);
            return line;
        }
        return line + pick({" wine8", " wine10", " epoll", " io_uring", " kqueue", " event_ports", " aix", " thread_per_operation"});
    }

    const std::vector<std::string> kOptions{" drain_on_wake=true", " poll_at_limit=take", " apc=classic", " abandon=never", " page_in=runs", " suspended_before_run=inactive", " apc=modern", " abandon=last_handle"};

    std::string k() { return "k" + std::to_string(below(5) == 0 ? below(packets_ + 1) : ++packets_); }
    std::string f() { return "f" + std::to_string(below(3)); }

    std::string get_line() {
        std::string line = "get " + t() + " " + p();
        if (below(3) != 0) return line;
        const uint64_t most = 1 + below(4);
        line += " " + (below(3) == 0 ? std::to_string(1 + below(most)) + ".." : "") + std::to_string(most);
        return line + (below(2) == 0 ? " alertable" : "");
    }

    std::string line() {
        const uint64_t roll = below(120);
        if (roll < 28) return get_line();
        if (roll < 52) return "post " + p() + " " + k();
        if (roll < 60) return (below(4) == 0 ? "page_in " : "block ") + t();
        if (roll < 69) return "wake " + t();
        if (roll < 74) return "timeout " + t();
        if (roll < 80) return "suspend " + t();
        if (roll < 87) return "resume " + t();
        if (roll < 90) return "poll " + t() + " " + p() + (below(3) == 0 ? " alertable" : "");
        if (roll < 92) return "exit " + t();
        if (roll < 93) return "close " + p();
        if (roll < 96) return open_line(below(ports_));
        if (roll < 101) return "apc " + t();
        if (roll < 104) return "kernel_apc " + t() + (below(2) == 0 ? "" : " " + p() + " " + k());
        if (roll < 110) return "watch " + t() + " " + p();
        if (roll < 112) return "file " + f() + " " + p();
        if (roll < 115) return "finish " + f() + " " + k();
        if (roll < 116) return "close_file " + f();
        return wrong_line();
    }

    // Bad input, and lines that give no answer.
    std::string wrong_line() {
        return pick({"", "   ", "# a comment", "get", "get t0", "get t0 p0 0", "get t0 p0 4294967296", "get t0 p0 1 1", "get t0 nowhere", "poll t0 p0 2", "post p0", "post p0 k1 k2", "post nowhere k1",
                     "fly t0", "block", "block nobody", "wake t0 t1", "port", "port p0", "port p0 x", "port px -1", "port p0 4294967296", "port p9 1 nt extra", "port p9 1 solaris", "processors 0", "processors 4097", "processors 00002",
                     "processors", "close nowhere", "close p0 p0", "post p0 bad!name", "get " + std::string(65, 'x') + " p0", "get " + std::string(64, 'x') + " p0", "\tget  t1\tp0   # spaces and a comment", "post p0 k9\r",
                     "GET t0 p0", "get t0 p0 3..2", "get t0 p0 0..2", "get t0 p0 ..2", "get t0 p0 2..", "get t0 p0 1 alert", "poll t0 p0 now", "apc", "apc t0 t1", "kernel_apc t0 p0", "kernel_apc nobody", "watch t0", "watch t0 nowhere", "file f0", "finish nothing k1", "close_file nothing",
                     "port p9 1 nt apc=old", "port p9 1 nt apc", "port p9 1 aix apc=modern", "file f0 p0 p1", "timeout", "exit t0 now", "port p0 99999999999999999999999"});
    }
};

bool is_error(const std::string& line) { return line.find(",\"error\":") != std::string::npos; }
std::string command_of(const std::string& line) { return line.substr(0, line.find(",\"error\":")); }

bool same(const std::string& a, const std::string& b) { return is_error(a) && is_error(b) ? command_of(a) == command_of(b) : a == b; }

// How many packets the effects of an answer gave to threads: the lists after a thread's name.
size_t delivered_in(const std::string& answer) {
    size_t count = 0;
    const std::string effects = answer.substr(0, answer.find("\"ports\":"));
    for (size_t at = effects.find("\",[\""); at != std::string::npos; at = effects.find("\",[\"", at + 1))
        for (size_t end = effects.find(']', at), quote = effects.find('"', at + 1); quote < end; quote = effects.find('"', effects.find('"', quote + 1) + 1)) ++count;
    return count;
}

size_t queued_in(const sim::PortState& state) {
    size_t count = 0;
    for (const sim::Port& port : state.ports) count += port.queue.size();
    return count;
}

// What must hold after every line under every policy: I1, I2 where there is a limit, and that no packet is lost or made.
std::string broken_by(const std::string& line, const std::string& answer, size_t queued_before, const sim::PortState& after) {
    if (const std::string_view broken = sim::port_invariant_broken(after); !broken.empty()) return std::string(broken);
    if (line.starts_with("close")) return {};                  // packets may vanish with the port
    const bool arrives = !is_error(answer) && (line.starts_with("post ") || line.find("post p0 k9") != std::string::npos || line.starts_with("finish ") || (line.starts_with("kernel_apc ") && answer.find(" k") != std::string::npos));
    return queued_before + (arrives ? 1 : 0) == queued_in(after) + delivered_in(answer) ? std::string() : "a packet was lost or made";
}

constexpr std::array kEffects{"opened", "took", "waits", "released", "queued", "blocked", "woke", "timed_out", "suspended", "resumed", "exited", "closed", "abandoned", "apc", "watching", "signalled"};
constexpr std::array kVerbs{"get", "poll", "post", "block", "wake", "timeout", "suspend", "resume", "exit", "close", "apc", "kernel_apc", "watch", "page_in", "file", "finish", "close_file"};

// The script up to the first line that is answered differently, with both answers; empty: there is none.
std::string first_difference(const std::vector<std::string>& script, std::map<std::string, uint64_t>& told_of) {
    sim::RulesScript first;
    second_port::Script second;
    std::string told;
    for (const std::string& line : script) {
        const size_t queued_before = queued_in(first.state());
        const std::string a = first.line(line).value_or(""), b = second.line(line);
        told += line + '\n';
        if (const std::string broken = broken_by(line, a, queued_before, first.state()); !broken.empty()) return told + "  first:  " + a + "\n  " + broken;
        ++told_of[is_error(a) ? "error" : line.substr(0, line.find(' '))];
        for (const char* effect : kEffects) told_of[effect] += a.find("[\"" + std::string(effect) + "\",") != std::string::npos ? 1 : 0;
        if (!same(a, b)) return told + "  first:  " + a + "\n  second: " + b;
    }
    return {};
}

}  // namespace

TEST_CASE("rules: random scripts get the same answers from both ports") {
    const uint64_t count = test::count_or(2'000), seed = test::seed_or(20'261'121);
    MESSAGE(count << " scripts from seed " << seed);
    std::map<std::string, uint64_t> told_of;
    uint64_t answered = 0;
    for (uint64_t i = 0; i < count; ++i) {
        const std::vector<std::string> script = Writer(seed + i).script();
        answered += script.size();
        const std::string difference = first_difference(script, told_of);
        REQUIRE_MESSAGE(difference.empty(), "PORTSIDE_TEST_SEED=" << seed + i << " PORTSIDE_TEST_COUNT=1\n" << difference);
    }
    CHECK(answered > count * 20);
    if (count < 500) return;
    for (const char* verb : kVerbs) CHECK_MESSAGE(told_of[verb] > count / 50, "hardly any " << verb << " succeeded: " << told_of[verb]);
    for (const char* effect : kEffects) CHECK_MESSAGE(told_of[effect] > count / 50, "hardly any " << effect << ": " << told_of[effect]);
}

TEST_CASE("rules: the answer has the shape of the contract") {
    sim::RulesScript script;
    for (const char* line : {"port p 1", "get t0 p", "get t1 p", "get t2 p"}) script.line(line);
    CHECK(script.line("post p k1") == R"({"command":"post p k1","effects":[["released","t2",["k1"]]],"ports":{"p":{"active":1,"limit":1,"queue":[],"waiters":["t0","t1"]}}})");
    CHECK(script.line(" # nothing") == std::nullopt);
    CHECK_FALSE(script.had_error());
    CHECK(is_error(script.line("block t0").value_or("")));
    CHECK(script.had_error());
}
