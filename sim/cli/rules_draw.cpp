#include "sim/cli/rules_draw.h"

#include <algorithm>

#include "sim/port/policy.h"
#include "sim/port/unlimited.h"

namespace sim {
namespace {

constexpr size_t kSlotsMax = 8;       // more are counted, not drawn

struct Drawing {
    const RulesScript& script;
    const PortState& state = script.state();
    std::string out{};

    const std::string& name(ThreadId t) const { return script.thread_names()[t.value]; }

    void line(const char* head, const std::string& text) { out += "    " + std::string(head) + std::string(10 - std::string_view(head).size(), ' ') + text + '\n'; }

    /// The threads of the port (or of none) that `wanted` picks, in the order of their names' appearance.
    template <class Wanted>
    std::vector<ThreadId> threads_of(PortId port, Wanted wanted) const {
        std::vector<ThreadId> found;
        for (uint32_t t = 0; t < state.threads.size(); ++t)
            if (state.threads[t].association == port && wanted(state.threads[t])) found.push_back({t});
        return found;
    }

    std::string slots(const Port& port, const std::vector<ThreadId>& running) const;
    void waiters(const Port& port);
    void elsewhere(PortId port);
    void port(const RulesPort& entry, uint32_t id);
    void of_no_port();
};

bool counts(const PortThread& t) { return t.state == PortThreadState::running || t.state == PortThreadState::looking || t.keeps_slot; }

std::string why_elsewhere(const PortThread& t) {
    switch (t.state) {
        case PortThreadState::blocked: return t.keeps_slot ? " (waits for a page, keeps its slot)" : "";
        case PortThreadState::suspended: return " (suspended)";
        case PortThreadState::suspended_waiting: return " (suspended in its wait)";
        case PortThreadState::watching: return " (waits on a handle)";
        case PortThreadState::waiting: return " (waits on a port that is closed)";
        case PortThreadState::unknown:
        case PortThreadState::running:
        case PortThreadState::looking:
        case PortThreadState::exited: return "";
    }
    return "";
}

// "[b] [ ]", and who is beyond the limit.
std::string Drawing::slots(const Port& port, const std::vector<ThreadId>& running) const {
    std::string text;
    if (policy_row(port.policy).limit == AdmissionLimit::none) {
        for (const ThreadId t : running) text += (text.empty() ? "" : " ") + name(t);
        return text + (text.empty() ? "" : "   ") + "(no limit in force)";
    }
    const size_t drawn = std::min<size_t>(port.limit, std::max(kSlotsMax, running.size()));
    for (size_t i = 0; i < drawn; ++i) text += (i == 0 ? "[" : " [") + (i < running.size() ? name(running[i]) : std::string(" ")) + "]";
    if (drawn < port.limit) text += " and " + std::to_string(port.limit - drawn) + " more free";
    for (size_t i = drawn; i < running.size(); ++i) text += (i == drawn ? "   over the limit: " : " ") + name(running[i]);
    return text;
}

// The next to go on top.
void Drawing::waiters(const Port& port) {
    if (port.waiters.empty()) return line("waiters", "-");
    const ReleaseOrder order = policy_row(port.policy).release;
    const bool nt = port.policy == Policy::nt, newest_on_top = order == ReleaseOrder::newest || order == ReleaseOrder::by_request_size;
    const ThreadId next = nt ? port.waiters.back() : unlimited_next(state, port, port.queue.size() + 1);
    std::vector<ThreadId> stack = port.waiters;
    if (newest_on_top) std::reverse(stack.begin(), stack.end());
    for (size_t i = 0; i < stack.size(); ++i) {
        const PortThread& t = state.threads[stack[i].value];
        std::string text = name(stack[i]) + (stack[i] == next ? order == ReleaseOrder::all ? "  <- all are woken, it looks first" : "  <- next" : "");
        if (t.batch_min > 1) text += "  (wants " + std::to_string(t.batch_min) + ")";
        if (t.state == PortThreadState::suspended_waiting) text += "  (suspended)";
        line(i == 0 ? "waiters" : "", text);
    }
}

void Drawing::elsewhere(PortId id) {
    std::string blocked, watching;
    for (const ThreadId t : threads_of(id, [&](const PortThread& thread) {
             return thread.state != PortThreadState::waiting && thread.state != PortThreadState::exited && (!counts(thread) || thread.keeps_slot) &&
                    !(thread.state == PortThreadState::suspended_waiting && policy_of(state.ports[id.value]).suspended_stays);
         }))
        blocked += (blocked.empty() ? "" : ", ") + name(t) + why_elsewhere(state.threads[t.value]);
    for (const ThreadId t : state.ports[id.value].watchers) watching += (watching.empty() ? "" : ", ") + name(t);
    line("blocked", blocked.empty() ? "-" : blocked);
    if (!watching.empty()) line("handle", watching + " waits until a packet is queued");
}

void Drawing::port(const RulesPort& entry, uint32_t id) {
    const Port& port = state.ports[id];
    const bool limited = policy_row(port.policy).limit == AdmissionLimit::fixed;
    out += "  " + entry.name + "  " + std::string(policy_name(port.policy)) + ", " + std::to_string(port.active) + (limited ? " of " + std::to_string(port.limit) : std::string()) + " active" + (limited && port.active > port.limit ? ", OVER THE LIMIT" : "") + '\n';
    std::string queue;
    for (const std::string& packet : entry.queue) queue += " " + packet;
    line("queue", queue.empty() ? "-" : "oldest >" + queue);
    line("slots", slots(port, threads_of({id}, counts)));
    waiters(port);
    elsewhere({id});
}

void Drawing::of_no_port() {
    std::string text;
    for (const ThreadId t : threads_of({}, [](const PortThread& thread) { return thread.state != PortThreadState::exited; }))
        text += (text.empty() ? "" : ", ") + name(t) + (state.threads[t.value].state == PortThreadState::blocked ? " (blocked)" : why_elsewhere(state.threads[t.value]));
    if (!text.empty()) out += "  of no port: " + text + '\n';
}

}  // namespace

std::string rules_drawing(const RulesScript& script) {
    Drawing drawing{.script = script};
    for (const RulesPort& entry : script.ports())
        for (uint32_t id = 0; id < drawing.state.ports.size(); ++id)
            if (drawing.state.ports[id].open && script.port_names()[id] == entry.name) drawing.port(entry, id);
    drawing.of_no_port();
    return drawing.out;
}

}  // namespace sim
