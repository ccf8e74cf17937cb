#include "sim/scenario/changes.h"

#include <algorithm>
#include <unordered_map>

#include "sim/scenario/fields.h"

namespace sim {
namespace {

std::vector<Field> fields_of(const Scenario& scenario) {
    Result<std::vector<Field>> fields = scenario_fields(scenario.text, scenario.path, scenario.sets);
    return fields ? std::move(fields.value()) : std::vector<Field>{};
}

// Compares part by part and keeps the first that differs.
class Fixed {
public:
    Fixed(const Scenario& before, const Scenario& after) : before_(before), after_(after) {}

    std::optional<Error> find() {
        machine();
        tables(before_.ports, after_.ports, "port", [this](const PortParams& a, const PortParams& b, const std::string& at) {
            same(at + ".policy", a.policy, b.policy, std::string(policy_name(a.policy)), std::string(policy_name(b.policy)));
            same(at + ".abandon", a.options.never_abandons, b.options.never_abandons);
            same(at + ".created", a.created, b.created);
        });
        tables(before_.devices, after_.devices, "device", [this](const DeviceParams& a, const DeviceParams& b, const std::string& at) {
            same(at + ".port", a.port, b.port);
            same(at + ".key", a.key, b.key);
            same(at + ".real", a.real == b.real && a.writes == b.writes, true);
        });
        files();
        tables(before_.workers, after_.workers, "worker", [this](const WorkerParams& a, const WorkerParams& b, const std::string& at) { worker(a, b, at); });
        tables(before_.programs, after_.programs, "thread", [this](const ProgramParams& a, const ProgramParams& b, const std::string& at) { program(a, b, at); });
        tables(before_.sources, after_.sources, "source", [this](const SourceParams& a, const SourceParams& b, const std::string& at) { source(a, b, at); });
        same("the names of locks", before_.locks, after_.locks);
        same("what the scenario is made of", uses_verbs(before_) == uses_verbs(after_) && posts_aside(before_) == posts_aside(after_) && names_files(before_) == names_files(after_), true);
        return std::move(found_);
    }

private:
    const Scenario& before_;
    const Scenario& after_;
    std::optional<Error> found_;

    void refuse(const std::string& path, const std::string& change) {
        if (found_) return;
        found_ = Error{.file = after_.path, .line = 0, .column = 0, .what = path + change + " can't change in the middle of a run", .hint = "change it from the beginning: by --set, or in the window beside the kept run (B)"};
    }
    template <class T>
    void same(const std::string& path, const T& a, const T& b, const std::string& from = {}, const std::string& to = {}) {
        if (a == b) return;
        refuse(path, from.empty() ? std::string() : " (" + from + " -> " + to + ")");
    }
    void count(const std::string& path, uint64_t a, uint64_t b) { same(path, a, b, std::to_string(a), std::to_string(b)); }

    template <class Table, class Look>
    void tables(const std::vector<Table>& a, const std::vector<Table>& b, const std::string& kind, Look look) {
        same("the number of [[" + kind + "]] tables", a.size(), b.size());
        for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
            const std::string at = kind + '.' + a[i].name;
            same("the order or the names of [[" + kind + "]] tables", a[i].name, b[i].name, a[i].name, b[i].name);
            look(a[i], b[i], at);
        }
    }

    void machine() {
        if (after_.machine.processors < before_.machine.processors) count("machine.processors", before_.machine.processors, after_.machine.processors);
        const auto notice = [](const Scenario& scenario) { return scenario.machine.block_notice ? "some" : "none"; };
        same("machine.block_notice", before_.machine.block_notice.has_value(), after_.machine.block_notice.has_value(), notice(before_), notice(after_));   // who blocks unheard is counted until it is heard of
        same("affinity", before_.affinities, after_.affinities);
        same("priority", before_.priorities_differ, after_.priorities_differ);
    }

    // What their steps name, one for one; how long each takes, how likely it is and which key it posts may differ.
    void steps(const std::string& path, const Handler& a, const Handler& b) {
        const auto alike = [](const Step& x, const Step& y) { return x.kind == y.kind && x.port == y.port && x.thread == y.thread && x.lock == y.lock && x.device == y.device && x.call == y.call && x.size == y.size; };
        same("the steps of " + path, std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(), alike), true);
    }

