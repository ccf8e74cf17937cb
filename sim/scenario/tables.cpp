// [machine] and [[port]].
#include "sim/model/limits.h"
#include "sim/scenario/check.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

void read_policy(Checker& check, const Value& value, Policy& out) {
    const Words known(policy_names().begin(), policy_names().end());
    note_value(check, value, {.kind = Field::Kind::word, .words = known});
    if (value.kind != Value::Kind::text) return check.fail(value.at, "policy is " + shown(value) + ", expected " + joined(known));
    if (const std::optional<Policy> policy = policy_from_name(value.text)) {
        out = *policy;
        return;
    }
    check.fail(value.at, "unknown policy " + in_quotes(value.text) + ", expected " + joined(known), did_you_mean(value.text, known));
}

void read_option(Checker& check, const Value& value, const PortOptionEntry& entry, const PortParams& port, PortOptions& out) {
    const std::string name(entry.name), usual(entry.usual), other(entry.other);
    const bool truth = usual == "false";
    note_value(check, value, {.kind = Field::Kind::word, .words = {usual, other}});
    const std::string expected = truth ? "false or true" : '"' + usual + "\" or \"" + other + '"';
    if (value.kind != (truth ? Value::Kind::boolean : Value::Kind::text)) return check.fail(value.at, name + " is " + shown(value) + ", expected " + expected);
    if (!truth && value.text != usual && value.text != other)
        return check.fail(value.at, name + " is " + in_quotes(value.text) + ", expected " + expected, did_you_mean(value.text, {usual, other}));
    out.*entry.set = truth ? value.boolean : value.text == other;
    if (port.policy != Policy::nt)
        check.fail(value.at, name + " is an option of policy nt, and port " + in_quotes(port.name) + " has policy " + std::string(policy_name(port.policy)), "leave it out, or set policy = \"nt\"");
}

// What holds without a [machine].
void note_machine(Checker& check, const Value& root, MachineParams machine) {
    if (check.fields == nullptr) return;
    const auto duration = [&](const char* key, Duration value, bool infinite = false) { note_default(check, root, key, {.kind = Field::Kind::duration, .value = duration_text(value), .infinite = infinite}); };
    note_default(check, root, "machine.processors", {.kind = Field::Kind::whole, .value = std::to_string(machine.processors), .low = 1, .high = kProcessorsMax});
    duration("machine.quantum", machine.quantum, true);
    duration("machine.context_switch", machine.context_switch);
    duration("machine.wake_latency", machine.wake_latency.a);
    duration("machine.get_cost", machine.get_cost);
    duration("machine.post_cost", machine.post_cost);
}

}  // namespace

void read_machine(Checker& check, const Value& root, Scenario& scenario) {
    const Value* table = root.find("machine");
    if (!table) return note_machine(check, root, scenario.machine);
    if (table->kind != Value::Kind::table)
        return check.fail(table->at, "machine is " + (table->kind == Value::Kind::array ? "a list" : shown(*table)) + ", expected one table: [machine]");
    check_keys(check, *table, "in [machine]", {{"processors", "quantum", "context_switch", "wake_latency", "block_notice", "get_cost", "post_cost", "background"}, {}});
    MachineParams& machine = scenario.machine;
    get_u32(check, *table, "processors", machine.processors, 1, kProcessorsMax);
    get_duration(check, *table, "quantum", machine.quantum, true);
    get_duration(check, *table, "context_switch", machine.context_switch);
    if (const Value* latency = table->find("wake_latency")) machine.wake_latency = read_distribution(check, *latency, "wake_latency");
    else note_default(check, *table, "wake_latency", {.kind = Field::Kind::duration, .value = duration_text(machine.wake_latency.a)});
    if (const Value* notice = table->find("block_notice")) machine.block_notice = read_distribution(check, *notice, "block_notice");
    get_duration(check, *table, "get_cost", machine.get_cost);
    get_duration(check, *table, "post_cost", machine.post_cost);
    if (machine.quantum.ns == 0) check.fail(table->find("quantum") ? table->find("quantum")->at : table->at, "quantum is 0ns, expected more than 0ns or \"infinite\"");
}

void read_ports(Checker& check, const Value& root, Scenario& scenario) {
    Words names;
    for (const Value* table : tables_named(check, root, "port")) {
        if (check.failed()) return;
        Words known{"name", "concurrency", "policy", "created"};
        for (const PortOptionEntry& entry : kPortOptions) known.emplace_back(entry.name);
        check_keys(check, *table, "in [[port]]", {known, {}});
        PortParams port;
        port.name = read_name(check, *table, "[[port]]", names);
        names.push_back(port.name);
        get_u32(check, *table, "concurrency", port.concurrency, 0, UINT32_MAX);
        if (const Value* policy = table->find("policy")) read_policy(check, *policy, port.policy);
        else note_default(check, *table, "policy", {.kind = Field::Kind::word, .value = std::string(policy_name(port.policy)), .words = Words(policy_names().begin(), policy_names().end())});
        for (const PortOptionEntry& entry : kPortOptions)
            if (const Value* option = table->find(entry.name)) read_option(check, *option, entry, port, port.options);
        get_flag(check, *table, "created", port.created);
        if (!port.created) check.uncreated.push_back({{static_cast<uint32_t>(scenario.ports.size())}, table->find("created")->at});
        scenario.ports.push_back(std::move(port));
    }
    if (scenario.ports.empty()) check.fail({1, 1, -1}, "no [[port]], expected at least one", "add [[port]] with name = \"port\"");
    if (scenario.ports.size() > kPortsMax)
        check.fail(root.find("port")->at, std::to_string(scenario.ports.size()) + " [[port]] tables, expected at most " + std::to_string(kPortsMax));
}

}  // namespace sim
