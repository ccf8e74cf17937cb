#include "recorder/common/scenario_thread.h"

#include <chrono>
#include <thread>

#include "recorder/common/work.h"

namespace recorder {

using sim::Kind;
using sim::Step;

ScenarioThread::ScenarioThread(Stage& stage, uint32_t thread) : stage_(stage), session_(stage.session), thread_(thread) {
    const uint32_t workers = sim::worker_thread_count(session_.scenario);
    if (thread < workers) {
        worker_ = &session_.scenario.workers[sim::worker_of(session_.scenario, {thread}).worker];
        port_ = worker_->port;
        return;
    }
    index_ = thread - workers;
    while (index_ >= session_.scenario.programs[program_].count) index_ -= session_.scenario.programs[program_++].count;
}

void ScenarioThread::run() {
    session_.ring_of(thread_).push(session_.record(Kind::thread_start, thread_));
    if (worker_ != nullptr) serve();
    else run_program();
}

// A first get that timed out before time 0, or a program: the thread runs, and time has not begun.
void ScenarioThread::wait_for_start() {
    session_.held[thread_].store(true);
    if (worker_ == nullptr) session_.gates[thread_].wait();
    while (!session_.clock.started() && !session_.stop.load()) std::this_thread::sleep_for(std::chrono::microseconds(50));
}

void ScenarioThread::serve() {
    Got got;
    while (!exits_) {
        asked_ = port_;
        stage_.backend.get(thread_, port_, got);
        if (got.how == Got::How::stopped) return;
        if (!session_.clock.started()) wait_for_start();
        for (size_t i = 0; i < got.packets.size(); ++i) {
            if (handle(got.packets[i])) continue;
            if (exits_) return exit(got.packets.size() - 1 - i);
            return;
        }
        if (is_over()) return;
        if (got.how == Got::How::timed_out && !do_side(worker_->on_timeout)) return;
        for (uint32_t i = 0; got.how == Got::How::alerted && i < got.apcs; ++i)      // K23: each runs
            if (!do_side(worker_->on_apc)) return;
        if (got.how != Got::How::abandoned) continue;
        if (!do_side(worker_->on_abandoned)) return;
        if (session_.closed[port_.value].load()) return exit(0);   // 3a.15: unless it serves an open port now
    }
}

void ScenarioThread::run_program() {
    const sim::ProgramParams& params = session_.scenario.programs[program_];
    stage_.backend.begin_program(thread_, params.serves);
    wait_for_start();
    for (uint64_t round = 0; !is_over() && (!params.repeat || round < *params.repeat); ++round) {
        sim::PacketWork work = sim::program_round(session_.scenario, program_, index_, round);
        Doing doing{.work = work};
        if (!do_all(params.steps, doing)) break;
    }
    if (!is_over() || exits_) exit(0);
    stage_.sources.program_ends();
}

// False: the thread leaves, or the recording is over.
bool ScenarioThread::handle(uint32_t number) {
    sim::Packet& packet = session_.packets[number];
    Doing doing{.work = packet.work, .number = number, .packet = &packet};
    const bool all = do_all(sim::handler_of_packet(*worker_, packet), doing);
    if (all || exits_) complete(number, packet);                   // K27: also the packet in whose handler it exits
    return all;
}

bool ScenarioThread::do_side(const sim::Handler& handler) {
    if (handler.steps.empty()) return true;
    sim::PacketWork work = sim::side_run(session_.scenario, {thread_}, side_runs_++);
    Doing doing{.work = work};
    if (do_all(handler, doing)) return true;
    if (exits_) exit(0);
    return false;
}

bool ScenarioThread::do_all(const sim::Handler& handler, Doing& doing) {
    while (!is_over()) {
        const sim::Action action = sim::next_action(handler, doing.work);
        if (action.done()) return true;
        if (!do_step(action, doing)) return false;
    }
    return false;
}

bool ScenarioThread::do_step(const sim::Action& action, Doing& doing) {
    const Step& step = *action.step;
    if (action.computes() && doing.packet != nullptr) doing.packet->compute_ns += static_cast<uint64_t>(action.duration.ns);
    switch (step.kind) {
        case Step::Kind::compute: compute(action.duration); break;
        case Step::Kind::block:
            if (action.duration > sim::Duration{0})                  // K18: 0 is no wait
                stage_.backend.block(thread_, doing.number, {.flags = sim::kSleep, .argument = static_cast<uint64_t>(action.duration.ns), .longest = action.duration});
            break;
        case Step::Kind::lock:
            stage_.locks.take(thread_, doing.number, step.lock);
            compute(action.duration);
            stage_.locks.give_back(thread_, step.lock);
            break;
        case Step::Kind::read:
        case Step::Kind::start_io: operate(action, doing); break;
        case Step::Kind::post: post(step.port, step.key, doing); break;
        case Step::Kind::associate:
        case Step::Kind::skip_on_success:
        case Step::Kind::skip_set_event:
        case Step::Kind::cancel_io:
        case Step::Kind::cancel_io_ex:
        case Step::Kind::cancel_synchronous_io:
        case Step::Kind::close_file:
        case Step::Kind::duplicate_file: stage_.files.call(thread_, doing.number, step); break;
        case Step::Kind::exit: exits_ = true; return false;
        case Step::Kind::close: stage_.backend.close(thread_, step.port); break;
        case Step::Kind::serve: port_ = step.port; break;
        case Step::Kind::wait_io: stage_.files.wait(thread_, doing.number, step); break;
        case Step::Kind::apc: stage_.backend.apc(thread_, step.thread.value); break;
        case Step::Kind::watch: stage_.backend.watch(thread_, doing.number, step.port, action.duration); break;
        case Step::Kind::suspend: stage_.backend.suspend(thread_, step.thread.value); break;
        case Step::Kind::resume: stage_.backend.resume(thread_, step.thread.value); break;
        case Step::Kind::group: case Step::Kind::bind: case Step::Kind::create_port:
        case Step::Kind::kernel_apc: case Step::Kind::page_in: SIM_CHECK(false, "a step that not_recorded() refuses");
    }
    return true;
}

void ScenarioThread::compute(sim::Duration duration) {
    const Outside outside(session_, thread_);
    work_compute(duration, session_.stop);
}

// In the model's order of draws: the latency with the step, how it goes, the packet that it may bring.
void ScenarioThread::operate(const sim::Action& action, Doing& doing) {
    const Step& step = *action.step;
    Drawn drawn{.latency = action.duration, .fate = sim::draw_fate(session_.scenario.devices[step.device.value], doing.work.stream)};
    if (step.kind == Step::Kind::read) return stage_.files.read(thread_, doing.number, step.device, drawn);
    drawn.answer = next_packet_of(doing);
    stage_.files.start(thread_, doing.number, step, drawn);
}

// The work of the packet that a post or start_io step brings about.
sim::PacketWork ScenarioThread::next_packet_of(Doing& doing) {
    if (doing.packet != nullptr) return sim::child_work(doing.work);
    if (worker_ != nullptr) return sim::side_packet(session_.scenario, {thread_}, packets_++);
    return sim::program_packet(session_.scenario, program_, index_, thread_ - sim::worker_thread_count(session_.scenario), packets_++);
}

// What a call costs here is this machine's own; the scenario's post_cost and get_cost are the model's.
void ScenarioThread::post(sim::PortId port, uint64_t key, Doing& doing) {
    sim::Packet child;
    child.work = next_packet_of(doing);
    child.key = key;
    const uint32_t number = session_.packets.add(child);
    if (number == Packets::kMax) return;
    stage_.sources.will_post(port);
    if (!stage_.backend.post(thread_, {{port, number}}).empty()) stage_.sources.is_lost(port);
}

void ScenarioThread::complete(uint32_t number, const sim::Packet& packet) {
    sim::Record record = session_.record(Kind::completed, thread_, sim::number_of(asked_));
    record.packet = number;
    record.argument = packet.compute_ns;
    session_.ring_of(thread_).push(record);
    stage_.sources.completed(packet);
}

void ScenarioThread::exit(uint64_t lost) {
    stage_.backend.exit(thread_, lost);
    session_.ended[thread_].store(true);
}

}  // namespace recorder
