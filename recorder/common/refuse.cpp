#include "recorder/common/refuse.h"

#include <algorithm>

namespace recorder {
namespace {

using Kind = sim::Step::Kind;

constexpr uint16_t kBrokenPipe = 109;
constexpr const char* kNoApc = "Linux has no APCs";
constexpr const char* kNoFiles = "a mechanism of Linux's own knows no files of a completion port";

bool is_linux_mechanism(std::string_view backend) { return backend == "epoll" || backend == "io_uring"; }

// One scenario that is asked of one backend.
struct Refusal {
    const sim::Scenario& scenario;
    std::string_view backend;

    sim::Error error(int line, int column, const std::string& what, const std::string& why) const {
        return {.file = scenario.path, .line = line, .column = column, .what = "not recorded yet: " + what + " on backend " + std::string(backend) + ", because " + why,
                .hint = "portside sim " + scenario.name + " simulates it"};
    }
    std::optional<sim::Error> of_steps(const sim::Handler& handler) const;
    std::optional<sim::Error> of_worker(const sim::WorkerParams& worker) const;
    std::optional<sim::Error> of_place(const char* table, const std::string& name, int line, int column, uint8_t priority, uint32_t affinity) const;
    std::optional<sim::Error> of_devices() const;
    const char* why_not_real(uint32_t device) const;
    bool asks(uint32_t device, std::initializer_list<sim::ApiCall> calls) const;
};

std::optional<sim::Error> Refusal::of_steps(const sim::Handler& handler) const {
    for (const sim::Step& step : handler.steps)
        if (const char* why = why_not_recorded(step.kind, backend)) return error(step.line, step.column, std::string(sim::step_word(step.kind)), why);
    return std::nullopt;
}

std::optional<sim::Error> Refusal::of_place(const char* table, const std::string& name, int line, int column, uint8_t priority, uint32_t affinity) const {
    const bool ranked = priority != sim::kUsualPriority;
    if (!ranked && affinity == 0) return std::nullopt;
    return error(line, column, std::string(ranked ? "priority" : "affinity") + " of " + table + " '" + name + "'", "a recorder's threads all run as the system places them");
}

std::optional<sim::Error> Refusal::of_worker(const sim::WorkerParams& worker) const {
    if (worker.alertable && is_linux_mechanism(backend)) return error(worker.special_line, worker.special_column, "alertable of worker '" + worker.name + "'", kNoApc);
    if (worker.batch_min > 1 && backend != "port") return error(worker.special_line, worker.special_column, "batch_min of worker '" + worker.name + "'", "its get returns with what is there");
    for (const sim::Handler* handler : {&worker.on_packet, &worker.on_timeout, &worker.on_abandoned, &worker.on_apc})
        if (auto refused = of_steps(*handler)) return refused;
    if (worker.on_error)
        if (auto refused = of_steps(*worker.on_error)) return refused;
    for (const auto& [key, handler] : worker.on_packet_of_key)
        if (auto refused = of_steps(handler)) return refused;
    return std::nullopt;
}

bool waits_without_event(const sim::Scenario& scenario) {
    const auto has_event = [&](uint32_t name) {
        return std::all_of(scenario.file_calls.begin(), scenario.file_calls.end(), [name](const sim::FileCall& call) { return call.call != sim::ApiCall::start_io || call.operation != name || call.event != sim::EventUse::none; });
    };
    return std::any_of(scenario.file_calls.begin(), scenario.file_calls.end(), [&](const sim::FileCall& call) { return call.call == sim::ApiCall::get_overlapped_result && !has_event(call.operation); });
}

// Whether a step makes one of these calls on a file of the device, or on an operation of one.
bool Refusal::asks(uint32_t device, std::initializer_list<sim::ApiCall> calls) const {
    const auto of_device = [&](const sim::FileCall& call) { return call.file.valid() && scenario.files[call.file.value].device.value == device; };
    const auto started_there = [&](uint32_t operation) {
        return std::any_of(scenario.file_calls.begin(), scenario.file_calls.end(), [&](const sim::FileCall& call) { return call.call == sim::ApiCall::start_io && call.operation == operation && of_device(call); });
    };
    return std::any_of(scenario.file_calls.begin(), scenario.file_calls.end(), [&](const sim::FileCall& call) {
        if (std::find(calls.begin(), calls.end(), call.call) == calls.end()) return false;
        return call.call == sim::ApiCall::get_overlapped_result ? started_there(call.operation) : of_device(call);
    });
}

// What a device asks of the real object that its scenario names, and the recorder can't make it do; null: nothing.
const char* Refusal::why_not_real(uint32_t number) const {
    using sim::ApiCall;
    using sim::RealObject;
    const sim::DeviceParams& device = scenario.devices[number];
    const bool iocp = backend == "iocp", file = device.real == RealObject::file, socket = device.real == RealObject::socket, fails = device.fails > 0 || device.fails_at_once > 0;
    if (iocp && device.writes && !file && sim::any_step(scenario, [](const sim::Step& step) { return step.kind == Kind::suspend; })) return "its other end waits until the thread has written, which a suspended one never does";
    if (device.real == RealObject::usual && !(iocp && device.writes && fails)) return nullptr;
    if (is_linux_mechanism(backend)) return "it waits for packets of its own and opens no files";
    if (fails && (!iocp || file || socket || device.writes)) return "only a named pipe's reads can be made to fail with an error that is known before";
    if (!iocp) return nullptr;
    if (socket && asks(number, {ApiCall::duplicate_handle})) return "DuplicateHandle is no way to duplicate a socket";
    if ((file || socket) && sim::any_step(scenario, [](const sim::Step& step) { return step.kind == Kind::cancel_synchronous_io; })) return "its threads wait for the emulated latency or in a socket, where CancelSynchronousIo finds nothing";
    if (!file) return nullptr;
    const bool skips = std::any_of(scenario.files.begin(), scenario.files.end(), [number](const sim::FileParams& one) { return one.device.value == number && one.skip_on_success; }) ||
                       std::any_of(scenario.file_calls.begin(), scenario.file_calls.end(), [&](const sim::FileCall& call) { return call.call == ApiCall::set_file_completion_notification_modes && (call.modes & sim::kSkipOnSuccess) != 0 && scenario.files[call.file.value].device.value == number; });
    if (device.at_once > 0 || skips) return "whether an operation on a file succeeds at once is the system's choice";
    if (asks(number, {ApiCall::cancel_io, ApiCall::cancel_io_ex, ApiCall::close_handle, ApiCall::get_overlapped_result})) return "its operation begins when the drawn latency is over: before, there is none to cancel, close or wait for";
    return nullptr;
}

// A file on Windows is several pipes, each with a handle that its own operations signal; and a pipe's read fails in one way.
std::optional<sim::Error> Refusal::of_devices() const {
    if (scenario.pool.valid()) return error(0, 0, "pool", "a recorder's threads are its own, not the system's pool's");
    if (backend == "iocp" && waits_without_event(scenario)) return error(0, 0, "wait_io for an operation without an event of its own", "its files are several pipes, each signalled by its own operations alone: event = \"own\"");
    for (uint32_t d = 0; d < scenario.devices.size(); ++d)
        if (const char* why = why_not_real(d)) return error(scenario.devices[d].real_line, scenario.devices[d].real_column, "what device '" + scenario.devices[d].name + "' really is", why);
    for (const sim::DeviceParams& device : scenario.devices) {
        if (backend != "iocp" || (device.fails == 0 && device.fails_at_once == 0) || device.error == kBrokenPipe) continue;
        return error(0, 0, "the error of device '" + device.name + "'", "its files are pipes, whose reads fail with ERROR_BROKEN_PIPE alone: error = 109");
    }
    return std::nullopt;
}

}  // namespace

const char* why_not_recorded(Kind kind, std::string_view backend) {
    switch (kind) {
        case Kind::compute:
        case Kind::block:
        case Kind::lock:
        case Kind::read:
        case Kind::start_io:
        case Kind::post:
        case Kind::cancel_synchronous_io:
        case Kind::wait_io:
        case Kind::exit:
        case Kind::serve:
        case Kind::group: return nullptr;
        case Kind::associate:
        case Kind::skip_on_success:
        case Kind::skip_set_event:
        case Kind::cancel_io:
        case Kind::cancel_io_ex:
        case Kind::close_file:
        case Kind::duplicate_file: return is_linux_mechanism(backend) ? kNoFiles : nullptr;
        case Kind::close: return is_linux_mechanism(backend) ? "closing it ends no wait in the kernel" : nullptr;
        case Kind::create_port: return "a recorder opens every port before time 0";
        case Kind::bind: return "a recorder's threads are its own, not the system's pool's";
        case Kind::suspend:
        case Kind::resume: return backend == "iocp" ? nullptr : "Linux stops no thread of a process from outside, only all of them";
        case Kind::apc: return is_linux_mechanism(backend) ? kNoApc : nullptr;
        case Kind::kernel_apc: return "only the kernel queues a kernel APC";
        case Kind::watch: return is_linux_mechanism(backend) ? "its file tells of events, not of a closed port" : nullptr;
        case Kind::page_in: return "when the system reads a page, and for how long, is its own choice";
    }
    return nullptr;
}

std::optional<sim::Error> not_recorded(const sim::Scenario& scenario, std::string_view backend) {
    const Refusal refusal{scenario, backend};
    for (const sim::WorkerParams& worker : scenario.workers)
        if (auto refused = refusal.of_place("[[worker]]", worker.name, worker.line, worker.column, worker.priority, worker.affinity)) return refused;
    for (const sim::ProgramParams& program : scenario.programs) {
        if (program.background) return refusal.error(program.line, program.column, "background", "a recorder puts no other work on the processors");
        if (auto refused = refusal.of_place("[[thread]]", program.name, program.line, program.column, program.priority, program.affinity)) return refused;
        if (program.serves.valid() && is_linux_mechanism(backend)) return refusal.error(program.line, program.column, "serves of [[thread]] '" + program.name + "'", "it counts no threads");
        if (auto refused = refusal.of_steps(program.steps)) return refused;
    }
    for (const sim::WorkerParams& worker : scenario.workers)
        if (auto refused = refusal.of_worker(worker)) return refused;
    return refusal.of_devices();
}

}  // namespace recorder
