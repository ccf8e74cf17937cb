#include "sim/engine/step.h"

#include <algorithm>

#include "sim/engine/act.h"
#include "sim/engine/ties.h"
#include "sim/port/port.h"
#include "sim/workload/program.h"
#include "sim/workload/worker.h"

namespace sim {
namespace {

// A handle and a file object for each name but the duplicates'.
void begin_handles(const Scenario& scenario, World& world) {
    world.files.resize(scenario.files.size());
    for (size_t f = 0; f < scenario.files.size(); ++f) {
        const FileParams& file = scenario.files[f];
        if (file.duplicate) continue;
        world.files[f] = {.open = true, .object = static_cast<uint32_t>(world.objects.size())};
        FileObject object;
        object.device = file.device;
        object.overlapped = file.overlapped;
        object.skip_on_success = file.skip_on_success;
        object.skip_set_event = file.skip_set_event;
        object.port = file.port;
        object.key = file.key;
        world.objects.push_back(object);
    }
}

std::vector<const Handler*> only_handlers(const Scenario& scenario) {
    std::vector<const Handler*> handlers;
    for (const WorkerParams& worker : scenario.workers) handlers.push_back(worker.on_packet_of_key.empty() && !worker.on_error ? &worker.on_packet : nullptr);
    return handlers;
}

}  // namespace

Act::Act(const Scenario& scenario, World& world, Scratch<Record>* out)
    : scenario_(scenario),
      world_(world),
      threads_(world.threads.data()),
      out_(out),
      plain_before_ns_(world.tie_shuffle != 0 ? INT64_MIN : kDurationMax.ns),
      check_at_(world.records_before_now + kRecordsAtInstantMax + 1),
      until_(scenario.until.value_or(kNever + Duration{-1})),
      only_handlers_(only_handlers(scenario)),
      has_clients_(std::any_of(scenario.sources.begin(), scenario.sources.end(), [](const SourceParams& source) { return source.kind == SourceParams::Kind::closed; })),
      wakes_alike_(scenario.machine.wake_latency.kind == Distribution::Kind::fixed && !scenario.machine.block_notice),
      wakes_at_once_(wakes_alike_ && scenario.machine.wake_latency.a == Duration{0} && world.tie_shuffle == 0) {}

void Act::begin() {
    for (uint32_t p = 0; p < scenario_.ports.size(); ++p) {
        if (!scenario_.ports[p].created) {
            port_reserve(world_.ports);
            continue;
        }
        const uint32_t limit = limit_in_force(scenario_.ports[p], scenario_.machine.processors);
        port_open(world_.ports, scenario_.ports[p].policy, limit, world_.effects, scenario_.ports[p].options);
        apply_effects({});
    }
    begin_files();
    for (uint32_t i = 0; i < world_.threads.size(); ++i) note(Kind::thread_start, {i});
    const uint32_t workers = worker_thread_count(scenario_);
    for (uint32_t i = 0; i < workers; ++i) {                 // in table order: under nt the last one is released first (3a.3)
        if (world_.verbs.empty()) note_get_called({i}), do_get({i});
        else note_own_get_called({i}), do_own_get({i});
        // A poll comes back at once: the thread is there at time 0.
        if (world_.ports.threads[i].state == PortThreadState::running) world_.threads[i].phase = ThreadPhase::waking, at_end_of(EventKind::becomes_ready, {0}, {i});
    }
    for (uint32_t p = 0; p < world_.programs.size(); ++p) begin_program({workers + p});
    begin_sources();
    ready_threads_take_processors();
    world_.records_before_now = world_.record_count;         // how many threads there are says nothing about an endless instant
}

[[gnu::always_inline]] inline Record* Act::write_with_room(Kind kind, ThreadId id) {
    Record& record = out_->add();
    record.time_ns = world_.now.ns;
    record.argument = 0;
    record.thread = id.value;
    record.flags = 0;
    record.rule = Rule::none;
    record.kind = kind;
    if (!id.valid()) {
        record.packet = kNoPacket;
        record.port = kNoPort;
        record.processor = kNoProcessor;
        return &record;
    }
    const Thread& t = thread(id);
    record.packet = t.batch.number().value;
    record.port = number_of(world_.ports.threads[id.value].association);
    record.processor = number_of(t.processor);
    return &record;
}

Record* Act::write(Kind kind, ThreadId id) {
    if (!out_->has_room()) [[unlikely]] return write_after_growing(kind, id);   // a call of its own: this one has nothing to keep over it
    return write_with_room(kind, id);
}

Record* Act::write_after_growing(Kind kind, ThreadId id) {
    out_->add();
    out_->pop_back();
    return write_with_room(kind, id);
}

void Act::deliver(PortId port, const Packet& packet, ThreadId poster) { deliver_here(port, packet, poster); }

void Act::next_slice(ThreadId id) { start_slice(id); }

void Act::proceed(ThreadId id) { proceed_here(id); }

void Act::apply_effects(ThreadId caller) {
    const PacketId* const packets = world_.effects.packets.data();
    for (const Effect& effect : world_.effects.items) tell(effect, packets + effect.first, caller);      // what was decided at once stands together
    for (const Effect& effect : world_.effects.items) carry_out(effect, packets + effect.first);
    world_.effects.clear();
}

void Act::write_effect(const Effect& effect, const PacketId* packets, ThreadId caller) {
    DecisionContext context{.time_ns = world_.now.ns, .caller = caller.value};
    if (caller.valid() && thread(caller).processor.valid()) context.processor = static_cast<uint16_t>(thread(caller).processor.value);
    append_port_records(*out_, world_.ports, effect, packets, context);
}

[[gnu::always_inline]] inline bool Act::handle(EventKind kind, uint32_t subject, uint32_t detail) {
    const ThreadId id{subject};
    if (kind == EventKind::compute_ends) [[likely]] return !is_stale(id, detail) && slice_ended(id);
    if (kind == EventKind::source_arrives) return source_arrived({subject}), false;
    switch (kind) {
        case EventKind::compute_ends:
        case EventKind::source_arrives: break;                // above: most events are of these kinds
        case EventKind::switch_ends: return !is_stale(id, detail) && start_running(id);
        case EventKind::becomes_ready: world_.awake.push_back(id); break;
        case EventKind::block_ends: leave_wait(id, wakes_alike_ ? 0 : end_flags(id), 0); break;
        case EventKind::get_times_out: get_timed_out(id, detail); break;
        case EventKind::io_ends: io_ended({subject}, detail); break;
        case EventKind::watch_times_out: watch_timed_out(id); break;
        case EventKind::io_wait_times_out: io_wait_timed_out(id, detail); break;
        case EventKind::client_arrives: client_arrived({subject}, detail, world_.sources[subject].rounds[detail]); break;
    }
    return false;
}

// False: nothing is left to happen before `until`.
[[gnu::always_inline]] inline bool Act::step() {
    const Event* const event = world_.events.take(until_);
    if (event == nullptr) [[unlikely]] return false;
    const EventKind kind = event->kind();
    const uint32_t subject = event->subject(), detail = event->detail();
    if (event->at != world_.now) {
        world_.now = event->at;
        world_.records_before_now = world_.record_count;
    } else {
        kind_ = kind;
        subject_ = subject;
    }
    ThreadId id{subject};
    bool goes_on_now = handle(kind, subject, detail);
    for (size_t i = 0;; ++i) {
        if (goes_on_now) proceed_here(id);
        if (!world_.machine.ready.empty()) [[unlikely]] ready_threads_take_processors();
        if (i == world_.awake.size()) break;                 // grows meanwhile
        id = world_.awake[i];
        goes_on_now = make_ready(id);
    }
    world_.awake.clear();
    return true;
}

Stepped Act::step_once() {
    const CheckClock clock(world_.now);
    if (!step()) return Stepped::ended;
    return is_endless() ? Stepped::endless : Stepped::enough;
}

Stepped Act::run(uint64_t enough) {
    const CheckClock clock(world_.now);
    while (!is_endless()) {
        if (world_.record_count >= enough) return Stepped::enough;
        check_at_ = std::min(enough, world_.records_before_now + kRecordsAtInstantMax + 1);
        while (world_.record_count < check_at_)
            if (!step()) return Stepped::ended;
    }
    return Stepped::endless;
}

bool Act::ends_here(ThreadId id) {
    if (!is_endless()) return false;
    if (!endless_.valid()) endless_ = id;
    return true;
}

void Act::push_shuffled(const Event& shuffled) {
    if (shuffled.at.ns >= kDurationMax.ns) return;
    Event event = shuffled;
    const uint64_t arrival = event.order & kArrival;
    event.order = arrival | shuffled_order(event.order & ~kArrival, world_.tie_shuffle);
    world_.events.push(event);
}

// A program that does nothing, round after round.
void Act::give_up(ThreadId id) {
    endless_ = id;
    gave_up_ = true;
    check_at_ = 0;
}

Error Act::endless_instant() const {
    Error error;
    error.file = scenario_.path;
    error.what = "more than 1,000,000 trace records at " + std::to_string(world_.now.ns) + " ns, so time never goes on: ";
    const bool arrives = kind_ == EventKind::source_arrives || kind_ == EventKind::client_arrives;
    if (arrives && !endless_.valid()) {
        error.what += "source '" + scenario_.sources[subject_].name + "'";
        error.hint = "let its packets come at different times";
    } else if (kind_ == EventKind::io_ends && !endless_.valid()) {
        error.what += "device '" + scenario_.devices[subject_].name + "'";
        error.hint = "give it a latency above 0";
    } else {
        const Thread& t = world_.threads[endless_.valid() ? endless_.value : subject_];
        error.what += t.program >= kOwnCalls ? worker_place(scenario_, t) : program_place(scenario_, world_.programs[t.program]);
        error.hint = "give the call or the step some time (get_cost, post_cost, compute), or a timeout above 0";
    }
    return error;
}

World world_begin(const Scenario& scenario, Scratch<Record>& out, uint64_t tie_shuffle) {
    World world;
    world.tie_shuffle = tie_shuffle;
    world.machine.processors.resize(scenario.machine.processors);
    world.locks.resize(scenario.locks.size());
    world.devices.resize(scenario.devices.size());
    begin_handles(scenario, world);
    world.queued.resize(scenario.ports.size());
    world.sources.resize(scenario.sources.size());
    for (uint32_t s = 0; s < scenario.sources.size(); ++s) world.sources[s].rounds.resize(scenario.sources[s].clients);
    const auto add_thread = [&world](const auto& params) -> Thread& {
        Thread& thread = world.threads.emplace_back();
        thread.priority = params.priority;
        thread.affinity = params.affinity;
        return thread;
    };
    for (uint32_t w = 0; w < scenario.workers.size(); ++w)
        for (uint32_t i = 0; i < scenario.workers[w].count; ++i) add_thread(scenario.workers[w]).worker = w;
    while (world.threads.size() < thread_count(scenario)) {
        const auto number = static_cast<uint32_t>(world.programs.size());
        world.programs.push_back(program_begin(scenario, number));
        add_thread(scenario.programs[world.programs.back().table]).program = number;
    }
    world.ports.threads.resize(world.threads.size());
    if (uses_verbs(scenario)) {
        world.verbs.resize(world.threads.size());
        for (uint32_t t = 0; t < worker_thread_count(scenario); ++t) {
            world.threads[t].program = kOwnCalls;
            world.verbs[t].port = scenario.workers[world.threads[t].worker].port;
        }
    }
    Act(scenario, world, &out).begin();
    return world;
}

bool world_ended(const Scenario& scenario, const World& world) {
    return world.events.empty() || (scenario.until && world.events.first().at > *scenario.until);
}

Status world_step(const Scenario& scenario, World& world, Scratch<Record>& out) {
    Stepper stepper(scenario, world, &out);
    if (stepper.step() == Stepped::endless) return stepper.error();
    return Done{};
}

Stepper::Stepper(const Scenario& scenario, World& world, Scratch<Record>* out) : act_(std::make_unique<Act>(scenario, world, out)) {}
Stepper::~Stepper() = default;
Stepped Stepper::step() { return act_->step_once(); }
Stepped Stepper::run(uint64_t enough) { return act_->run(enough); }
Error Stepper::error() const { return act_->endless_instant(); }

}  // namespace sim
