#include "sim/engine/step.h"

#include "sim/port/port.h"
#include "sim/sched/sched.h"
#include "sim/trace/port_records.h"
#include "sim/trace/summary.h"
#include "sim/workload/sources.h"
#include "sim/workload/worker.h"

namespace sim {
namespace {

constexpr uint64_t kRecordsAtInstantMax = 1'000'000;   // 3a.12
constexpr uint64_t kArrival = uint64_t{1} << 63;       // Event::order: arrivals after what ends (3a.5)

// One event being carried out. Leaves (port, sched, workload) decide, this acts.
class Act {
public:
    Act(const Scenario& scenario, World& world, std::vector<Record>& out) : scenario_(scenario), world_(world), out_(out), first_record_(out.size()) {}

    void begin();
    void handle(const Event& event);
    /// After the event: processors that came free take ready threads, then the world takes note of the records.
    Status finish();

private:
    const Scenario& scenario_;
    World& world_;
    std::vector<Record>& out_;
    size_t first_record_;
    ThreadId endless_;                    // a thread that would never let time pass
    Event event_;                         // the one being carried out

    Thread& thread(ThreadId id) { return world_.threads[id.value]; }
    const WorkerParams& worker(const Thread& t) const { return scenario_.workers[t.worker]; }

    Record& emit(Kind kind, ThreadId id, Rule rule = Rule::none);
    void at_end_of(EventKind kind, Instant at, ThreadId id, uint32_t detail = 0);
    void arrival(EventKind kind, Instant at, SourceId source, uint32_t detail = 0);
    bool instant_is_endless(ThreadId id);
    Error endless_instant() const;

    void apply_effects(ThreadId caller);
    void release(ThreadId id, PendingReturn pending, const PacketId* packets, uint32_t count);
    void park(ThreadId id);
    void post(PortId port, Packet packet, ThreadId poster);

    void make_ready(ThreadId id);
    void give_processor(ProcessorId processor, ThreadId id);
    void start_running(ThreadId id);
    void leave_processor(ThreadId id, uint16_t flags);
    void start_activity(ThreadId id, Activity activity, Duration duration);
    void start_slice(ThreadId id);

    void proceed(ThreadId id);
    void begin_block(ThreadId id, Duration duration);
    void complete_packet(ThreadId id);
    void call_get(ThreadId id);
    void do_get(ThreadId id);
    void do_post(ThreadId id);
    bool return_from_wait(ThreadId id);

