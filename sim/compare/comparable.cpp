#include "sim/compare/comparable.h"

#include <algorithm>

#include "sim/trace/print.h"

namespace sim {
namespace {

std::string packets_text(uint64_t count) { return std::to_string(count) + (count == 1 ? " packet" : " packets"); }

std::string end_text(int64_t until_ns) { return until_ns < 0 ? "when nothing is left to do" : "at " + time_text(until_ns); }

}  // namespace

std::string nothing_to_compare(const Trace& trace, const std::string& name) {
    if (trace.records.empty()) return name + " holds no records" + (trace.damage.empty() ? "" : " that can be read (" + trace.damage.front() + ')') + ": there is nothing to compare";
    const auto tells = [](const Record& r) { return (r.flags & kStop) == 0 && (r.kind == Kind::posted || r.kind == Kind::get_returned || r.kind == Kind::handed_over || r.kind == Kind::taken); };
    if (std::any_of(trace.records.begin(), trace.records.end(), tells)) return {};
    return name + " holds " + std::to_string(trace.records.size()) + " records, but no packet and no get that returned: there is nothing to compare";
}

void note_what_differs(std::vector<std::string>& notes, const Trace& a, const Trace& b, const std::string& b_name, const Pairing& pairing) {
    const TraceHeader &x = a.header, &y = b.header;
    const bool named = !x.scenario.empty() && !y.scenario.empty();
    if (named && x.scenario != y.scenario)
        notes.push_back("A is of scenario '" + x.scenario + "' and " + b_name + " of '" + y.scenario + "': figures, shares and waits can be compared, but a decision that differs says nothing of the port");
    else if (named && x.source == y.source && x.scenario_text != y.scenario_text)
        notes.push_back("A and " + b_name + " are of different texts of scenario '" + x.scenario + "'");
    if (named && x.scenario == y.scenario && x.seed != y.seed) notes.push_back("A has seed " + std::to_string(x.seed) + " and " + b_name + " " + std::to_string(y.seed) + ": the same packets are drawn differently");
    if (x.until_ns != y.until_ns) notes.push_back("A was to end " + end_text(x.until_ns) + " and " + b_name + " " + end_text(y.until_ns) + ": only what both have is paired");
    if (pairing.by == PairedBy::order) notes.push_back("few packets have the same identity in A and " + b_name + ": the first posted is paired with the first, and so on");
    if (pairing.only_a > 0) notes.push_back(packets_text(pairing.only_a) + " of A " + (pairing.only_a == 1 ? "has" : "have") + " no partner in " + b_name);
    if (pairing.only_b > 0) notes.push_back(packets_text(pairing.only_b) + " of " + b_name + " " + (pairing.only_b == 1 ? "has" : "have") + " no partner in A");
}

void note_what_it_lacks(std::vector<std::string>& notes, const std::string& name, const Trace& trace) {
    const TraceHeader& header = trace.header;
    for (const TraceBranch& branch : header.branches) notes.push_back(name + " branches at " + time_text(branch.at_ns) + ": " + branch_text(branch));
    if (header.instead.record >= 0) notes.push_back("at record " + std::to_string(header.instead.record) + " of " + name + ' ' + instead_text(header.instead) + ", against the rules");
    if (header.source == "measured" && header.processors_asked != header.processors_used)
        notes.push_back(name + " asked for " + std::to_string(header.processors_asked) + " processors and ran on " + std::to_string(header.processors_used));
    if (const uint64_t lost = lost_records(trace); lost > 0) notes.push_back(name + " lost " + std::to_string(lost) + " records");
    for (const std::string& damage : trace.damage) notes.push_back(name + " is damaged: " + damage);
    if (!header.has_decisions) notes.push_back(name + " holds only what its own calls show: the port's queue and stack are not in it");
}

}  // namespace sim
