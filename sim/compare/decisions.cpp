#include "sim/compare/decisions.h"

namespace sim {
namespace {

struct Reader {
    const Trace& trace;
    Decisions decisions;
    std::vector<uint64_t> identity;       // by packet number
    std::vector<int64_t> posted_ns;
    std::vector<int64_t> called_ns;       // by thread: its last get_called

    template <class T>
    static T& at(std::vector<T>& values, uint32_t index) {
        if (index >= values.size()) values.resize(size_t{index} + 1);
        return values[index];
    }

    void posted(const Record& record) {
        at(identity, record.packet) = record.argument;
        at(posted_ns, record.packet) = record.time_ns;
    }

    void assigned(size_t i) {
        const Record& record = trace.records[i];
        decisions.assignments.push_back({at(identity, record.packet), record.thread, i});
    }

    void returned(size_t i) {
        const Record& record = trace.records[i];
        if (trace.header.has_decisions || record.packet == kNoPacket) return;
        assigned(i);
        if (at(called_ns, record.thread) < at(posted_ns, record.packet)) decisions.wakes.push_back({record.thread, i});
    }

    void read(size_t i) {
        const Record& record = trace.records[i];
        if ((record.flags & kStop) != 0) return;
        const bool names_both = record.thread != kNoThread && record.packet != kNoPacket;
        switch (record.kind) {
            case Kind::posted: posted(record); break;
            case Kind::get_called: if (record.thread != kNoThread) at(called_ns, record.thread) = record.time_ns; break;
            case Kind::get_returned: if (record.thread != kNoThread) returned(i); break;
            case Kind::handed_over:
            case Kind::taken: if (names_both) assigned(i); break;
            case Kind::released: decisions.wakes.push_back({record.thread, i}); break;
            case Kind::completed: if (names_both) ++at(decisions.completed, record.thread); break;
            case Kind::none: case Kind::port_opened: case Kind::port_closed: case Kind::thread_start: case Kind::thread_exit:
            case Kind::associated: case Kind::parked: case Kind::queued: case Kind::ready: case Kind::on_processor:
            case Kind::off_processor: case Kind::block_begin: case Kind::block_end: case Kind::suspended: case Kind::resumed:
            case Kind::io_started: case Kind::io_finished: case Kind::io_cancelled: case Kind::io_detail: case Kind::call: case Kind::call_detail: case Kind::mark: case Kind::detail:
            case Kind::apc: case Kind::call_failed: case Kind::kind_count: break;
        }
    }
};

}  // namespace

Decisions decisions_of(const Trace& trace) {
    Reader reader{.trace = trace, .decisions = {}, .identity = {}, .posted_ns = {}, .called_ns = {}};
    for (size_t i = 0; i < trace.records.size(); ++i) reader.read(i);
    return std::move(reader.decisions);
}

}  // namespace sim
