#include "sim/engine/branch.h"

#include "sim/engine/act.h"
#include "sim/scenario/changes.h"

namespace sim {
namespace {

Error refused(const Scenario& scenario, std::string what, std::string hint) { return {.file = scenario.path, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; }

// What depends on where the run is.
Status allowed_now(const World& world, const Branch& branch) {
    const Scenario& after = branch.scenario;
    if (after.until && *after.until < branch.at) return refused(after, "until " + std::to_string(after.until->ns) + " ns is before the branch, at " + std::to_string(branch.at.ns) + " ns", "let the run end later");
    for (size_t d = 0; d < after.devices.size(); ++d)
        if (world.devices[d].busy > after.devices[d].channels)
            return refused(after, "device." + after.devices[d].name + ".channels can't become " + std::to_string(after.devices[d].channels) + " here: the device works on " + std::to_string(world.devices[d].busy) + " operations", "branch where it works on fewer, or change it from the beginning");
    return Done{};
}

}  // namespace

bool branch_due(const World& world, const Branch& branch) {
    if (world.events.empty()) return world.now >= branch.at;       // else the run is over before
    const Instant next = world.events.first().at;
    return next > branch.at || (next == branch.at && world.record_count >= branch.records);
}

Status branch_take(const Scenario& before, World& world, const Branch& branch, Scratch<Record>& out) {
    if (const std::optional<Error> fixed = scenario_fixed(before, branch.scenario)) return *fixed;
    if (Status allowed = allowed_now(world, branch); !allowed) return allowed;
    if (world.now < branch.at) {
        world.now = branch.at;
        world.records_before_now = world.record_count;
    }
    Act(branch.scenario, world, &out).adopt(before);
    return Done{};
}

std::string instead_failed(const World& world, const Instead& wanted) {
    if (!wanted.wanted()) return {};
    switch (world.instead.went) {
        case Instead::Went::so: return {};
        case Instead::Went::not_yet: break;
        case Instead::Went::no_waiter: return "no thread waits there that could be let go";
        case Instead::Went::not_waiting: return "that thread does not wait at the port then";
        case Instead::Went::nothing_queued: return "no packet is queued then, and a thread is let go only with one";
    }
    return "record " + std::to_string(wanted.record) + " asks for no decision, expected that of a packet's post or of a block";
}

}  // namespace sim
