// Every state that small ports can reach, by every verb in every order: what must hold is looked at in each. Threads are alike, so
// states that differ in their names alone are one. Packets may be posted without end as long as few are queued.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <unordered_set>
#include <vector>

#include "sim/port/policy.h"
#include "sim/port/port.h"

using namespace sim;

namespace {

struct Space {
    std::string policy;
    uint32_t ports, threads, limit;
    size_t queued_max;
    PortOptions options{};
    bool rare = true;             ///< also APCs, handles, files, suspension and the end of threads and ports
};

size_t queued_in(const PortState& state) {
    size_t count = 0;
    for (const Port& port : state.ports) count += port.queue.size();
    return count;
}

bool in_wait(PortThreadState s) { return s == PortThreadState::waiting || s == PortThreadState::looking || s == PortThreadState::suspended_waiting; }

// What a thread's future depends on; what is left over from an earlier call does not count.
void add_thread(std::string& key, const PortThread& t) {
    const bool waits = in_wait(t.state), anywhere = waits || t.state == PortThreadState::watching;
    key += static_cast<char>(static_cast<int>(t.state) | (t.keeps_slot ? 16 : 0) | (waits && t.alertable ? 32 : 0));
    key += static_cast<char>(t.association.valid() ? t.association.value + 1 : 0);
    key += static_cast<char>(anywhere ? t.waits_on.value + 1 : 0);
    key += static_cast<char>(waits ? t.batch_max * 4 + t.batch_min : 0);
    key += static_cast<char>(t.apcs);
}

std::string key_of(const PortState& state, const std::vector<uint32_t>& order, const std::vector<uint32_t>& place) {
    std::string key;
    for (const uint32_t t : order) add_thread(key, state.threads[t]);
    for (const Port& port : state.ports) {
        key += static_cast<char>((port.open ? 1 : 0) | (port.files << 1));
        key += static_cast<char>(port.queue.size());
        for (const ThreadId t : port.waiters) key += static_cast<char>('a' + place[t.value]);
        key += '|';
        for (const ThreadId t : port.watchers) key += static_cast<char>('a' + place[t.value]);
        key += '|';
    }
    return key;
}

// The same for all ways to name the threads.
std::string canonical(const PortState& state) {
    std::vector<uint32_t> order(state.threads.size()), place(state.threads.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::string least;
    do {
        for (uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
        std::string key = key_of(state, order, place);
        if (least.empty() || key < least) least = std::move(key);
    } while (std::next_permutation(order.begin(), order.end()));
    return least;
}

// Without a limit no packet lies beside a thread that would take it, unless one that was woken for it is on its way.
bool lies_beside_a_waiter(const PortState& state) {
    for (uint32_t p = 0; p < state.ports.size(); ++p) {
        const Port& port = state.ports[p];
        if (!port.open || port.queue.empty() || policy_row(port.policy).limit != AdmissionLimit::none) continue;
        bool on_its_way = false, waits = false;
        for (const PortThread& t : state.threads) {
            if (t.waits_on != PortId{p}) continue;
            on_its_way = on_its_way || t.state == PortThreadState::looking;
            waits = waits || (t.state == PortThreadState::waiting && t.batch_min <= port.queue.size());
        }
        if (waits && !on_its_way) return true;
    }
    return false;
}

class Explorer {
public:
    explicit Explorer(const Space& space) : space_(space), policy_(*policy_from_name(space.policy)), what_(*policy_list()[static_cast<size_t>(policy_)]) {}

    // The number of states, 0 if one is wrong (which is said).
    size_t run() {
        PortState start;
        Effects effects;
        start.threads.resize(space_.threads);
        for (uint32_t p = 0; p < space_.ports; ++p) port_open(start, policy_, space_.limit, effects, space_.options);
        visit(start, "the start");
        while (!open_.empty() && wrong_.empty()) {
            const PortState state = std::move(open_.back());
            open_.pop_back();
            steps(state);
        }
        CHECK_MESSAGE(wrong_.empty(), wrong_);
        return wrong_.empty() ? seen_.size() : 0;
    }

    uint64_t steps_made() const { return steps_; }

private:
    const Space& space_;
    Policy policy_;
    const PolicyDefinition& what_;
    std::unordered_set<std::string> seen_;
    std::vector<PortState> open_;
    std::string wrong_;
    uint64_t steps_ = 0;
    uint32_t next_packet_ = 0;
    Effects effects_;

    void visit(const PortState& state, const char* verb) {
        if (const std::string_view broken = port_invariant_broken(state); !broken.empty()) wrong_ = std::string(verb) + " breaks " + std::string(broken);
        else if (lies_beside_a_waiter(state)) wrong_ = std::string(verb) + " leaves a packet beside a waiter";
        else if (seen_.insert(canonical(state)).second) open_.push_back(state);
    }

    // Makes one step from a copy of `state`: no packet is lost or made but with a port, and those that leave a queue are its oldest.
    template <class Verb>
    void step(const PortState& state, const char* name, size_t arrives, bool may_lose, Verb verb) {
        PortState after = state;
        effects_.clear();
        verb(after);
        ++steps_;
        size_t delivered = 0;
        for (const Effect& effect : effects_.items) {
            if (effect.kind != EffectKind::took && effect.kind != EffectKind::released) continue;
            delivered += effect.count;
            for (uint32_t i = 1; i < effect.count; ++i)
                if (effects_.packets[effect.first + i].value <= effects_.packets[effect.first + i - 1].value) wrong_ = std::string(name) + " delivers out of order";
        }
        if (!may_lose && queued_in(state) + arrives != queued_in(after) + delivered) wrong_ = std::string(name) + " loses or makes a packet";
        visit(after, name);
    }

    void steps(const PortState& state) {
        for (uint32_t t = 0; t < space_.threads; ++t) {
            const PortThreadState s = state.threads[t].state;
            if (s == PortThreadState::unknown || s == PortThreadState::running) calls(state, {t});
            of_thread(state, {t});
        }
        for (uint32_t p = 0; p < space_.ports; ++p) of_port(state, {p});
    }

    void calls(const PortState& state, ThreadId t) {
        for (uint32_t p = 0; p < space_.ports; ++p) {
            const PortId port{p};
            if (!state.ports[p].open) continue;
            for (uint32_t max = 1; max <= 2; ++max)
                for (uint32_t min = 1; min <= (what_.row.delivery == Delivery::min_to_max ? max : 1); ++min)
                    for (const bool alertable : {false, true}) {
                        if (alertable && (!what_.runs_apcs || !space_.rare || state.threads[t.value].apcs == 0) && max == 2) continue;
                        if (alertable && (!what_.runs_apcs || !space_.rare)) continue;
                        step(state, "get", 0, false, [&](PortState& s) { port_get(s, t, port, {.batch_max = max, .batch_min = min, .poll = false, .alertable = alertable}, effects_); });
                        if (max == 1) step(state, "poll", 0, false, [&](PortState& s) { port_get(s, t, port, {.poll = true, .alertable = alertable}, effects_); });
                    }
            if (what_.has_handle && space_.rare) step(state, "watch", 0, false, [&](PortState& s) { port_watch(s, t, port, effects_); });
        }
    }

    void of_thread(const PortState& state, ThreadId t) {
        const PortThread& thread = state.threads[t.value];
        const PortThreadState s = thread.state;
        if (s == PortThreadState::looking) step(state, "look", 0, false, [&](PortState& to) { port_look(to, t, effects_); });
        if (s == PortThreadState::waiting || s == PortThreadState::watching) step(state, "timeout", 0, false, [&](PortState& to) { port_timeout(to, t, effects_); });
        if (s == PortThreadState::blocked) step(state, "wake", 0, false, [&](PortState& to) { port_wake(to, t, effects_); });
        if (s == PortThreadState::running) step(state, "block", 0, false, [&](PortState& to) { port_block(to, t, effects_); });
        if (!space_.rare) return;
        if (s == PortThreadState::running || s == PortThreadState::waiting) step(state, "suspend", 0, false, [&](PortState& to) { port_suspend(to, t, effects_); });
        if (s == PortThreadState::suspended || s == PortThreadState::suspended_waiting) step(state, "resume", 0, false, [&](PortState& to) { port_resume(to, t, effects_); });
        if (s == PortThreadState::suspended) step(state, "suspend wait", 0, false, [&](PortState& to) { port_suspend_wait(to, t, effects_); });
        if (s == PortThreadState::running) {
            step(state, "exit", 0, false, [&](PortState& to) { port_exit(to, t, effects_); });
            if (space_.options.page_in_runs) step(state, "page-in", 0, false, [&](PortState& to) { port_page_in(to, t, effects_); });
            if (policy_ == Policy::nt) step(state, "suspend before it ran", 0, false, [&](PortState& to) { port_suspend_unrun(to, t, effects_); });
        }
        if (what_.runs_apcs && s != PortThreadState::exited && thread.apcs == 0) step(state, "apc", 0, false, [&](PortState& to) { port_apc(to, t, effects_); });
        if (policy_ != Policy::nt || s != PortThreadState::waiting || !state.ports[thread.waits_on.value].alive()) return;
        step(state, "kernel APC", 0, false, [&](PortState& to) { port_kernel_apc(to, t, nullptr, effects_); });
        if (queued_in(state) >= space_.queued_max) return;
        for (uint32_t p = 0; p < space_.ports; ++p)
            if (state.ports[p].alive()) step(state, "kernel APC that posts", 1, false, [&](PortState& to) { const ApcPost post{{p}, {next_packet_++}}; port_kernel_apc(to, t, &post, effects_); });
    }

    void of_port(const PortState& state, PortId id) {
        const Port& port = state.ports[id.value];
        if (!port.alive()) return;
        if (queued_in(state) < space_.queued_max) step(state, "post", 1, false, [&](PortState& to) { port_post(to, id, {next_packet_++}, effects_); });
        if (!space_.rare) return;
        if (port.open) step(state, "close", 0, true, [&](PortState& to) { port_close(to, id, effects_); });
        if (port.open && port.files == 0 && policy_ == Policy::nt) step(state, "file", 0, false, [&](PortState& to) { port_add_file(to, id); });
        if (port.files > 0) step(state, "close of the file", 0, true, [&](PortState& to) { port_close_file(to, id); });
    }
};

void explore(const std::vector<Space>& spaces) {
    for (const Space& space : spaces) {
        Explorer explorer(space);
        const size_t states = explorer.run();
        const std::string rare = space.rare ? "" : ", without the rare verbs", options = space.options == PortOptions{} ? "" : ", all options";
        MESSAGE(space.policy << options << ", " << space.ports << " port(s), " << space.threads << " threads, limit " << space.limit << ", at most " << space.queued_max << " queued" << rare << ": " << states << " states, "
                             << explorer.steps_made() << " steps");
        CHECK(states > 50);
    }
}

PortOptions all_options() {
    PortOptions options;
    for (const PortOptionEntry& entry : kPortOptions) options.*entry.set = true;
    return options;
}

bool whole() { return std::getenv("PORTSIDE_TEST_COUNT") != nullptr; }

}  // namespace

TEST_CASE("states: in every state of a small port I1, I2, conservation and order of packets hold, and no packet lies beside a waiter") {
    std::vector<Space> spaces{{"nt", 1, 2, 1, 3}, {"nt", 1, 2, 2, 2, all_options()}, {"nt", 2, 3, 1, 3, {}, false}, {"nt", 1, 3, 1, 3}, {"nt", 2, 2, 2, 1}};
    for (const std::string_view policy : policy_names())
        if (policy != "nt") spaces.push_back({std::string(policy), 1, 3, 1, 3});
    explore(spaces);
}

TEST_CASE("states: the whole of it, with three threads, three packets and two ports") {
    if (!whole()) return;
    std::vector<Space> spaces;
    for (const uint32_t limit : {1u, 2u}) {
        spaces.push_back({"nt", 1, 3, limit, 3});
        spaces.push_back({"nt", 1, 3, limit, 3, all_options()});
        spaces.push_back({"nt", 2, 2, limit, 3});
        spaces.push_back({"nt", 2, 3, limit, 3, {}, false});
        spaces.push_back({"nt", 2, 3, limit, 3});
    }
    for (const std::string_view policy : policy_names()) {
        if (policy == "nt") continue;
        spaces.push_back({std::string(policy), 1, 3, 1, 3});
        spaces.push_back({std::string(policy), 2, 3, 1, 3});
    }
    explore(spaces);
}
