#include "sim/compare/decisions.h"

#include "sim/trace/observed.h"

namespace sim {
namespace {

struct Reader {
    const Trace& trace;
    Decisions decisions{};
    std::vector<uint32_t> place{};                    // by packet number: in decisions.packets, + 1
    std::vector<int64_t> called_ns{};                 // by thread: its last get_called
    std::vector<std::vector<uint32_t>> given{};       // by thread: packets that its get will bring
    std::vector<uint32_t> looking{};                  // by thread: its wake without a packet so far, + 1

    template <class T>
    static T& at(std::vector<T>& values, uint32_t index) {
        if (index >= values.size()) values.resize(size_t{index} + 1);
        return values[index];
    }

    void posted(const Record& record) {
        decisions.packets.push_back({.identity = record.argument, .posted_ns = record.time_ns, .within = (record.flags & kWithin) != 0});
        at(place, record.packet) = static_cast<uint32_t>(decisions.packets.size());
    }
    uint32_t place_of(uint32_t packet) const { return packet < place.size() ? place[packet] - 1 : kNoPlace; }   // none: 0 - 1

    void assigned(size_t i) {
        const Record& record = trace.records[i];
        const uint32_t packet = place_of(record.packet);
        decisions.assignments.push_back({.identity = packet == kNoPlace ? 0 : decisions.packets[packet].identity, .thread = record.thread, .record = i, .packet = packet});
        if (packet == kNoPlace) return;
        decisions.packets[packet].assignment = static_cast<uint32_t>(decisions.assignments.size() - 1);
        at(given, record.thread).push_back(packet);
        uint32_t& wake = at(looking, record.thread);
        if (wake != 0) decisions.wakes[wake - 1].packet = packet;
        wake = 0;
    }

    void released(size_t i) {
        const Record& record = trace.records[i];
        decisions.wakes.push_back({.thread = record.thread, .record = i, .packet = place_of(record.packet)});
        if (record.thread != kNoThread && record.packet == kNoPacket) at(looking, record.thread) = static_cast<uint32_t>(decisions.wakes.size());
    }

    void returned(size_t i) {
        const Record& record = trace.records[i];
        if (!trace.header.has_decisions && record.packet != kNoPacket) {
            assigned(i);
            const uint32_t packet = decisions.assignments.back().packet;
            if (packet != kNoPlace && at(called_ns, record.thread) < decisions.packets[packet].posted_ns) decisions.wakes.push_back({.thread = record.thread, .record = i, .packet = packet});
        }
        for (const uint32_t packet : at(given, record.thread)) decisions.packets[packet].got_ns = record.time_ns;
        at(given, record.thread).clear();
    }

    void read(size_t i) {
        const Record& record = trace.records[i];
        if ((record.flags & kStop) != 0) return;                  // also those of the packets that stop a worker
        const bool names_both = record.thread != kNoThread && record.packet != kNoPacket;
        switch (record.kind) {
            case Kind::posted: posted(record); break;
            case Kind::get_called: if (record.thread != kNoThread) at(called_ns, record.thread) = record.time_ns; break;
            case Kind::get_returned: if (record.thread != kNoThread) returned(i); break;
            case Kind::parked: if (record.thread != kNoThread) at(looking, record.thread) = 0; break;   // it looked in vain
            case Kind::handed_over:
            case Kind::taken: if (names_both) assigned(i); break;
            case Kind::released: released(i); break;
            case Kind::completed: if (names_both) ++at(decisions.completed, record.thread); break;
            case Kind::none: case Kind::port_opened: case Kind::port_closed: case Kind::limit_set: case Kind::thread_start: case Kind::thread_exit:
            case Kind::associated: case Kind::queued: case Kind::ready: case Kind::on_processor:
            case Kind::off_processor: case Kind::block_begin: case Kind::block_end: case Kind::suspended: case Kind::resumed:
            case Kind::io_started: case Kind::io_finished: case Kind::io_cancelled: case Kind::io_detail: case Kind::call: case Kind::call_detail: case Kind::mark: case Kind::detail:
            case Kind::apc: case Kind::call_failed: case Kind::release_tried: case Kind::limit_tried: case Kind::kind_count: break;
        }
    }
};

}  // namespace

Decisions decisions_of(const Trace& trace, const Stop& stop) {
    Reader reader{.trace = trace};
    for (size_t i = 0; i < trace.records.size() && !stop.asked(i); ++i) reader.read(i);
    return std::move(reader.decisions);
}

}  // namespace sim
