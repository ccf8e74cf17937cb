// Random scenarios for identify: one policy for every port, the same work under any policy.
#pragma once
#include <string>
#include <vector>

#include "sim/base/prng.h"

namespace test {

struct Draw {
    sim::Stream stream;
    uint64_t below(uint64_t n) { return stream.next_u64() % n; }
    bool chance(double share) { return stream.next_unit() < share; }
    std::string one_of(const std::vector<std::string>& texts) { return texts[below(texts.size())]; }
};

inline const std::vector<std::string> kNamed{"nt", "wine8", "wine10", "epoll", "io_uring", "kqueue", "event_ports", "thread_per_operation"};

inline std::string work_of_packet(Draw& draw) {
    std::string out;
    const std::vector<std::string> steps{R"({ compute = { exponential = "300us" } })", R"({ compute = "250us" })", R"({ block = { uniform = ["0us", "500us"] }, chance = 0.5 })", R"({ lock = "table", hold = "100us" })",
                                         R"({ read = "disk" })", R"({ start_io = "disk", chance = 0.3 })", R"({ post = "p0", chance = 0.2 })"};
    for (uint64_t n = 1 + draw.below(3); n > 0; --n) out += (out.empty() ? " " : ", ") + draw.one_of(steps);
    return "[" + out + " ]";
}

/// `policy` stands where POLICY stands in the text.
inline std::string scenario_under(std::string text, const std::string& policy) {
    for (size_t at = text.find("POLICY"); at != std::string::npos; at = text.find("POLICY", at)) text.replace(at, 6, policy);
    return text;
}

/// With POLICY for the policy. `least`: a minimum of packets, which io_uring and event_ports know.
inline std::string drawn_scenario(Draw& draw, bool least) {
    std::string text = "until = \"15ms\"\nseed = " + std::to_string(draw.below(1'000'000)) + "\n[machine]\nprocessors = " + std::to_string(1 + draw.below(4)) + "\nquantum = \"" + draw.one_of({"200us", "1ms", "30ms"}) +
                       "\"\nwake_latency = \"" + draw.one_of({"0ns", "5us"}) + "\"\ncontext_switch = \"" + draw.one_of({"0ns", "2us"}) + "\"\nget_cost = \"" + draw.one_of({"0ns", "1us"}) + "\"\npost_cost = \"1us\"\n";
    const uint64_t ports = 1 + draw.below(2);
    for (uint64_t p = 0; p < ports; ++p) text += "[[port]]\nname = \"p" + std::to_string(p) + "\"\nconcurrency = " + draw.one_of({"1", "1", "2", "3"}) + "\npolicy = \"POLICY\"\n";
    text += "[[device]]\nname = \"disk\"\nport = \"p0\"\nchannels = 2\nlatency = { exponential = \"300us\" }\n";
    for (uint64_t w = 0; w < ports + draw.below(2); ++w) {
        text += "[[worker]]\nname = \"w" + std::to_string(w) + "\"\nport = \"p" + std::to_string(w % ports) + "\"\ncount = " + std::to_string(2 + draw.below(5)) + "\n" + (draw.chance(0.2) ? "timeout = \"500us\"\n" : "");
        if (least) text += "batch = 4\nbatch_min = " + std::to_string(w == 0 ? 2 + draw.below(2) : 1 + draw.below(3)) + "\n";
        else if (draw.chance(0.2)) text += "batch = 3\n";
        text += "on_packet = " + work_of_packet(draw) + "\n";
    }
    for (uint64_t p = 0; p < ports; ++p)
        text += "[[source]]\nname = \"s" + std::to_string(p) + "\"\nport = \"p" + std::to_string(p) + "\"\narrivals = { " + draw.one_of({"poisson = \"200us\"", "poisson = \"600us\"", "every = \"250us\"", "closed = 3, think = { exponential = \"300us\" }"}) + " }\n";
    return text;
}

}  // namespace test
