// [machine] and [[port]].
#include "sim/model/limits.h"
#include "sim/scenario/check.h"

namespace sim {
namespace {

constexpr int64_t kProcessorsMax = 4096;
const Words kPoliciesLater{"wine10", "epoll", "io_uring", "kqueue", "event_ports", "aix", "thread_per_operation"};

void read_policy(Checker& check, const Value& value, Policy& out) {
    const Words known(kPolicyNames.begin(), kPolicyNames.end());
    if (value.kind != Value::Kind::text) return check.fail(value.at, "policy is " + shown(value) + ", expected " + joined(known));
    if (const std::optional<Policy> policy = policy_from_name(value.text)) {
        out = *policy;
        return;
    }
    for (const std::string& later : kPoliciesLater)
        if (value.text == later) return fail_later(check, value.at, "policy " + later + ", expected " + joined(known));
    check.fail(value.at, "unknown policy " + in_quotes(value.text) + ", expected " + joined(known), did_you_mean(value.text, known));
}

}  // namespace

void read_machine(Checker& check, const Value& root, Scenario& scenario) {
    const Value* table = root.find("machine");
    if (!table) return;
    if (table->kind != Value::Kind::table)
        return check.fail(table->at, "machine is " + (table->kind == Value::Kind::array ? "a list" : shown(*table)) + ", expected one table: [machine]");
    check_keys(check, *table, "in [machine]", {{"processors", "quantum", "context_switch", "wake_latency", "get_cost", "post_cost"}, {}});
    MachineParams& machine = scenario.machine;
    get_u32(check, *table, "processors", machine.processors, 1, kProcessorsMax);
    get_duration(check, *table, "quantum", machine.quantum, true);
    get_duration(check, *table, "context_switch", machine.context_switch);
    get_duration(check, *table, "wake_latency", machine.wake_latency);
    get_duration(check, *table, "get_cost", machine.get_cost);
    get_duration(check, *table, "post_cost", machine.post_cost);
    if (machine.quantum.ns == 0) check.fail(table->find("quantum") ? table->find("quantum")->at : table->at, "quantum is 0ns, expected more than 0ns or \"infinite\"");
}

void read_ports(Checker& check, const Value& root, Scenario& scenario) {
    Words names;
    for (const Value* table : tables_named(check, root, "port")) {
        if (check.failed()) return;
        check_keys(check, *table, "in [[port]]", {{"name", "concurrency", "policy"},
                   {"drain_on_wake", "poll_at_limit", "apc", "abandon", "suspended_before_run", "page_in"}});
        PortParams port;
        port.name = read_name(check, *table, "[[port]]", names);
        names.push_back(port.name);
        get_u32(check, *table, "concurrency", port.concurrency, 0, UINT32_MAX);
        if (const Value* policy = table->find("policy")) read_policy(check, *policy, port.policy);
        scenario.ports.push_back(std::move(port));
    }
    if (scenario.ports.empty()) check.fail({1, 1, -1}, "no [[port]], expected at least one", "add [[port]] with name = \"port\"");
    if (scenario.ports.size() > kPortsMax)
        check.fail(root.find("port")->at, std::to_string(scenario.ports.size()) + " [[port]] tables, expected at most " + std::to_string(kPortsMax));
}

}  // namespace sim
