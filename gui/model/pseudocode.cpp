#include "gui/model/pseudocode.h"

#include "sim/model/rule.h"

namespace gui {
namespace {

Pseudocode with_routines(std::vector<std::string_view> lines) {
    Pseudocode out{.lines = std::move(lines), .routines = {}};
    for (size_t i = 0; i < out.lines.size(); ++i)
        if (!out.lines[i].starts_with(' ')) out.routines.push_back(i);
    return out;
}

int nt_line(sim::Rule rule, sim::Kind kind) {
    switch (rule) {
        case sim::Rule::K1: return 2;
        case sim::Rule::K2: return 4;
        case sim::Rule::K8: return 6;
        case sim::Rule::K11:
        case sim::Rule::K12: return 8;
        case sim::Rule::K13:
        case sim::Rule::K16: return 9;
        case sim::Rule::K17: return kind == sim::Kind::block_begin ? 11 : 13;
        case sim::Rule::K19: return 14;
        default: return -1;   // a number out of a file: rules without a line here have none
    }
}

int wine8_line(sim::Kind kind) {
    switch (kind) {
        case sim::Kind::queued: return 1;
        case sim::Kind::released: return 2;
        case sim::Kind::taken: return 4;
        case sim::Kind::parked: return 5;
        case sim::Kind::block_begin:
        case sim::Kind::block_end: return 8;
        default: return -1;
    }
}

}  // namespace

Pseudocode::Range Pseudocode::routine_of(size_t line) const {
    Range range{.begin = 0, .end = lines.size()};
    for (const size_t first : routines) {
        if (first > line) {
            range.end = first;
            break;
        }
        range.begin = first;
    }
    return range;
}

const Pseudocode& pseudocode(std::string_view policy) {
    static const Pseudocode nt = with_routines({
        "insert(packet):",
        "  if active < limit and stack:",
        "    give to top; active += 1",
        "  else:",
        "    append to queue",
        "remove():",
        "  if associated: active -= 1",
        "  if active < limit and queue:",
        "    take head; active += 1",
        "  else: push on stack, wait",
        "block elsewhere:",
        "  active -= 1",
        "  if active < limit, queue, stack:",
        "    head to top; active += 1",
        "come back: active += 1"});
    static const Pseudocode wine8 = with_routines({
        "insert(packet):",
        "  append to queue",
        "  wake the oldest waiter",
        "remove(), and when woken:",
        "  if queue: take head",
        "  else: wait as the newest",
        "block elsewhere, come back:",
        "  the port does not see it;",
        "  no slot is freed or taken"});
    return policy == "wine8" ? wine8 : nt;
}

int pseudocode_line(std::string_view policy, const sim::Record& record) {
    if (policy == "wine8") return wine8_line(record.kind);
    return nt_line(record.rule, record.kind);
}

}  // namespace gui
