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
        case Step::Kind::cancel_io: return "cancel_io";
        case Step::Kind::cancel_io_ex: return "cancel_io_ex";
        case Step::Kind::cancel_synchronous_io: return "cancel_synchronous_io";
        case Step::Kind::wait_io: return "wait_io";
        case Step::Kind::close_file: return "close_file";
        case Step::Kind::duplicate_file: return "duplicate_file";
    }
    return {};
}

bool names_files(const Scenario& scenario) {
    if (scenario.files.size() > scenario.devices.size() || !scenario.file_calls.empty()) return true;
    return std::any_of(scenario.devices.begin(), scenario.devices.end(), [](const DeviceParams& device) { return device.draws_outcome(); });
}

uint32_t limit_in_force(const PortParams& port, uint32_t processors) {
    return port.concurrency == 0 ? processors : port.concurrency;
}

}  // namespace sim
