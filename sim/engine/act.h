// The engine's inside: carries out events on a world. Leaves (port, sched, workload) decide, this acts. By the part of the
// world that changes it stands in act_port.h, act_processors.h, act_threads.h and act_sources.h, which nearly every step needs, and
// in act_branch.cpp, act_late.cpp, act_locks.cpp, act_devices.cpp, act_files.cpp, act_preempt.cpp, act_programs.cpp, act_suspend.cpp and act_verbs.cpp;
// step.cpp has the order of one step. Not for callers: see step.h.
#pragma once
#include <vector>

#include "sim/base/result.h"
#include "sim/base/scratch.h"
#include "sim/device/api.h"
#include "sim/device/device.h"
#include "sim/engine/step.h"
#include "sim/model/scenario.h"
#include "sim/model/world.h"
#include "sim/scenario/handler.h"
#include "sim/trace/arguments.h"
#include "sim/trace/record.h"

namespace sim {

inline constexpr uint64_t kRecordsAtInstantMax = 1'000'000;   // 3a.12

class Act {
public:
    /// out: where records are appended; null: they are only counted.
    Act(const Scenario& scenario, World& world, Scratch<Record>* out);

    /// What happens before time 0.
    void begin();
    /// The scenario takes the place of this one, which the world was run with so far (branch.h has looked whether it can).
    void adopt(const Scenario& before);
    /// The next event and all that happens with it, again and again: until `until` or until nothing is left (`ended`), until
    /// the world's record count is at least `enough`, or until an endless instant (3a.12).
    [[gnu::hot]] Stepped run(uint64_t enough);
    Stepped step_once();
    Error endless_instant() const;

private:
    const Scenario& scenario_;
    World& world_;
    Thread* const threads_;               // the world's: none comes or goes while it runs
    Scratch<Record>* out_;
    const int64_t plain_before_ns_;       // events from here on never come, or ties are shuffled: one comparison for both
    uint64_t check_at_;                   // record count at which to look whether the instant is endless, or the records are enough: no sooner
    bool gave_up_ = false;                // a program did nothing for ever
    const Instant until_;
    const std::vector<const Handler*> only_handlers_;   // by worker table: the handler of its packets where it has one for all; else null
    const bool has_clients_;              // a source is a closed loop
    const bool wakes_alike_;              // every wake takes the same time, and the port hears of a block at once
    const bool wakes_at_once_;            // a thread that is released is ready in the same instant, and ties are not shuffled
    Duration notice_;                     // of the block that is being begun: added to the wakes that it brings about
    ThreadId endless_;                    // a thread that would never let time pass
    EventKind kind_ = EventKind::compute_ends;   // of the last event that was not the first of its instant
    uint32_t subject_ = 0;
    const Packet* arriving_ = nullptr;    // the packet that is being posted

    Thread& thread(ThreadId id) { return threads_[id.value]; }
    /// Whether the thread can do the next thing at once.
    static bool goes_on(const Thread& t) { return t.phase == ThreadPhase::running && t.activity == Activity::none; }
    // Its port is gone, and with it the association (K31): the port that it asked is meant.
    void name_port(Record& record, ThreadId id) const {
        if (record.port == kNoPort && !world_.verbs.empty()) [[unlikely]] record.port = number_of(world_.verbs[id.value].port);
    }
    const WorkerParams& worker(const Thread& t) const { return scenario_.workers[t.worker]; }
    const Handler& handler_for(const Thread& t, const Packet& packet) const {
        const Handler* const only = only_handlers_[t.worker];
        return only != nullptr ? *only : handler_of_packet(worker(t), packet);
    }

    // step.cpp
    bool handle(EventKind kind, uint32_t subject, uint32_t detail);   // true: its subject, a thread, goes_on
    void ready_threads_take_processors();
    bool step();
    Record* note(Kind kind, ThreadId id);
    [[gnu::hot]] Record* write(Kind kind, ThreadId id);
    Record* write_with_room(Kind kind, ThreadId id);
    [[gnu::noinline, gnu::cold]] Record* write_after_growing(Kind kind, ThreadId id);
    [[gnu::always_inline]] void at_end_of(EventKind kind, Duration after, ThreadId id, uint32_t detail = 0) { at_end_of(kind, after, id.value, detail); }
    void at_end_of(EventKind kind, Duration after, uint32_t subject, uint32_t detail);
    void push_shuffled(const Event& event);
    bool is_endless() const { return gave_up_ || world_.record_count > world_.records_before_now + kRecordsAtInstantMax; }   // 3a.12
    bool instant_is_endless(ThreadId id);
    [[gnu::noinline, gnu::cold]] bool ends_here(ThreadId id);
    void give_up(ThreadId id);

