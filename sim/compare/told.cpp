#include "sim/compare/told.h"

#include <algorithm>
#include <numeric>

#include "sim/trace/print.h"

namespace sim {
namespace {

constexpr size_t kNear = 4;

// One decision whose surroundings are being read.
struct Asked {
    size_t decision;
    size_t place;                 // in the answer
    Told before{}, after{};
    std::string packet{};
    bool told = false;
};

class Telling {
public:
    Telling(const Trace& trace, const std::vector<size_t>& decisions) : trace_(trace), out_(decisions.size()) {
        std::vector<size_t> order(decisions.size());
        std::iota(order.begin(), order.end(), size_t{0});
        std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return decisions[a] < decisions[b]; });
        for (const size_t i : order) asked_.push_back({.decision = decisions[i], .place = i});
    }

    std::vector<Told> run(const Stop& stop) {
        TraceState state = trace_state_begin(trace_.header);
        size_t first = 0;                                  // asked before it have been answered
        for (size_t i = 0; i < trace_.records.size() && first < asked_.size() && !stop.asked(i); ++i) {
            for (size_t n = first; n < asked_.size() && asked_[n].decision <= i + kNear; ++n) look(asked_[n], i, state);
            trace_state_apply(state, trace_.header, trace_.records[i]);
            for (size_t n = first; n < asked_.size() && asked_[n].decision <= i; ++n)
                if (asked_[n].decision == i) asked_[n].packet = packet_label(trace_.header, state, trace_.records[i].packet);
            while (first < asked_.size() && asked_[first].decision + kNear <= i) answer(asked_[first++]);
        }
        while (first < asked_.size()) answer(asked_[first++]);
        return std::move(out_);
    }

private:
    const Trace& trace_;
    std::vector<Told> out_;
    std::vector<Asked> asked_;    // in the order of the records

    void look(Asked& asked, size_t i, const TraceState& state) const {
        const Record& record = trace_.records[i];
        const Record& decided = trace_.records[asked.decision];
        const bool near = i + kNear >= asked.decision && i <= asked.decision + kNear;
        if (asked.told || !near || (record.packet != decided.packet && record.thread != decided.thread)) return;
        if (i > asked.decision && !asked.after.sentence.empty()) return;
        std::string sentence = narrate(trace_.header, state, record);
        if (sentence.empty()) return;
        Told& to = i < asked.decision ? asked.before : asked.after;
        to = {.record = i, .sentence = std::move(sentence), .packet = {}};
        asked.told = i == asked.decision;
    }
    void answer(Asked& asked) {
        Told& to = out_[asked.place];
        to = !asked.after.sentence.empty() ? std::move(asked.after) : std::move(asked.before);
        if (to.sentence.empty()) to.record = asked.decision;
        to.packet = std::move(asked.packet);
    }
};

}  // namespace

std::vector<Told> tell_decisions(const Trace& trace, const std::vector<size_t>& decisions, const Stop& stop) { return Telling(trace, decisions).run(stop); }

}  // namespace sim
