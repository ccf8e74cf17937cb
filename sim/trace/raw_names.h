// Names in a recording of a program: who called, by module and offset, and what the system calls are called.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/raw_merge.h"

namespace sim {

std::string raw_hex(uint64_t number);
std::string_view raw_call_name(RawCall call);
/// The error that GetLastError gives for a status; where it is not known here, the status itself, which is 2^31 or more.
uint64_t raw_error_of(uint32_t status);

class RawNames {
public:
    explicit RawNames(const std::vector<RawText>& notes);

    /// "node.exe+0x1234", followed by what it did there. Sources of a trace are such places; what they post is counted there.
    uint32_t source(uint64_t address, std::string_view what);
    uint64_t identity_of(uint32_t source);
    uint64_t identity(uint64_t address, std::string_view what) { return identity_of(source(address, what)); }
    const std::vector<std::string>& sources() const { return sources_; }
    /// "node" of an address in node.exe: letters, digits, '_' and '-'.
    std::string stem_of(uint64_t address) const;
    /// The device that stands for a system call; one more is added to the list where it is the first.
    uint16_t device(RawCall call, std::vector<TraceDevice>& devices);

private:
    struct Module { uint64_t base, bytes; std::string name; };
    const Module* module_of(uint64_t address) const;
    std::vector<Module> modules_;
    std::vector<std::string> sources_;
    std::vector<uint64_t> counts_;                     // by source
    std::map<std::string, uint32_t> numbers_;
    std::map<std::pair<uint64_t, std::string_view>, uint32_t> known_;
    std::map<RawCall, uint16_t> devices_;
};

/// What was asked for, of a whole trace.
Status raw_keep_only(Trace& trace, const RawMergeOptions& options);

}  // namespace sim
