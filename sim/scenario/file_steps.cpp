// Steps that call Windows about files and their operations.
#include <algorithm>

#include "sim/scenario/check.h"

namespace sim {
namespace {

struct FileStep {
    std::string_view word;
    Step::Kind kind;
    ApiCall call;
    std::vector<std::string> keys;            ///< beside the word and `chance`
};

const std::vector<FileStep>& file_steps() {
    static const std::vector<FileStep> all{
        {"start_io", Step::Kind::start_io, ApiCall::start_io, {"event", "as"}},
        {"associate", Step::Kind::associate, ApiCall::create_io_completion_port, {"port", "key"}},
        {"bind", Step::Kind::bind, ApiCall::bind_io_completion_callback, {}},
        {"skip_on_success", Step::Kind::skip_on_success, ApiCall::set_file_completion_notification_modes, {}},
        {"skip_set_event", Step::Kind::skip_set_event, ApiCall::set_file_completion_notification_modes, {}},
        {"cancel_io", Step::Kind::cancel_io, ApiCall::cancel_io, {}},
        {"cancel_io_ex", Step::Kind::cancel_io_ex, ApiCall::cancel_io_ex, {"operation"}},
        {"cancel_synchronous_io", Step::Kind::cancel_synchronous_io, ApiCall::cancel_synchronous_io, {}},
        {"wait_io", Step::Kind::wait_io, ApiCall::get_overlapped_result, {"timeout"}},
        {"close_file", Step::Kind::close_file, ApiCall::close_handle, {}},
        {"duplicate_file", Step::Kind::duplicate_file, ApiCall::duplicate_handle, {"as"}},
    };
    return all;
}

const FileStep* find_step(std::string_view word) {
    for (const FileStep& step : file_steps())
        if (step.word == word) return &step;
    return nullptr;
}

uint32_t read_operation(Checker& check, const Value& value, const Scenario& scenario) {
    const Words& names = scenario.operations;
    const auto at = value.kind == Value::Kind::text ? std::find(names.begin(), names.end(), value.text) : names.end();
    if (at != names.end()) return static_cast<uint32_t>(at - names.begin());
    check.fail(value.at, "no start_io names an operation " + (value.kind == Value::Kind::text ? in_quotes(value.text) : "with " + shown(value)) + (names.empty() ? ", expected a step such as { start_io = \"file\", as = \"op\" }" : ", expected " + joined(names)),
               value.kind == Value::Kind::text ? did_you_mean(value.text, names) : std::string());
    return kNoOperation;
}

void read_event(Checker& check, const Value& value, EventUse& out) {
    if (value.kind == Value::Kind::text && value.text == "own") out = EventUse::own;
    else if (value.kind == Value::Kind::text && value.text == "low_bit") out = EventUse::low_bit;
    else check.fail(value.at, "event is " + shown(value) + ", expected \"own\" or \"low_bit\"", value.kind == Value::Kind::text ? did_you_mean(value.text, {"own", "low_bit"}) : std::string());
}

void read_as(Checker& check, const Value& value) {
    if (value.kind != Value::Kind::text || !can_be_name(value.text)) check.fail(value.at, "as is " + shown(value) + ", expected a name of letters, digits, '_' and '-'");
}

// The latency is drawn as a duration of the step, from the packet's stream.
void read_start_io(Checker& check, const Value& value, const Member& word, Scenario& scenario, FileCall& call, Step& step) {
    call.file = read_file_name(check, word.value, scenario);
    if (!call.file.valid()) return;
    const FileParams& file = scenario.files[call.file.value];
    step.device = file.device;
    step.duration = scenario.devices[file.device.value].latency;
    const bool own_handle = call.file.value < scenario.devices.size();
    if (own_handle && !file.port.valid())
        check.fail(word.value.at, "device " + in_quotes(file.name) + " has no port, expected the one at which the packet of start_io arrives",
                   "add port = " + in_quotes(scenario.ports[0].name) + " to its [[device]], or read from it");
    if (const Value* event = value.find("event")) read_event(check, *event, call.event);
    if (const Value* as = value.find("as")) {
        read_as(check, *as);
        if (!check.failed()) call.operation = read_operation(check, *as, scenario);
    }
}

void read_others(Checker& check, const Value& value, const Member& word, Scenario& scenario, Step::Kind kind, FileCall& call) {
    if (call.call == ApiCall::get_overlapped_result) {
        call.operation = read_operation(check, word.value, scenario);
        get_duration(check, value, "timeout", call.timeout, true);
        return;
    }
    if (call.call == ApiCall::cancel_synchronous_io) {
        if (word.value.kind != Value::Kind::text) return check.fail(word.value.at, "the thread is " + shown(word.value) + ", expected a name such as \"worker.0\"");
        check.threads_named.push_back({static_cast<uint32_t>(scenario.file_calls.size()), word.value.text, word.value.at});
        return;
    }
    call.file = read_file_name(check, word.value, scenario);
    if (kind == Step::Kind::skip_on_success) call.modes = kSkipOnSuccess;
    if (kind == Step::Kind::skip_set_event) call.modes = kSkipSetEvent;
    if (const Value* operation = value.find("operation")) call.operation = read_operation(check, *operation, scenario);
    if (call.call == ApiCall::create_io_completion_port) {
        call.port = get_port(check, value, "an associate step", scenario.ports);
        get_u64(check, value, "key", call.key);
    }
    if (call.call == ApiCall::bind_io_completion_callback) {
        if (!scenario.pool.valid()) check.fail(word.at, "a bind step and no pool, expected threads that serve it", "add [[worker]] with pool = true");
        call.port = scenario.pool;
    }
    if (call.call != ApiCall::duplicate_handle) return;
    const Value* as = value.find("as");
    if (as == nullptr) return check.fail(word.at, "a duplicate_file step has no name for the duplicate, expected for example as = \"copy\"");
    read_as(check, *as);
    if (!check.failed()) call.copy = read_file_name(check, *as, scenario);
}

}  // namespace

Words file_step_keys(std::string_view word) {
    const FileStep* step = find_step(word);
    return step == nullptr ? Words{} : step->keys;
}

bool is_file_step(std::string_view word) { return find_step(word) != nullptr; }

void read_file_step(Checker& check, const Value& value, const Member& word, Scenario& scenario, Step& step) {
    const FileStep& kind = *find_step(word.key);
    step.kind = kind.kind;
    FileCall call;
    call.call = kind.call;
    if (kind.kind == Step::Kind::start_io) read_start_io(check, value, word, scenario, call, step);
    else read_others(check, value, word, scenario, kind.kind, call);
    const bool plain = kind.kind == Step::Kind::start_io && call.file.value < scenario.devices.size() && call.event == EventUse::none && call.operation == kNoOperation;
    if (plain) return;                                  // an operation on the device's own handle, and nothing more
    step.call = static_cast<uint32_t>(scenario.file_calls.size());
    scenario.file_calls.push_back(call);
}

void resolve_threads(Checker& check, Scenario& scenario) {
    for (const ThreadNamed& named : check.threads_named) {
        Words tables;
        uint32_t first = 0;
        ThreadId found;
        const auto look = [&](const std::string& name, uint32_t count) {
            const std::string start = name + '.';
            const std::string_view digits = std::string_view(named.name).substr(std::min(start.size(), named.name.size()));
            const bool number = named.name.compare(0, start.size(), start) == 0 && !digits.empty() && digits.size() < 8 && digits.find_first_not_of("0123456789") == std::string_view::npos;
            if (number && std::stoul(std::string(digits)) < count) found = {first + static_cast<uint32_t>(std::stoul(std::string(digits)))};
            first += count;
            tables.push_back(name + ".0");
        };
        for (const WorkerParams& worker : scenario.workers) look(worker.name, worker.count);
        for (const ProgramParams& program : scenario.programs) look(program.name, program.count);
        if (!found.valid()) return check.fail(named.at, "no thread is named " + in_quotes(named.name) + ", expected a number below `count` after the name: " + joined(tables), did_you_mean(named.name, tables));
        scenario.file_calls[named.call].thread = found;
    }
}

}  // namespace sim