    void worker(const WorkerParams& a, const WorkerParams& b, const std::string& at) {
        count(at + ".count", a.count, b.count);
        same(at + ".port", a.port, b.port);
        same(at + ".alertable", a.alertable, b.alertable);
        count(at + ".priority", a.priority, b.priority);
        same(at + ".affinity", a.affinity, b.affinity);
        steps(at + ".on_packet", a.on_packet, b.on_packet);
        same("the keys of " + at + ".on_packet_K", std::equal(a.on_packet_of_key.begin(), a.on_packet_of_key.end(), b.on_packet_of_key.begin(), b.on_packet_of_key.end(), [](const auto& x, const auto& y) { return x.first == y.first; }), true);
        for (size_t i = 0; i < std::min(a.on_packet_of_key.size(), b.on_packet_of_key.size()); ++i) steps(at + ".on_packet_" + std::to_string(a.on_packet_of_key[i].first), a.on_packet_of_key[i].second, b.on_packet_of_key[i].second);
        same(at + ".on_error", a.on_error.has_value(), b.on_error.has_value());
        if (a.on_error && b.on_error) steps(at + ".on_error", *a.on_error, *b.on_error);
        steps(at + ".on_timeout", a.on_timeout, b.on_timeout);
        steps(at + ".on_abandoned", a.on_abandoned, b.on_abandoned);
        steps(at + ".on_apc", a.on_apc, b.on_apc);
    }

    void program(const ProgramParams& a, const ProgramParams& b, const std::string& at) {
        count(at + ".count", a.count, b.count);
        same(at + ".background", a.background, b.background);
        count(at + ".priority", a.priority, b.priority);
        same(at + ".affinity", a.affinity, b.affinity);
        same(at + ".serves", a.serves, b.serves);
        count(at + ".first", a.first, b.first);
        steps(at + ".steps", a.steps, b.steps);
    }

    void source(const SourceParams& a, const SourceParams& b, const std::string& at) {
        same(at + ".arrivals", a.kind, b.kind);
        same(at + ".arrivals.at", a.at, b.at);
        same(at + ".port", a.port, b.port);
        count(at + ".arrivals.closed", a.clients, b.clients);
    }

    void files() {
        const auto alike = [](const FileParams& x, const FileParams& y) {
            return x.name == y.name && x.device == y.device && x.port == y.port && x.key == y.key && x.overlapped == y.overlapped && x.skip_on_success == y.skip_on_success && x.skip_set_event == y.skip_set_event && x.duplicate == y.duplicate;
        };
        same("[[file]] tables", std::equal(before_.files.begin(), before_.files.end(), after_.files.begin(), after_.files.end(), alike), true);
        const auto same_call = [](const FileCall& x, const FileCall& y) { return x.call == y.call && x.file == y.file && x.copy == y.copy && x.operation == y.operation && x.thread == y.thread && x.event == y.event && x.modes == y.modes && x.port == y.port && x.key == y.key; };
        same("calls on files", std::equal(before_.file_calls.begin(), before_.file_calls.end(), after_.file_calls.begin(), after_.file_calls.end(), same_call), true);
        same("the names of operations", before_.operations, after_.operations);
    }
};

}  // namespace

std::vector<ValueChange> scenario_changes(const Scenario& before, const Scenario& after) {
    const std::vector<Field> a = fields_of(before), b = fields_of(after);
    std::unordered_map<std::string_view, const Field*> then;
    for (const Field& field : a) then.emplace(field.path, &field);
    std::vector<ValueChange> out;
    for (const Field& field : b) {
        const auto at = then.find(field.path);
        if (at == then.end()) out.push_back({field.path, {}, field.value});
        else if (at->second->value != field.value) out.push_back({field.path, at->second->value, field.value});
        if (at != then.end()) then.erase(at);
    }
    for (const Field& field : a)
        if (then.contains(field.path)) out.push_back({field.path, field.value, {}});
    return out;
}

std::string change_text(const ValueChange& change) {
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
    return change.path + ' ' + shown(change.from) + " -> " + shown(change.to);
}

std::optional<Error> scenario_fixed(const Scenario& before, const Scenario& after) { return Fixed(before, after).find(); }

}  // namespace sim
