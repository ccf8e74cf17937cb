// The decisions of both sides about the same packets, beside each other: which thread each packet went to, behind which other one.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/stop.h"
#include "sim/trace/file.h"

namespace sim {

struct MatchedDecision {
    enum class Differs : uint8_t {
        no,
        thread,       ///< another thread gets the packet
        order,        ///< the same one, but another packet left the port before it
        only_a,       ///< it leaves the port on this side alone
        only_b
    };
    int64_t a_ns = -1, b_ns = -1;         ///< when it left the port; -1: it did not
    uint64_t a_record = 0, b_record = 0;  ///< that show it
    uint32_t a_thread = kNoThread, b_thread = kNoThread;
    Differs differs = Differs::no;
    bool both() const { return a_ns >= 0 && b_ns >= 0; }
    /// On side a, else on b.
    int64_t at_ns() const { return a_ns >= 0 ? a_ns : b_ns; }
};

/// Paired as compare_traces pairs packets; in the order of at_ns.
std::vector<MatchedDecision> match_decisions(const Trace& a, const Trace& b, const Stop& stop = {});

/// Both sides' sentences of a decision in which they differ.
struct ToldDivergence {
    size_t match = 0;                     ///< place in the answer of match_decisions
    uint64_t a_record = 0, b_record = 0;  ///< that the sentences are about
    std::string packet, rule;             ///< label; "K1", "" where none is known
    std::string a, b;
};
/// The first `most` of them. One pass over each trace.
std::vector<ToldDivergence> tell_divergences(const Trace& a, const Trace& b, const std::vector<MatchedDecision>& matches, size_t most, const Stop& stop = {});

}  // namespace sim