    // act_port.h
    struct Doer;                                // is told of a decision's effects and carries them out at once (sim/port/steps.h)
    void tell(const Effect& effect, const PacketId* packets, ThreadId caller);
    void carry_out(const Effect& effect, const PacketId* packets);
    void apply_effects(ThreadId caller);        // those that were kept, in World::effects
    void write_effect(const Effect& effect, const PacketId* packets, ThreadId caller);   // of a copy: one whose address is known stays in memory
    void give_packets(Thread& t, const Effect& effect, const PacketId* packets);
    void release(const Effect& effect, PendingReturn pending, const PacketId* packets);
    void park(ThreadId id);
    void post(PortId port, const Packet& packet, ThreadId poster);
    Record* note_of_packet(Kind kind, PortId port, PacketId number, ThreadId poster, uint64_t argument);
    void note_posted(PortId port, PacketId number, const Packet& packet, ThreadId poster);
    void deliver(PortId port, const Packet& packet, ThreadId poster);
    void deliver_here(PortId port, const Packet& packet, ThreadId poster);   // the same, joined to the caller

    // act_branch.cpp
    [[gnu::noinline, gnu::cold]] void deliver_instead(PortId port, const Packet& packet, ThreadId poster);
    [[gnu::noinline, gnu::cold]] void enter_wait_instead(ThreadId id, Flag reason, uint64_t argument);
    void adopt_limits();
    void adopt_quantum();
    void adopt_sources(const Scenario& before);
    void adopt_channels();

    // act_processors.h. True: the thread goes_on, and is to proceed.
    void wakes(ThreadId id);
    bool make_ready(ThreadId id);
    bool give_processor(ProcessorId processor, ThreadId id);
    bool start_running(ThreadId id);
    bool return_from_wait(ThreadId id);
    void leave_processor(ThreadId id, uint16_t flags, uint64_t argument = 0);
    void start_activity(ThreadId id, Activity activity, Duration duration);
    void start_slice(ThreadId id);
    void next_slice(ThreadId id);          // the same, for those that are not the first of an activity
    bool slice_ended(ThreadId id);
    bool is_stale(ThreadId id, uint32_t turn) { return thread(id).turn != turn; }

    // act_preempt.cpp
    bool take_processor(ProcessorId processor, ThreadId id);
    void preempt(ThreadId id, ThreadId by);

    // act_threads.h
    void proceed(ThreadId id);             // one that goes_on
    void proceed_here(ThreadId id);        // the same, joined to the caller
    void do_step(ThreadId id, Action action);
    void call_post(ThreadId id, const Step& step);
    void do_post(ThreadId id);
    void begin_block(ThreadId id, Duration duration);
    void enter_wait(ThreadId id, Flag reason, uint64_t argument);
    void leave_wait(ThreadId id, uint16_t reason, uint64_t argument);
    void complete_packet(ThreadId id);
    void note_get_called(ThreadId id);
    void call_get(ThreadId id);
    void do_get(ThreadId id);
    void get_timed_out(ThreadId id, uint32_t generation);

    // act_programs.cpp
    void begin_program(ThreadId id);
    void program_goes_on(ThreadId id);
    Stream& stream_of(ThreadId id);
    PacketWork next_packet_of(ThreadId id);
    void exit_thread(ThreadId id);

    // act_devices.cpp
    void call_io(ThreadId id, const Step& step, Duration latency);
    void do_io(ThreadId id, bool waits);
    void io_ended(DeviceId number, uint32_t channel);
    void note_io(Kind kind, ThreadId id, DeviceId device, const DeviceOperation& operation, bool answers, Rule rule = Rule::none);
    void note_io_detail(ThreadId id, const DeviceOperation& operation, IoOutcome outcome, Rule rule);

    // act_files.cpp
    void begin_files();
    void start_operation(ThreadId id);
    void operation_ended(const DeviceOperation& operation, bool answers);
    void post_answer(const DeviceOperation& operation);
    void call_file(ThreadId id, const Step& step);
    void do_file_call(ThreadId id);
    void associate(ThreadId id, const FileCall& call);
    void set_notification_modes(ThreadId id, const FileCall& call);
    void cancel_operations(ThreadId id, const FileCall& call);
    void cancel_synchronous(ThreadId id, const FileCall& call);
    void carry_out_cancel(DeviceId device, const CancelOf& of, Rule rule);
    void close_file(ThreadId id, const FileCall& call);
    void duplicate_file(ThreadId id, const FileCall& call);
    void wait_io(ThreadId id, const FileCall& call);
    void end_io_waits(const DeviceOperation& operation);
    void io_wait_timed_out(ThreadId id, uint32_t generation);
    void note_call(ThreadId id, const FileCall& call, const ApiAnswer& answer, uint16_t other = 0, Rule rule = Rule::none);

