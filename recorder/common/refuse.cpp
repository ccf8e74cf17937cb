#include "recorder/common/refuse.h"

namespace recorder {
namespace {

// Why a step is not recorded; null: it is.
const char* why_not(sim::Step::Kind kind) {
    switch (kind) {
        case sim::Step::Kind::compute:
        case sim::Step::Kind::block:
        case sim::Step::Kind::post:
        case sim::Step::Kind::group: return nullptr;
        case sim::Step::Kind::read:
        case sim::Step::Kind::start_io: return "a recorder has no device to ask";
        case sim::Step::Kind::associate:
        case sim::Step::Kind::bind:
        case sim::Step::Kind::skip_on_success:
        case sim::Step::Kind::skip_set_event:
        case sim::Step::Kind::cancel_io:
        case sim::Step::Kind::cancel_io_ex:
        case sim::Step::Kind::cancel_synchronous_io:
        case sim::Step::Kind::wait_io:
        case sim::Step::Kind::close_file:
        case sim::Step::Kind::duplicate_file: return "a recorder opens no files";
        case sim::Step::Kind::lock: return "a recorder takes no real lock for it";
        case sim::Step::Kind::exit:
        case sim::Step::Kind::create_port:
        case sim::Step::Kind::close: return "a recorder's threads and ports last until its end";
        case sim::Step::Kind::suspend:
        case sim::Step::Kind::resume: return "a recorder suspends no thread";
        case sim::Step::Kind::apc:
        case sim::Step::Kind::kernel_apc: return "a recorder queues no APC";
        case sim::Step::Kind::watch: return "a recorder waits on no port's handle";
        case sim::Step::Kind::page_in: return "a recorder can't make a page be read";
        case sim::Step::Kind::serve: return "a recorder's threads keep their port";
    }
    return nullptr;
}

std::optional<sim::Error> refused(const sim::Scenario& scenario, const sim::Handler& handler) {
    for (const sim::Step& step : handler.steps) {
        const char* why = why_not(step.kind);
        if (why == nullptr) continue;
        return sim::Error{.file = scenario.path, .line = step.line, .column = step.column,
                          .what = "not recorded yet: " + std::string(sim::step_word(step.kind)) + ", because " + why + "; expected compute, block, post or steps",
                          .hint = "portside sim " + scenario.name + " simulates it"};
    }
    return std::nullopt;
}

// Fields of a worker that a recorder does not act on.
std::optional<sim::Error> refused_fields(const sim::Scenario& scenario, const sim::WorkerParams& worker) {
    const std::string hint = "portside sim " + scenario.name + " simulates it";
    if (worker.alertable || worker.batch_min > 1)
        return sim::Error{.file = scenario.path, .line = worker.special_line, .column = worker.special_column,
                          .what = "not recorded yet: " + std::string(worker.alertable ? "alertable" : "batch_min") + " of worker '" + worker.name + "', because a recorder's gets are plain ones", .hint = hint};
    for (const sim::Handler* after : {&worker.on_timeout, &worker.on_abandoned, &worker.on_apc}) {
        if (after->steps.empty()) continue;
        return sim::Error{.file = scenario.path, .line = after->steps[0].line, .column = after->steps[0].column,
                          .what = "not recorded yet: what worker '" + worker.name + "' does when a get brings no packet, because a recorder's threads ask again at once", .hint = hint};
    }
    return std::nullopt;
}

}  // namespace

std::optional<sim::Error> not_recorded(const sim::Scenario& scenario) {
    for (const sim::WorkerParams& worker : scenario.workers) {
        const bool ranked = worker.priority != sim::kUsualPriority;
        if (!ranked && worker.affinity == 0) continue;
        return sim::Error{.file = scenario.path, .line = worker.line, .column = worker.column,
                          .what = std::string("not recorded yet: ") + (ranked ? "priority" : "affinity") + " of [[worker]] '" + worker.name + "', because a recorder's threads all run as the system places them",
                          .hint = "portside sim " + scenario.name + " simulates it"};
    }
    if (!scenario.programs.empty()) {
        const sim::ProgramParams& program = scenario.programs.front();
        if (program.background)
            return sim::Error{.file = scenario.path, .line = program.line, .column = program.column,
                              .what = "not recorded yet: background, because a recorder puts no other work on the processors", .hint = "portside sim " + scenario.name + " simulates it"};
        return sim::Error{.file = scenario.path, .line = program.line, .column = program.column,
                          .what = "not recorded yet: [[thread]] '" + program.name + "', because a recorder starts only the threads of [[worker]] tables",
                          .hint = "portside sim " + scenario.name + " simulates it"};
    }
    for (const sim::WorkerParams& worker : scenario.workers) {
        if (auto error = refused_fields(scenario, worker)) return error;
        if (auto error = refused(scenario, worker.on_packet)) return error;
        for (const auto& [key, handler] : worker.on_packet_of_key)
            if (auto error = refused(scenario, handler)) return error;
    }
    return std::nullopt;
}

}  // namespace recorder
