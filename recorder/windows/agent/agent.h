// What the recorder and its agent agree on beside the file between them (sim/trace/raw_file.h).
#pragma once
#include <cstdint>
#include <string>

namespace recorder {

/// The section that both map. The agent is told its number as the argument of kAgentStart.
inline std::string agent_section(unsigned long process, unsigned number) { return "Local\\portside-" + std::to_string(process) + '-' + std::to_string(number); }

inline constexpr char kAgentFile[] = "portside-agent64.dll";
/// Exports, started as threads of the program with the section's number; they return 0, or why not as the section says.
inline constexpr char kAgentStart[] = "portside_agent_start";
/// What start returns when it has begun, or why it has not.
enum AgentStart : unsigned { kAgentStarted, kAgentNoSection, kAgentNoSlot, kAgentRefused, kAgentTaken };
inline constexpr char kAgentStop[] = "portside_agent_stop";       ///< nothing is written from now on
inline constexpr char kAgentLeave[] = "portside_agent_leave";     ///< after the stubs are as they were: gives the section back

/// Called by a program that has loaded the library itself, with an AgentCost; kAgentStarted: it is measured.
inline constexpr char kAgentCost[] = "portside_agent_cost";
struct AgentCost {
    uint64_t records;                 ///< how many; 10,000 to 10,000,000
    uint32_t cold_rings;
    double clock_ns, warm_ns, cold_ns;   ///< a reading of the clock, which tells the processor too; a record without it: always into one ring, and into cold_rings in turn
};

}  // namespace recorder
