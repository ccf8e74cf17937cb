// The sentences about processors: who waits for one, who takes it from whom, and other work of the machine.
#include <algorithm>

#include "sim/model/limits.h"
#include "sim/trace/print.h"
#include "sim/trace/teller.h"

namespace sim {

std::vector<uint32_t> Teller::allowed_processors() const {
    std::vector<uint32_t> allowed;
    for (uint32_t p = 0; p < std::min(header.processors_used, kProcessorsMax); ++p)
        if (may_use(header, record.thread, p)) allowed.push_back(p);
    return allowed;
}

// An idle processor that the thread may use, or one whose thread it preempts. What a processor does that is just being switched to
// another thread, no record tells.
bool Teller::finds_processor() const {
    if (header.affinities.empty() && header.priorities.empty()) {   // every thread may use all of them
        const uint32_t processors = std::min(header.processors_used, kProcessorsMax);
        uint32_t in_use = 0;
        for (const ThreadTraceState& t : state.threads) in_use += t.processor == kNoProcessor ? 0 : 1;
        return in_use == 0 || in_use < processors;
    }
    const size_t allowed = allowed_processors().size();
    uint32_t busy = 0;
    for (uint32_t t = 0; t < state.threads.size(); ++t) {
        if (state.threads[t].processor == kNoProcessor || !may_use(header, record.thread, state.threads[t].processor)) continue;
        if (priority_of(header, t) < priority_of(header, record.thread)) return true;
        ++busy;
    }
    return busy == 0 || busy < allowed;
}

// K40: who may run and can't is late for another reason than the port.
std::string Teller::ready() const {
    if (finds_processor()) return {};
    const std::vector<uint32_t> allowed = allowed_processors();
    const bool any = allowed.size() == header.processors_used;
    const std::string which = any ? "" : " that it may use";
    const std::string busy = allowed.size() == 1   ? (any ? std::string("the only processor is") : "processor " + std::to_string(allowed.front()) + ", the only one that it may use, is")
                             : allowed.size() == 2 ? "both processors" + which + " are"
                                                   : "all " + std::to_string(allowed.size()) + " processors" + which + " are";
    const std::string rank = header.priorities.empty() ? "" : " with threads of its priority or a higher one";
    return subject() + " is ready, but " + busy + " busy" + rank + ": it waits for one" + rule() + ".";
}

std::string Teller::off_processor() const {
    if ((record.flags & kPreempted) == 0) return {};
    const std::string counts = is_nt() ? "; it still counts (K20)." : ".";
    if (header.source == "measured") return "The system takes processor " + std::to_string(record.processor) + " from " + subject() + ", which is ready" + counts;
    if (record.argument == 0) return "The quantum of " + subject() + " is over and another thread is ready: it goes to the end of the ready queue" + counts;
    const auto by = static_cast<uint32_t>(record.argument - 1);
    return thread(by) + ", of priority " + std::to_string(priority_of(header, by)) + ", takes processor " + std::to_string(record.processor) + " from " + subject() + ", of priority " + std::to_string(priority_of(header, record.thread)) +
           ": that one is next in line with the rest of its quantum" + counts;
}

// Threads that no port knows. What they do is of interest where they have a processor.
std::string Teller::other_work() const {
    const std::string work = "Other work (" + subject() + ")";
    switch (record.kind) {
        case Kind::on_processor: return work + " runs on processor " + std::to_string(record.processor) + ".";
        case Kind::off_processor: return off_processor();
        case Kind::block_begin: return work + " rests for " + said(static_cast<int64_t>(record.argument)) + ".";
        case Kind::ready: return ready();
        case Kind::none: case Kind::port_opened: case Kind::port_closed: case Kind::limit_set: case Kind::thread_start: case Kind::thread_exit: case Kind::associated: case Kind::get_called: case Kind::get_returned: case Kind::parked:
        case Kind::released: case Kind::posted: case Kind::queued: case Kind::handed_over: case Kind::taken: case Kind::completed: case Kind::block_end: case Kind::suspended: case Kind::resumed:
        case Kind::io_started: case Kind::io_finished: case Kind::io_cancelled: case Kind::io_detail: case Kind::call: case Kind::call_detail: case Kind::mark: case Kind::detail: case Kind::apc: case Kind::call_failed: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: return {};
    }
    return {};
}

}  // namespace sim