    // act_late.cpp
    Stream machine_stream(ThreadId id) const;
    Duration drawn_wake(ThreadId id);
    void enter_wait_late(ThreadId id, Flag reason, uint64_t argument);
    uint16_t end_flags(ThreadId id) const;

    // act_locks.cpp
    void take_lock(ThreadId id, LockId number, Duration hold);
    void give_lock_back(ThreadId id);

    // act_verbs.cpp
    void do_verb(ThreadId id, const Step& step, Duration duration);
    void call_fails(ThreadId caller, FailedCall call, WhyFailed why, ThreadId whom, PortId port);
    void complete_record(size_t from, Kind kind, uint16_t flags, uint64_t argument);
    size_t records_so_far() const { return out_ == nullptr ? 0 : out_->size(); }
    void wake(ThreadId id);
    Record* note_ruled(Kind kind, ThreadId id, Rule rule);
    void worker_goes_on(ThreadId id);
    const Handler& side_handler(ThreadId id) const;
    void begin_side(ThreadId id, SideProgram side);
    void side_goes_on(ThreadId id);
    void note_own_get_called(ThreadId id);
    void do_own_get(ThreadId id);
    void wait_ended_aside(const Effect& effect);   // likewise
    void exit_at_once(ThreadId id);
    void create_port(ThreadId id, PortId number);
    void close_port(ThreadId id, PortId number);
    void file_leaves_port(PortId number);
    uint64_t lose_queued(PortId number);
    void queue_apc(ThreadId caller, ThreadId id);
    void looked_again(ThreadId id, Rule rule);
    void kernel_apc(ThreadId caller, const Step& step);
    void watch(ThreadId id, PortId port, Duration timeout);
    void note_watch_end(ThreadId id, PortId port, uint16_t flags, Rule rule);
    void watch_ended(ThreadId id, uint16_t flags, Rule rule);
    void watch_timed_out(ThreadId id);
    void page_in(ThreadId id, Duration duration);
    void post_fails(PortId port, ThreadId poster);

    // act_suspend.cpp
    void suspend_thread(ThreadId caller, ThreadId id);
    void stop(ThreadId id, StoppedIn in);
    void stop_running(ThreadId id, ThreadId caller);
    void stop_in_wait(ThreadId id, ThreadId caller);
    uint16_t stop_on_its_way(ThreadId id, ThreadId caller);
    void leave_switch(ThreadId id);
    void stays_asleep(ThreadId id);
    bool stop_at_last(ThreadId id);
    void resume_thread(ThreadId caller, ThreadId id);
    void resume_in_wait(ThreadId id);
    void resume_watch(ThreadId id, ThreadId caller);
    void wait_is_over(ThreadId id, uint16_t reason, uint64_t argument);

    // act_sources.h
    void begin_sources();
    void arrival(EventKind kind, Instant at, SourceId source, uint32_t detail = 0);
    void source_arrived(SourceId source);
    void client_arrived(SourceId source, uint32_t client, uint64_t round);
    void client_thinks(SourceId source, uint32_t client, uint64_t round);
};

inline bool Act::instant_is_endless(ThreadId id) {
    return world_.record_count >= check_at_ && ends_here(id);
}

/// A record of this step, for the caller to complete; null where records are only counted.
[[gnu::always_inline]] inline Record* Act::note(Kind kind, ThreadId id) {
    ++world_.record_count;
    return out_ == nullptr ? nullptr : write(kind, id);
}

/// What would happen later than kDurationMax never does: times can be added without overflow.
[[gnu::always_inline]] inline void Act::at_end_of(EventKind kind, Duration after, uint32_t subject, uint32_t detail) {
    const Instant at = world_.now + after;
    if (at.ns >= plain_before_ns_) return push_shuffled({at, world_.next_order++, kind, subject, detail});
    world_.events.push({at, world_.next_order++, kind, subject, detail});
}

}  // namespace sim

// What nearly every step does is defined here, for the compiler to join; what is seldom done stands in .cpp files.
#include "sim/engine/act_port.h"
#include "sim/engine/act_processors.h"
#include "sim/engine/act_sources.h"
#include "sim/engine/act_threads.h"
