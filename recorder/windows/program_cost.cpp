// `portside-record cost`: what a record costs inside a program that is recorded, by the agent's own code.
#include <windows.h>

#include <cstdio>

#include "recorder/common/program_options.h"
#include "recorder/windows/agent/agent.h"
#include "recorder/windows/target.h"

namespace recorder {

int record_cost(uint64_t records) {
    const HMODULE agent = LoadLibraryA(agent_path().c_str());
    const auto measure = agent == nullptr ? nullptr : reinterpret_cast<DWORD(WINAPI*)(void*)>(reinterpret_cast<void*>(GetProcAddress(agent, kAgentCost)));
    if (measure == nullptr) {
        std::fprintf(stderr, "portside-record: %s: the recorder's agent is missing, or of another version; it belongs beside portside-record.exe\n", agent_path().c_str());
        return 1;
    }
    AgentCost cost{};
    cost.records = records;
    if (measure(&cost) != kAgentStarted) {
        std::fputs("portside-record: a record's cost can't be measured: there is no memory for it\n", stderr);
        return 1;
    }
    std::printf("{\"records\":%llu,\"warm\":%.2f,\"cold\":%.2f,\"cold_rings\":%u,\"clock_ns\":%.2f}\n", static_cast<unsigned long long>(cost.records), cost.warm_ns, cost.cold_ns, cost.cold_rings, cost.clock_ns);
    return 0;
}

}  // namespace recorder
