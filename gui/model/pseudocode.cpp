#include "gui/model/pseudocode.h"

#include "sim/model/policy.h"
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

// A port that counts nobody. Its lines come from the switches of the policy, so that a new policy needs none of its own.
std::string_view release_text(const sim::PolicyRow& row) {
    const bool gives = row.wake == sim::WakeStyle::hand_over;
    switch (row.release) {
        case sim::ReleaseOrder::newest: return gives ? "    give to the newest waiter" : "  wake the newest waiter";
        case sim::ReleaseOrder::oldest: return gives ? "    give to the oldest waiter" : "  wake the oldest waiter";
        case sim::ReleaseOrder::all: return gives ? "    give to one of all" : "  wake everybody who waits";
        case sim::ReleaseOrder::by_request_size: return gives ? "    give to the smallest wish" : "  wake who asks for the least";
    }
    return {};
}

std::string_view take_text(sim::Delivery delivery) {
    switch (delivery) {
        case sim::Delivery::one: return "  if queue: take head, one";
        case sim::Delivery::up_to_n: return "  if queue: take head";
        case sim::Delivery::min_to_max: return "  if enough in queue: take head";
    }
    return {};
}

Pseudocode without_limit(const sim::PolicyRow& row) {
    std::vector<std::string_view> lines{"insert(packet):"};
    if (row.wake == sim::WakeStyle::hand_over) lines.insert(lines.end(), {"  if somebody waits:", release_text(row), "  else: append to queue", "remove():"});
    else lines.insert(lines.end(), {"  append to queue", release_text(row), "remove(), and when woken:"});
    lines.insert(lines.end(), {take_text(row.delivery), "  else: wait as the newest", "block elsewhere, come back:", "  the port does not see it;", "  no slot is freed or taken"});
    return with_routines(std::move(lines));
}

int line_without_limit(const sim::PolicyRow& row, sim::Kind kind) {
    const int later = row.wake == sim::WakeStyle::hand_over ? 1 : 0;
    switch (kind) {
        case sim::Kind::queued: return later == 1 ? 3 : 1;
        case sim::Kind::handed_over:
        case sim::Kind::released: return 2;
        case sim::Kind::taken: return 4 + later;
        case sim::Kind::parked: return 5 + later;
        case sim::Kind::block_begin:
        case sim::Kind::block_end: return 8 + later;
        default: return -1;
    }
}

// nt's own are the fallback: a recording that claims no rules is told with them.
const sim::PolicyRow* row_without_limit(std::string_view policy) {
    const std::optional<sim::Policy> known = sim::policy_from_name(policy);
    if (!known || *known == sim::Policy::nt) return nullptr;
    return &sim::policy_row(*known);
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
    static const std::vector<Pseudocode> others = [] {   // by policy
        std::vector<Pseudocode> out;
        for (const std::string_view name : sim::policy_names()) out.push_back(without_limit(sim::policy_row(*sim::policy_from_name(name))));
        return out;
    }();
    return row_without_limit(policy) == nullptr ? nt : others[static_cast<size_t>(*sim::policy_from_name(policy))];
}

int pseudocode_line(std::string_view policy, const sim::Record& record) {
    const sim::PolicyRow* row = row_without_limit(policy);
    return row == nullptr ? nt_line(record.rule, record.kind) : line_without_limit(*row, record.kind);
}

}  // namespace gui
