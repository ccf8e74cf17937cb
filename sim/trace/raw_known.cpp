#include "sim/trace/raw_known.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <unordered_map>

namespace sim {

bool raw_makes_known(RawKind kind) {
    switch (kind) {
        case RawKind::thread_start: case RawKind::thread_exit: case RawKind::port_created: case RawKind::port_named: case RawKind::port_copied: case RawKind::closed:
        case RawKind::associated: case RawKind::notification: case RawKind::factory_created: return true;
        case RawKind::none: case RawKind::posted: case RawKind::get_called: case RawKind::get_returned: case RawKind::get_entry: case RawKind::submitted:
        case RawKind::wait_called: case RawKind::wait_returned: case RawKind::io_called: case RawKind::io_returned: case RawKind::kind_count: return false;
    }
    return false;
}

std::vector<bool> raw_gone(const std::vector<const RawRecord*>& records) {
    std::vector<size_t> order(records.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return records[a]->begin < records[b]->begin; });
    std::vector<bool> gone(records.size(), false);
    std::unordered_map<uint32_t, std::vector<size_t>> files;      // by handle: what is known of it
    std::unordered_map<uint32_t, size_t> starts;                  // by thread
    for (const size_t at : order) {
        const RawRecord& record = *records[at];
        if (record.kind == RawKind::associated || record.kind == RawKind::notification) files[record.handle].push_back(at);
        if (record.kind == RawKind::port_copied) files.erase(record.other);       // its copy goes back to it
        if (record.kind == RawKind::thread_start) starts[record.thread] = at;
        if (const auto start = starts.find(record.thread); record.kind == RawKind::thread_exit && start != starts.end()) {
            gone[start->second] = gone[at] = true;
            starts.erase(start);
        }
        if (const auto file = files.find(record.handle); record.kind == RawKind::closed && file != files.end()) {
            for (const size_t one : file->second) gone[one] = true;
            gone[at] = true;
            files.erase(file);
        }
    }
    return gone;
}

}  // namespace sim
