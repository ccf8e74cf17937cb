// Histories of calls as a program would see them, made by driving sim/port at random: what truly happens at each moment is known,
// so every record can be moved within the interval in which the call was under way, and a fault can be planted.
#pragma once
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/identify/identify.h"
#include "sim/port/port.h"
#include "sim/trace/record.h"
#include "tests/identify/draw.h"

namespace test {

struct Making {
    std::string policy = "nt";
    uint32_t threads = 4, limit = 1, packets = 30;
    double blocks = 0.3;                  ///< share of packets whose handling blocks
    int64_t jitter_ns = 0;                ///< records lie up to so much outside of their calls; moments are 1 us apart
    bool processors = false;              ///< records tell who has one: lost by who waits, given to who is woken or released
    bool fault = false;                   ///< the port once lets the wrong thread go, one that it surely should not
};

class HistoryMaker {
public:
    HistoryMaker(Draw& draw, const Making& making) : draw_(draw), m_(making) {}

    std::optional<sim::Trace> make() {
        sim::Effects effects;
        const sim::Policy policy = *sim::policy_from_name(m_.policy);
        sim::port_open(state_, policy, m_.limit, effects);
        state_.threads.resize(m_.threads);
        busy_.resize(m_.threads);
        returns_.resize(m_.threads);
        add(0, sim::Kind::port_opened, sim::kNoThread).argument = m_.limit;
        for (uint32_t t = 0; t < m_.threads; ++t) {
            asks(t, true);
            sim::port_get(state_, {t}, {0}, {}, effects);
            if (m_.processors) tell_processor(t, sim::Kind::off_processor, 0);
        }
        fault_at_ = m_.fault ? static_cast<uint32_t>(m_.packets / 4 + draw_.below(m_.packets / 2)) : UINT32_MAX;
        for (uint64_t i = 0; i < 40u * m_.packets && (posted_ < m_.packets || !idle()); ++i) step();
        if (m_.fault && !planted_) return std::nullopt;
        return finished();
    }

private:
    enum class Doing : uint8_t { waits, runs, blocks };
    Draw& draw_;
    Making m_;
    sim::PortState state_;
    std::vector<Doing> busy_;
    std::vector<std::optional<uint32_t>> returns_;   // by thread: a packet that it has and whose get has not returned
    std::vector<sim::Record> records_;
    int64_t now_ns_ = 0;
    uint32_t posted_ = 0, fault_at_ = UINT32_MAX;
    bool planted_ = false, stolen_ = false;

    bool idle() const {
        return state_.ports[0].queue.empty() && std::all_of(busy_.begin(), busy_.end(), [](Doing d) { return d == Doing::waits; }) &&
               std::none_of(returns_.begin(), returns_.end(), [](const auto& r) { return r.has_value(); });
    }
    bool idle_but_running() const {
        return state_.ports[0].queue.empty() && std::none_of(returns_.begin(), returns_.end(), [](const auto& r) { return r.has_value(); });
    }
    sim::Record& add(int64_t ns, sim::Kind kind, uint32_t thread) {
        sim::Record& record = records_.emplace_back();
        record.time_ns = std::max<int64_t>(ns, 0);
        record.kind = kind;
        record.thread = thread;
        record.port = 0;
        return record;
    }
    int64_t before() { return now_ns_ - static_cast<int64_t>(m_.jitter_ns > 0 ? draw_.below(static_cast<uint64_t>(m_.jitter_ns)) : 0) - 100; }
    int64_t after() { return now_ns_ + static_cast<int64_t>(m_.jitter_ns > 0 ? draw_.below(static_cast<uint64_t>(m_.jitter_ns)) : 0) + 100; }
    // A thread's own records stay in its order.
    int64_t of_thread(uint32_t thread, int64_t ns) {
        if (last_.size() <= thread) last_.resize(m_.threads, 0);
        return last_[thread] = std::max(ns, last_[thread] + 1);
    }
    std::vector<int64_t> last_;
    int64_t last_post_ns_ = 0;

