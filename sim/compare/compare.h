// Two traces of the same work side by side: figures, agreement of decisions, and where they first part.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/compare/pairing.h"
#include "sim/compare/ranked.h"
#include "sim/compare/verdicts.h"
#include "sim/compare/waits.h"
#include "sim/trace/file.h"
#include "sim/trace/summary.h"

namespace sim {

/// Shares 0..1; none where it does not apply.
struct Agreement {
    std::optional<double> packet_order;   ///< gets that return the same packet (by identity) at the same place in the order
    std::optional<double> wake_order;     ///< decisions to let a waiting thread go that name the same thread at the same place
    std::optional<double> wake_tau;       ///< -1..1: Kendall's tau of the order of waking (wake_tau of pairing.h)
    std::optional<double> same_thread;    ///< of the packets that left the port on both sides, those that the same thread got
    std::optional<double> thread_share;   ///< 1 - half the sum of differences of the threads' shares of packets
    std::optional<double> replay;         ///< `port` backend: recorded calls through the second port, share of decisions that agree; of two recordings the lower
    uint64_t packet_decisions = 0, wake_decisions = 0, replay_decisions = 0, tau_wakes = 0, same_thread_decisions = 0;   ///< what the shares are of
};

struct Divergence {
    int64_t time_ns = 0;                  ///< on side a
    uint64_t a_record = 0, b_record = 0;  ///< index of the record that each side's sentence is about
    std::string packet;                   ///< label
    std::string a, b;                     ///< both sides' sentences
    std::string rule;                     ///< "K1", "" where none is known
};

struct Difference { std::string metric; double a = 0, b = 0; std::optional<double> ratio; /* b / a */ };

struct Comparison {
    Summary a, b;
    Agreement agreement;
    std::optional<Divergence> first_divergence;
    std::vector<Difference> differences;  ///< every figure of both summaries, in the summary's order
    std::vector<std::string> notes;       ///< processors asked and used, losses, what could not be compared and why
    std::string b_name = "B";
    PairedBy paired_by = PairedBy::identity;
    uint64_t paired = 0, only_a = 0, only_b = 0;   ///< packets
    PairedWakes wakes;
    WaitsCompared waits;
    // compare_closely alone:
    std::vector<RankedPacket> ranked;     ///< largest difference first, at most kRankedMax
    std::optional<Verdicts> verdicts;
    std::string no_verdicts;              ///< why there are none
};

/// b_name: what notes call b.
Comparison compare_traces(const Trace& a, const Trace& b, const std::string& b_name = "B");
/// With what takes longer: the ranked packets, and each decision's verdict.
Comparison compare_closely(const Trace& a, const Trace& b, const std::string& b_name = "B");

/// A table for a terminal.
std::string comparison_text(const Comparison& comparison);
/// The name of the i-th side in a table of several: A, B, ... Z, then side 27, ...
std::string side_name(size_t i);
/// One table of several, each with the same side A; at least one.
std::string comparisons_text(const std::vector<Comparison>& comparisons);

}  // namespace sim
