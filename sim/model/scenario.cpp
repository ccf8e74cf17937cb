#include "sim/model/scenario.h"

#include <algorithm>

#include "sim/base/check.h"

namespace sim {

uint32_t thread_count(const Scenario& scenario) {
    uint32_t count = worker_thread_count(scenario);
    for (const ProgramParams& program : scenario.programs) count += program.count;
    return count;
}

uint32_t worker_thread_count(const Scenario& scenario) {
    uint32_t count = 0;
    for (const WorkerParams& worker : scenario.workers) count += worker.count;
    return count;
}

WorkerOf worker_of(const Scenario& scenario, ThreadId thread) {
    uint32_t index = thread.value;
    for (uint32_t w = 0; w < scenario.workers.size(); ++w) {
        if (index < scenario.workers[w].count) return {w, index};
        index -= scenario.workers[w].count;
    }
    check_failed(__FILE__, __LINE__, "worker_of: no such thread in the scenario");
}

uint32_t background_thread_count(const Scenario& scenario) {
    uint32_t count = 0;
    for (const ProgramParams& program : scenario.programs) count += program.background ? program.count : 0;
    return count;
}

std::string program_thread_name(const ProgramParams& program, uint32_t index) { return program.name + '.' + std::to_string(program.first + index); }

std::string thread_name(const Scenario& scenario, ThreadId thread) {
    uint32_t index = thread.value;
    if (const uint32_t workers = worker_thread_count(scenario); index >= workers) {
        index -= workers;
        for (const ProgramParams& program : scenario.programs) {
            if (index < program.count) return program_thread_name(program, index);
            index -= program.count;
        }
    }
    const WorkerOf of = worker_of(scenario, thread);
    return scenario.workers[of.worker].name + '.' + std::to_string(of.index);
}

std::string_view step_word(Step::Kind kind) {
    switch (kind) {
        case Step::Kind::compute: return "compute";
        case Step::Kind::block: return "block";
        case Step::Kind::lock: return "lock";
        case Step::Kind::read: return "read";
        case Step::Kind::start_io: return "start_io";
        case Step::Kind::post: return "post";
        case Step::Kind::group: return "steps";
        case Step::Kind::associate: return "associate";
        case Step::Kind::bind: return "bind";
        case Step::Kind::skip_on_success: return "skip_on_success";
        case Step::Kind::skip_set_event: return "skip_set_event";
        case Step::Kind::cancel_io: return "cancel_io";
        case Step::Kind::cancel_io_ex: return "cancel_io_ex";
        case Step::Kind::cancel_synchronous_io: return "cancel_synchronous_io";
        case Step::Kind::wait_io: return "wait_io";
        case Step::Kind::close_file: return "close_file";
        case Step::Kind::duplicate_file: return "duplicate_file";
        case Step::Kind::exit: return "exit";
        case Step::Kind::create_port: return "create_port";
        case Step::Kind::close: return "close";
        case Step::Kind::suspend: return "suspend";
        case Step::Kind::resume: return "resume";
        case Step::Kind::apc: return "apc";
        case Step::Kind::kernel_apc: return "kernel_apc";
        case Step::Kind::watch: return "watch";
        case Step::Kind::page_in: return "page_in";
        case Step::Kind::serve: return "serve";
    }
    return {};
}

bool names_files(const Scenario& scenario) {
    if (scenario.files.size() > scenario.devices.size() || !scenario.file_calls.empty()) return true;
    return std::any_of(scenario.devices.begin(), scenario.devices.end(), [](const DeviceParams& device) { return device.draws_outcome(); });
}

bool is_verb(Step::Kind kind) {
    switch (kind) {
        case Step::Kind::compute: case Step::Kind::block: case Step::Kind::lock: case Step::Kind::read: case Step::Kind::start_io:
        case Step::Kind::post: case Step::Kind::group:
        case Step::Kind::associate: case Step::Kind::bind: case Step::Kind::skip_on_success: case Step::Kind::skip_set_event: case Step::Kind::cancel_io:
        case Step::Kind::cancel_io_ex: case Step::Kind::cancel_synchronous_io: case Step::Kind::wait_io: case Step::Kind::close_file: case Step::Kind::duplicate_file: return false;
        case Step::Kind::exit: case Step::Kind::create_port: case Step::Kind::close: case Step::Kind::suspend: case Step::Kind::resume: case Step::Kind::apc:
        case Step::Kind::kernel_apc: case Step::Kind::watch: case Step::Kind::page_in: case Step::Kind::serve: return true;
    }
    return false;
}

bool any_step(const Scenario& scenario, const std::function<bool(const Step&)>& is_such) {
    const auto in = [&is_such](const Handler& handler) { return std::any_of(handler.steps.begin(), handler.steps.end(), is_such); };
    for (const WorkerParams& worker : scenario.workers) {
        if (in(worker.on_packet) || in(worker.on_timeout) || in(worker.on_abandoned) || in(worker.on_apc) || (worker.on_error && in(*worker.on_error))) return true;
        for (const auto& [key, handler] : worker.on_packet_of_key)
            if (in(handler)) return true;
    }
    return std::any_of(scenario.programs.begin(), scenario.programs.end(), [&in](const ProgramParams& program) { return in(program.steps); });
}

bool uses_verbs(const Scenario& scenario) {
    for (const WorkerParams& worker : scenario.workers)
        if (worker.alertable || worker.batch_min > 1 || !worker.on_timeout.steps.empty() || !worker.on_abandoned.steps.empty() || !worker.on_apc.steps.empty()) return true;
    return any_step(scenario, [](const Step& step) { return is_verb(step.kind); });
}

bool posts_aside(const Scenario& scenario) {
    for (const WorkerParams& worker : scenario.workers)
        for (const Handler* handler : {&worker.on_timeout, &worker.on_abandoned, &worker.on_apc})
            for (const Step& step : handler->steps)
                if (step.kind == Step::Kind::post || step.kind == Step::Kind::start_io || (step.kind == Step::Kind::kernel_apc && step.port.valid())) return true;
    return false;
}

uint32_t limit_in_force(const PortParams& port, uint32_t processors) {
    return port.concurrency == 0 ? processors : port.concurrency;
}

}  // namespace sim