    void slice_ended(ThreadId id);
    void block_ended(ThreadId id);
    void get_timed_out(ThreadId id, uint32_t generation);
    void source_arrived(SourceId source);
    void client_arrived(SourceId source, uint32_t client, uint64_t round);
    void client_thinks(SourceId source, uint32_t client, uint64_t round);
};

// --- records and events

Record& Act::emit(Kind kind, ThreadId id, Rule rule) {
    Record& record = out_.emplace_back();
    record.time_ns = world_.now.ns;
    record.kind = kind;
    record.rule = rule;
    if (id.valid()) {
        const Thread& t = thread(id);
        record.thread = id.value;
        if (t.processor.valid()) record.processor = static_cast<uint16_t>(t.processor.value);
        if (t.has_packet()) record.packet = t.packet().value;
        const PortId port = world_.ports.threads[id.value].association;
        if (port.valid()) record.port = static_cast<uint16_t>(port.value);
    }
    return record;
}

// What would happen later than kDurationMax never does: times can be added without overflow.
void Act::at_end_of(EventKind kind, Instant at, ThreadId id, uint32_t detail) {
    if (at.ns >= kDurationMax.ns) return;
    world_.events.push({.at = at, .order = world_.next_order++, .kind = kind, .subject = id.value, .detail = detail});
}

void Act::arrival(EventKind kind, Instant at, SourceId source, uint32_t detail) {
    if (at.ns >= kDurationMax.ns) return;
    const uint64_t order = kArrival | (uint64_t{source.value} << 44) | (world_.next_order++ & 0xFFF'FFFF'FFFFu);
    world_.events.push({.at = at, .order = order, .kind = kind, .subject = source.value, .detail = detail});
}

bool Act::instant_is_endless(ThreadId id) {
    const uint64_t before = world_.instant == world_.now ? world_.records_at_instant : 0;
    if (before + (out_.size() - first_record_) <= kRecordsAtInstantMax) return false;
    endless_ = id;
    return true;
}

Error Act::endless_instant() const {
    Error error;
    error.file = scenario_.path;
    error.what = "more than 1,000,000 trace records at " + std::to_string(world_.now.ns) + " ns, so time never goes on: ";
    const bool arrives = event_.kind == EventKind::source_arrives || event_.kind == EventKind::client_arrives;
    if (arrives && !endless_.valid()) {
        error.what += "source '" + scenario_.sources[event_.subject].name + "'";
        error.hint = "let its packets come at different times";
    } else {
        error.what += worker_place(scenario_, world_.threads[endless_.valid() ? endless_.value : event_.subject], world_.packets);
        error.hint = "give the call or the step some time (get_cost, post_cost, compute), or a timeout above 0";
    }
    return error;
}

// --- the port's effects

void Act::apply_effects(ThreadId caller) {
    const Effects& effects = world_.effects;
    DecisionContext context{.time_ns = world_.now.ns, .caller = caller.value};
    if (caller.valid() && thread(caller).processor.valid()) context.processor = static_cast<uint16_t>(thread(caller).processor.value);
    append_port_records(out_, world_.ports, effects, context);
    for (const Effect& effect : effects.items) {
        const PacketId* packets = effects.packets.data() + effect.first;
        switch (effect.kind) {
            case EffectKind::released: release(effect.thread, PendingReturn::packets, packets, effect.count); break;
            case EffectKind::woken: release(effect.thread, PendingReturn::look, packets, 0); break;
            case EffectKind::took:
                thread(effect.thread).batch.assign(packets, packets + effect.count);
                thread(effect.thread).batch_at = 0;
                break;
            case EffectKind::waits: park(effect.thread); break;
            case EffectKind::timed_out:             // the caller tells a poll from the end of a wait
            case EffectKind::queued:
            case EffectKind::blocked:
            case EffectKind::woke:                  // the caller put the thread where it belongs
            case EffectKind::opened:
            case EffectKind::suspended:
            case EffectKind::resumed:
            case EffectKind::exited:
            case EffectKind::closed:
            case EffectKind::apc:
            case EffectKind::watching:
            case EffectKind::signalled:
            case EffectKind::abandoned: break;      // no step of a scenario does these yet
        }
    }
    world_.effects.clear();
}

// K1, K17: the counts changed at this instant; the thread is ready wake_latency later (3a.7).
void Act::release(ThreadId id, PendingReturn pending, const PacketId* packets, uint32_t count) {
    Thread& t = thread(id);
    t.batch.assign(packets, packets + count);
    t.batch_at = 0;
    t.pending = pending;
    t.phase = ThreadPhase::waking;
    at_end_of(EventKind::becomes_ready, world_.now + scenario_.machine.wake_latency, id);
}

void Act::park(ThreadId id) {
    Thread& t = thread(id);
    t.batch.clear();
    t.batch_at = 0;
    if (t.phase == ThreadPhase::running) leave_processor(id, 0);
    t.phase = ThreadPhase::parked;
}

void Act::post(PortId port, Packet packet, ThreadId poster) {
    const uint64_t identity = packet.work.identity, key = packet.key;
    const PacketId number = world_.packets.add(packet);
    ++world_.posted;
    for (Kind kind : {Kind::posted, Kind::detail}) {
        if (kind == Kind::detail && key == 0) break;
        Record& record = emit(kind, poster);
        record.packet = number.value;
        record.port = static_cast<uint16_t>(port.value);
        record.argument = kind == Kind::posted ? identity : key;
    }
    port_post(world_.ports, port, number, world_.effects);
    apply_effects(poster);
}

// --- processors

void Act::make_ready(ThreadId id) {
    Thread& t = thread(id);
    t.phase = ThreadPhase::ready;
    emit(Kind::ready, id, port_rule_for(world_.ports, id, Rule::K40));
    const ProcessorId processor = sched_processor_for(world_.machine, t);
    if (processor.valid()) give_processor(processor, id);
    else world_.machine.ready.push_back(id);
}

void Act::give_processor(ProcessorId number, ThreadId id) {
    Processor& processor = world_.machine.processors[number.value];
    const Duration cost = sched_switch_cost(scenario_.machine, processor, id);
    processor.thread = id;
    thread(id).processor = number;
    if (cost == Duration{0}) return start_running(id);
    processor.switching = true;
    at_end_of(EventKind::switch_ends, world_.now + cost, id);
}

void Act::start_running(ThreadId id) {
    Thread& t = thread(id);
    Processor& processor = world_.machine.processors[t.processor.value];
    processor.switching = false;
    processor.last = id;
    t.last_processor = t.processor;
    t.phase = ThreadPhase::running;
    t.quantum_left = scenario_.machine.quantum;
    emit(Kind::on_processor, id);
    if (!return_from_wait(id)) return;
    if (t.activity != Activity::none) start_slice(id);
    else proceed(id);
}

// The rest of the get that ended while the thread was away. False: it looked, found nothing and parked again.
bool Act::return_from_wait(ThreadId id) {
    Thread& t = thread(id);
    const PendingReturn pending = t.pending;
    t.pending = PendingReturn::none;
    switch (pending) {
        case PendingReturn::none: return true;
        case PendingReturn::packets: {
            Record& record = emit(Kind::get_returned, id);
            record.argument = t.batch.size();
            return true;
        }
        case PendingReturn::look:
            port_look(world_.ports, id, world_.effects);
            apply_effects(id);
            if (t.phase == ThreadPhase::running) return true;
            if (t.deadline <= world_.now) get_timed_out(id, t.get_generation);   // it passed while the thread was on its way
            return false;
    }
    return true;
}

void Act::leave_processor(ThreadId id, uint16_t flags) {
    Thread& t = thread(id);
    emit(Kind::off_processor, id).flags = flags;
    world_.machine.processors[t.processor.value].thread = {};
    t.processor = {};
}

void Act::start_activity(ThreadId id, Activity activity, Duration duration) {
    Thread& t = thread(id);
    t.activity = activity;
    t.remaining = duration;
    start_slice(id);
}

void Act::start_slice(ThreadId id) {
    Thread& t = thread(id);
    if (t.quantum_left == Duration{0}) {
        if (sched_preempts(world_.machine)) {
            leave_processor(id, kPreempted);
            t.phase = ThreadPhase::ready;
            world_.machine.ready.push_back(id);
            return;
        }
        t.quantum_left = scenario_.machine.quantum;
    }
    t.slice = sched_slice(t);
    at_end_of(EventKind::compute_ends, world_.now + t.slice, id);
}

// --- what threads do

void Act::proceed(ThreadId id) {
    Thread& t = thread(id);
    while (t.phase == ThreadPhase::running && !instant_is_endless(id)) {
        const Move move = worker_next_move(scenario_, t, world_.packets);
        switch (move.kind) {
            case Move::Kind::compute: return start_activity(id, Activity::compute, move.action.duration);
            case Move::Kind::block: return begin_block(id, move.action.duration);
            case Move::Kind::post:
                t.post_work = move.action.child;
                t.post_port = move.action.port;
                t.post_key = move.action.key;
                if (scenario_.machine.post_cost > Duration{0}) return start_activity(id, Activity::post_call, scenario_.machine.post_cost);
                do_post(id);
                break;
            case Move::Kind::complete_packet: complete_packet(id); break;
            case Move::Kind::call_get:
                call_get(id);
                if (scenario_.machine.get_cost > Duration{0}) return start_activity(id, Activity::get_call, scenario_.machine.get_cost);
                do_get(id);
                break;
        }
    }
}

void Act::do_post(ThreadId id) {
    const Thread& t = thread(id);
    Packet packet;
    packet.work = t.post_work;
    packet.key = t.post_key;
    post(t.post_port, packet, id);
}

void Act::begin_block(ThreadId id, Duration duration) {
    Record& record = emit(Kind::block_begin, id, port_rule_for(world_.ports, id, Rule::K17));
    record.flags = kSleep;
    record.argument = static_cast<uint64_t>(duration.ns);
    port_block(world_.ports, id, world_.effects);
    apply_effects(id);
    leave_processor(id, 0);
    thread(id).phase = ThreadPhase::blocked;
    at_end_of(EventKind::block_ends, world_.now + duration, id);
}

void Act::complete_packet(ThreadId id) {
    Thread& t = thread(id);
    const PacketId number = t.packet();
    const Packet packet = world_.packets[number];
    emit(Kind::completed, id).argument = packet.compute_ns;
    ++t.batch_at;
    world_.packets.complete(number);
    ++world_.completed;
    if (packet.source.valid()) client_thinks(packet.source, packet.client, packet.round + 1);
}

void Act::call_get(ThreadId id) {
    const WorkerParams& params = worker(thread(id));
    Record& record = emit(Kind::get_called, id);
    record.packet = params.batch;
    record.port = static_cast<uint16_t>(params.port.value);
    record.argument = static_cast<uint64_t>(params.timeout.ns);
}

void Act::do_get(ThreadId id) {
    Thread& t = thread(id);
    const WorkerParams& params = worker(t);
    t.batch.clear();
    t.batch_at = 0;
    port_get(world_.ports, id, params.port, {.batch_max = params.batch, .poll = params.timeout == Duration{0}}, world_.effects);
    apply_effects(id);
    if (t.phase != ThreadPhase::parked || params.timeout == kInfinite) return;
    t.deadline = world_.now + params.timeout;
    at_end_of(EventKind::get_times_out, t.deadline, id, ++t.get_generation);
}

void Act::slice_ended(ThreadId id) {
    Thread& t = thread(id);
    t.remaining = t.remaining - t.slice;
    if (t.quantum_left != kInfinite) t.quantum_left = t.quantum_left - t.slice;
    if (t.remaining > Duration{0}) return start_slice(id);
    const Activity ended = t.activity;
    t.activity = Activity::none;
    switch (ended) {
        case Activity::get_call: do_get(id); break;
        case Activity::post_call: do_post(id); break;
        case Activity::compute:
        case Activity::none: break;
    }
    proceed(id);
}

void Act::block_ended(ThreadId id) {
    port_wake(world_.ports, id, world_.effects);
    emit(Kind::block_end, id, port_rule_for(world_.ports, id, Rule::K19));
    apply_effects(id);
    thread(id).phase = ThreadPhase::waking;
    at_end_of(EventKind::becomes_ready, world_.now + scenario_.machine.wake_latency, id);
}

void Act::get_timed_out(ThreadId id, uint32_t generation) {
    Thread& t = thread(id);
    // Released or already in another get: this timer is stale. Woken and on its way to look: it is told after the look.
    if (generation != t.get_generation || t.phase != ThreadPhase::parked) return;
    port_timeout(world_.ports, id, world_.effects);
    apply_effects(id);
    t.phase = ThreadPhase::waking;
    at_end_of(EventKind::becomes_ready, world_.now + scenario_.machine.wake_latency, id);
}

// --- sources

void Act::source_arrived(SourceId source) {
    SourceState& state = world_.sources[source.value];
    const SourceParams& params = scenario_.sources[source.value];
    Packet packet;
    packet.work = source_packet(scenario_, source, state.next++);
    packet.key = params.key;
    if (const auto next = source_next_arrival(scenario_, source, state, world_.now)) arrival(EventKind::source_arrives, *next, source);
    post(params.port, packet, {});
}

void Act::client_thinks(SourceId source, uint32_t client, uint64_t round) {
    const Instant at = client_arrival(scenario_, source, client, round, world_.now);
    arrival(EventKind::client_arrives, at, source, client);
    world_.sources[source.value].rounds[client] = round;
}

void Act::client_arrived(SourceId source, uint32_t client, uint64_t round) {
    const SourceParams& params = scenario_.sources[source.value];
    Packet packet;
    packet.work = source_packet(scenario_, source, round * params.clients + client);
    packet.key = params.key;
    packet.source = source;
    packet.client = client;
    packet.round = round;
    post(params.port, packet, {});
}

// --- events

void Act::begin() {
    for (uint32_t p = 0; p < scenario_.ports.size(); ++p) {
        const uint32_t limit = limit_in_force(scenario_.ports[p], scenario_.machine.processors);
        port_open(world_.ports, scenario_.ports[p].policy, limit, world_.effects, scenario_.ports[p].options);
        apply_effects({});
    }
    for (uint32_t i = 0; i < world_.threads.size(); ++i) emit(Kind::thread_start, {i});
    for (uint32_t i = 0; i < world_.threads.size(); ++i) {   // in table order: under nt the last one is released first (3a.3)
        call_get({i});
        do_get({i});
    }
    for (uint32_t s = 0; s < scenario_.sources.size(); ++s) {
        if (const auto at = source_next_arrival(scenario_, {s}, world_.sources[s], {0})) arrival(EventKind::source_arrives, *at, {s});
        for (uint32_t client = 0; client < scenario_.sources[s].clients; ++client) client_thinks({s}, client, 0);
    }
}

void Act::handle(const Event& event) {
    event_ = event;
    const ThreadId id{event.subject};
    switch (event.kind) {
        case EventKind::compute_ends: return slice_ended(id);
        case EventKind::switch_ends: return start_running(id);
        case EventKind::becomes_ready: return make_ready(id);
        case EventKind::block_ends: return block_ended(id);
        case EventKind::get_times_out: return get_timed_out(id, event.detail);
        case EventKind::source_arrives: return source_arrived({event.subject});
        case EventKind::client_arrives: return client_arrived({event.subject}, event.detail, world_.sources[event.subject].rounds[event.detail]);
    }
}

Status Act::finish() {
    Machine& machine = world_.machine;
    for (uint32_t p = 0; p < machine.processors.size() && !machine.ready.empty();) {
        if (machine.processors[p].thread.valid()) {
            ++p;
            continue;
        }
        const ThreadId next = machine.ready.front();
        machine.ready.pop_front();
        give_processor({p}, next);
        if (instant_is_endless(next)) break;
    }
    for (size_t i = first_record_; i < out_.size(); ++i) world_.fingerprint = fingerprint_add(world_.fingerprint, out_[i]);
    const uint64_t count = out_.size() - first_record_;
    world_.record_count += count;
    world_.records_at_instant = world_.instant == world_.now ? world_.records_at_instant + count : count;
    world_.instant = world_.now;
    if (world_.records_at_instant <= kRecordsAtInstantMax) return Done{};
    return endless_instant();
}

}  // namespace

World world_begin(const Scenario& scenario, std::vector<Record>& out) {
    World world;
    world.machine.processors.resize(scenario.machine.processors);
    world.sources.resize(scenario.sources.size());
    for (uint32_t s = 0; s < scenario.sources.size(); ++s) world.sources[s].rounds.resize(scenario.sources[s].clients);
    for (uint32_t w = 0; w < scenario.workers.size(); ++w)
        for (uint32_t i = 0; i < scenario.workers[w].count; ++i) world.threads.emplace_back().worker = w;
    world.ports.threads.resize(world.threads.size());
    Act act(scenario, world, out);
    act.begin();
    (void)act.finish();                    // how many threads there are says nothing about an endless instant
    world.records_at_instant = 0;
    return world;
}

bool world_ended(const Scenario& scenario, const World& world) {
    return world.events.empty() || (scenario.until && world.events.first().at > *scenario.until);
}

Status world_step(const Scenario& scenario, World& world, std::vector<Record>& out) {
    const Event event = world.events.pop();
    world.now = event.at;
    check_set_now(world.now);
    Act act(scenario, world, out);
    act.handle(event);
    return act.finish();
}

}  // namespace sim