    void asks(uint32_t thread, bool at_start) {
        sim::Record& record = add(at_start ? 0 : of_thread(thread, before()), sim::Kind::get_called, thread);
        record.packet = 1;
        record.argument = INT64_MAX;
        busy_[thread] = Doing::waits;
    }
    // Within the microsecond that follows the moment: before the thread does anything with it.
    void tell_processor(uint32_t thread, sim::Kind kind, int64_t after_ns) {
        sim::Record& record = add(of_thread(thread, now_ns_ + after_ns), kind, thread);
        record.port = sim::kNoPort;
        record.processor = static_cast<uint16_t>(thread % 2);
    }
    void hear(const sim::Effects& effects) {
        for (const sim::Effect& effect : effects.items) {
            if (!m_.processors) break;
            if (effect.kind == sim::EffectKind::waits) tell_processor(effect.thread.value, sim::Kind::off_processor, 300);
            if (effect.kind == sim::EffectKind::woken || effect.kind == sim::EffectKind::released) tell_processor(effect.thread.value, sim::Kind::on_processor, 100 + static_cast<int64_t>(draw_.below(400)));
        }
        for (const sim::Effect& effect : effects.items)
            if (effect.kind == sim::EffectKind::took && !state_.ports[0].queue.empty()) stolen_ = true;   // epoll may have woken one more
        for (const sim::Effect& effect : effects.items)
            if (effect.kind == sim::EffectKind::took || effect.kind == sim::EffectKind::released) returns_[effect.thread.value] = effects.packets[effect.first].value;
    }
    void returns(uint32_t thread) {
        sim::Record& record = add(of_thread(thread, after()), sim::Kind::get_returned, thread);
        record.packet = *returns_[thread];
        record.argument = 1;
        returns_[thread].reset();
        busy_[thread] = Doing::runs;
    }
    // Another waiter than the rules say, where one waits for as long as the one that should go: nothing explains that.
    bool plant(uint32_t packet) {
        sim::Port& port = state_.ports[0];
        if (planted_ || packet < fault_at_ || port.waiters.size() < 2 || !port.queue.empty()) return false;
        std::vector<sim::ThreadId>& waiters = port.waiters;
        const auto looks = std::any_of(state_.threads.begin(), state_.threads.end(), [](const sim::PortThread& t) { return t.state == sim::PortThreadState::looking; });
        const auto gets = std::any_of(returns_.begin(), returns_.end(), [](const auto& r) { return r.has_value(); });
        if (looks || gets || stolen_) return false;   // stolen: somebody was woken in vain, and may be looking still
        // Those that have not run since the start surely wait, in their order: the two must be of them.
        std::vector<size_t> sure;
        for (size_t i = 0; i < waiters.size(); ++i)
            if (ran_.count(waiters[i].value) == 0) sure.push_back(i);
        if (sure.size() < 2) return false;
        const bool newest = sim::policy_row(*sim::policy_from_name(m_.policy)).release == sim::ReleaseOrder::newest;
        const size_t should = newest ? waiters.size() - 1 : 0, goes = newest ? sure.front() : sure.back();
        if (goes == should || std::find(sure.begin(), sure.end(), should) == sure.end()) return false;
        std::swap(waiters[should], waiters[goes]);
        planted_ = true;
        return true;
    }
    void post() {
        sim::Effects effects;
        const uint32_t packet = posted_;
        // Of Linux nothing is sure once two packets were there at a time: who took one may have woken another.
        if (m_.policy == "epoll" && !idle_but_running()) stolen_ = true;
        now_ns_ += 1000;
        const bool wrong = plant(packet);
        const int64_t ns = std::max(before(), last_post_ns_ + 1);   // the source posts one after the other
        last_post_ns_ = now_ns_;
        sim::Record& record = add(ns, sim::Kind::posted, sim::kNoThread);
        record.packet = posted_++;
        record.argument = sim::packet_identity(0, packet);
        const std::vector<sim::ThreadId> order = state_.ports[0].waiters;
        sim::port_post(state_, {0}, {packet}, effects);
        hear(effects);
        if (wrong) {
            planted_ = false;
            const std::vector<sim::Effect> told(effects.items.begin(), effects.items.end());
            for (const sim::Effect& e : told) {
                if (e.kind != sim::EffectKind::released && e.kind != sim::EffectKind::woken) continue;
                planted_ = true;                             // and it comes back before anything else happens
                now_ns_ += 1000;
                effects.clear();
                if (e.kind == sim::EffectKind::woken) sim::port_look(state_, e.thread, effects);
                hear(effects);
                returns(e.thread.value);
            }
        }
        for (const sim::ThreadId t : order)
            if (std::find(state_.ports[0].waiters.begin(), state_.ports[0].waiters.end(), t) == state_.ports[0].waiters.end()) ran_.insert(t.value);
    }
    std::set<uint32_t> ran_;

    void step() {
        now_ns_ += 1000;
        sim::Effects effects;
        const auto t = static_cast<uint32_t>(draw_.below(m_.threads + 1));
        if (t == m_.threads) {
            if (posted_ < m_.packets && draw_.chance(0.7)) post();
            return;
        }
        if (last_.size() > t && last_[t] >= now_ns_) return;         // it has not come back from its last call
        ran_.insert(state_.threads[t].state == sim::PortThreadState::waiting ? UINT32_MAX : t);
        if (state_.threads[t].state == sim::PortThreadState::looking) {
            sim::port_look(state_, {t}, effects);
            hear(effects);
        } else if (returns_[t]) {
            returns(t);
        } else if (busy_[t] == Doing::runs && draw_.chance(m_.blocks)) {
            sim::Record& record = add(of_thread(t, before()), sim::Kind::block_begin, t);
            record.flags = sim::kSleep;
            sim::port_block(state_, {t}, effects);
            hear(effects);
            busy_[t] = Doing::blocks;
        } else if (busy_[t] == Doing::blocks) {
            add(of_thread(t, after()), sim::Kind::block_end, t);
            sim::port_wake(state_, {t}, effects);
            busy_[t] = Doing::runs;
        } else if (busy_[t] == Doing::runs) {
            asks(t, false);
            sim::port_get(state_, {t}, {0}, {}, effects);
            hear(effects);
            stolen_ = stolen_ || returns_[t].has_value();
        }
        for (const sim::Effect& effect : effects.items)
            if (effect.kind == sim::EffectKind::released) ran_.insert(effect.thread.value);
    }
    sim::Trace finished() {
        sim::Trace trace;
        std::stable_sort(records_.begin(), records_.end(), [](const sim::Record& a, const sim::Record& b) { return a.time_ns < b.time_ns; });
        trace.records = records_;
        for (uint32_t t = 0; t < m_.threads; ++t) trace.header.threads.push_back("worker." + std::to_string(t));
        trace.header.ports.push_back({.name = "port", .policy = {}});
        return trace;
    }
};

}  // namespace test
