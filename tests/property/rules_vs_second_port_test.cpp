// Two ports that share no code answer the same random scripts with the same lines. PORTSIDE_TEST_COUNT sets how many scripts,
// PORTSIDE_TEST_SEED which.
#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <string>

#include "sim/cli/rules_script.h"
#include "sim/compare/second_port.h"

namespace {

uint64_t from_environment(const char* name, uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Writer {
public:
    explicit Writer(uint64_t seed) : random_(seed) {}

    std::vector<std::string> script() {
        threads_ = 2 + below(6);
        ports_ = 1 + below(3);
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

    uint64_t below(uint64_t n) { return random_() % n; }
    std::string t() { return "t" + std::to_string(below(threads_)); }
    std::string p() { return "p" + std::to_string(below(ports_)); }
    std::string pick(const std::vector<std::string>& of) { return of[below(of.size())]; }

    std::string open_line(uint64_t port) {
        return "port p" + std::to_string(port) + " " + std::to_string(below(4)) + pick({"", " nt", " nt", " wine8"});
    }

    std::string line() {
        const uint64_t roll = below(100);
        if (roll < 28) return "get " + t() + " " + p() + (below(3) == 0 ? " " + std::to_string(1 + below(4)) : "");
        if (roll < 52) return "post " + p() + " k" + std::to_string(below(5) == 0 ? below(packets_ + 1) : ++packets_);
        if (roll < 60) return "block " + t();
        if (roll < 69) return "wake " + t();
        if (roll < 74) return "timeout " + t();
        if (roll < 80) return "suspend " + t();
        if (roll < 87) return "resume " + t();
        if (roll < 90) return "poll " + t() + " " + p();
        if (roll < 92) return "exit " + t();
        if (roll < 93) return "close " + p();
        if (roll < 96) return open_line(below(ports_));
        return wrong_line();
    }

    // Bad input, and lines that give no answer.
    std::string wrong_line() {
        return pick({"", "   ", "# a comment", "get", "get t0", "get t0 p0 0", "get t0 p0 4294967296", "get t0 p0 1 1", "get t0 nowhere", "poll t0 p0 2", "post p0", "post p0 k1 k2", "post nowhere k1",
                     "fly t0", "block", "block nobody", "wake t0 t1", "port", "port p0", "port p0 x", "port px -1", "port p0 4294967296", "port p9 1 nt extra", "port p9 1 solaris", "processors 0", "processors 4097", "processors 00002",
                     "processors", "close nowhere", "close p0 p0", "post p0 bad!name", "get " + std::string(65, 'x') + " p0", "get " + std::string(64, 'x') + " p0", "\tget  t1\tp0   # spaces and a comment", "post p0 k9\r",
                     "GET t0 p0", "timeout", "exit t0 now", "port p0 99999999999999999999999"});
    }
};

bool is_error(const std::string& line) { return line.find(",\"error\":") != std::string::npos; }
std::string command_of(const std::string& line) { return line.substr(0, line.find(",\"error\":")); }

bool same(const std::string& a, const std::string& b) { return is_error(a) && is_error(b) ? command_of(a) == command_of(b) : a == b; }

// The script up to the first line that is answered differently, with both answers; empty: there is none.
std::string first_difference(const std::vector<std::string>& script) {
    sim::RulesScript first;
    second_port::Script second;
    std::string told;
    for (const std::string& line : script) {
        const std::string a = first.line(line).value_or(""), b = second.line(line);
        told += line + '\n';
        if (!same(a, b)) return told + "  first:  " + a + "\n  second: " + b;
    }
    return {};
}

}  // namespace

TEST_CASE("rules: random scripts get the same answers from both ports") {
    const uint64_t count = from_environment("PORTSIDE_TEST_COUNT", 2'000), seed = from_environment("PORTSIDE_TEST_SEED", 20'261'121);
    MESSAGE(count << " scripts from seed " << seed);
    uint64_t answered = 0;
    for (uint64_t i = 0; i < count; ++i) {
        const std::vector<std::string> script = Writer(seed + i).script();
        answered += script.size();
        const std::string difference = first_difference(script);
        REQUIRE_MESSAGE(difference.empty(), "PORTSIDE_TEST_SEED=" << seed + i << " PORTSIDE_TEST_COUNT=1\n" << difference);
    }
    CHECK(answered > count * 20);
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
