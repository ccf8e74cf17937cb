#include "sim/engine/checker.h"

#include <algorithm>
#include <functional>
#include <span>

#include "sim/port/port.h"

namespace sim {
namespace {

std::string thread_text(const Scenario& scenario, uint32_t t) { return thread_name(scenario, {t}); }

// The port's view of a thread and the machine's have to tell the same story.
bool phase_fits(ThreadPhase phase, PortThreadState state) {
    switch (state) {
        case PortThreadState::unknown: return false;
        case PortThreadState::watching: return phase == ThreadPhase::blocked;
        case PortThreadState::exited: return phase == ThreadPhase::exited;
        case PortThreadState::waiting: return phase == ThreadPhase::parked;
        case PortThreadState::looking: return phase == ThreadPhase::waking || phase == ThreadPhase::ready;
        case PortThreadState::blocked: return phase == ThreadPhase::blocked || phase == ThreadPhase::suspended;
        case PortThreadState::running: return phase == ThreadPhase::waking || phase == ThreadPhase::ready || phase == ThreadPhase::running;
        case PortThreadState::suspended: return phase == ThreadPhase::suspended || phase == ThreadPhase::waking || phase == ThreadPhase::ready;   // O5: on its way
        case PortThreadState::suspended_waiting: return phase == ThreadPhase::suspended;
    }
    return false;
}

// In a wait that is not the port's, also while it is suspended there.
bool is_blocked(const World& world, ThreadId id) {
    const ThreadPhase phase = world.threads[id.value].phase;
    if (phase != ThreadPhase::suspended) return phase == ThreadPhase::blocked;
    return world.verbs[id.value].stopped == StoppedIn::wait && !world.verbs[id.value].wait_over;
}

// Who is suspended, and only who is, has a place to go on from.
std::string suspended_broken(const Scenario& scenario, const World& world) {
    for (uint32_t t = 0; t < world.threads.size(); ++t) {
        const ThreadPhase phase = world.threads[t].phase;
        if (world.verbs.empty()) {
            if (phase == ThreadPhase::suspended) return thread_text(scenario, t) + " is suspended in a scenario that suspends nobody";
            continue;
        }
        const ThreadVerbs& v = world.verbs[t];
        const bool stopped = v.stopped != StoppedIn::nothing, on_its_way = v.stopped == StoppedIn::its_way;
        if (stopped != (v.suspends > 0) || (phase == ThreadPhase::suspended) != (stopped && !on_its_way)) return thread_text(scenario, t) + " is suspended " + std::to_string(v.suspends) + " times, and its state says otherwise";
        if (on_its_way != (world.threads[t].pending == PendingReturn::stops)) return thread_text(scenario, t) + " is to stop when it runs, and does not know it";
    }
    return {};
}

std::string threads_broken(const Scenario& scenario, const World& world) {
    std::vector<uint32_t> places(world.threads.size());
    world.machine.ready.find(0, [&places](ThreadId id) {
        ++places[id.value];
        return places[id.value] > 1;
    });
    for (uint32_t p = 0; p < world.machine.processors.size(); ++p) {
        const ThreadId id = world.machine.processors[p].thread;
        if (!id.valid()) continue;
        ++places[id.value];
        if (world.threads[id.value].processor != ProcessorId{p}) return thread_text(scenario, id.value) + " is on processor " + std::to_string(p) + " but does not know it";
    }
    for (uint32_t t = 0; t < world.threads.size(); ++t) {
        const Thread& thread = world.threads[t];
        const bool needs_place = thread.phase == ThreadPhase::ready || thread.phase == ThreadPhase::running;
        if (places[t] != (needs_place ? 1u : 0u)) return thread_text(scenario, t) + " is in " + std::to_string(places[t]) + " places of the machine, expected " + (needs_place ? "1" : "0");
        if (!phase_fits(thread.phase, world.ports.threads[t].state)) return thread_text(scenario, t) + " is in one state for the port and in another for the machine";
    }
    return {};
}

// Who waits for a processor could have none: each that it may use runs a thread of at least its priority. And who has one may use it.
std::string processors_broken(const Scenario& scenario, const World& world) {
    const auto allows = [&](ThreadId id, uint32_t p) { return scenario.affinities[world.threads[id.value].affinity].allows({p}); };
    std::string broken;
    uint32_t above = kPriorities;
    for (uint32_t p = 0; p < world.machine.processors.size(); ++p)
        if (const ThreadId id = world.machine.processors[p].thread; id.valid() && !allows(id, p)) return thread_text(scenario, id.value) + " is on processor " + std::to_string(p) + ", which it may not use";
    world.machine.ready.find(0, [&](ThreadId id) {
        const uint32_t priority = world.threads[id.value].priority;
        const auto found = [&](std::string what) { broken = thread_text(scenario, id.value) + " is ready although " + what; };
        if (priority > above) broken = "a ready queue comes before one of higher priority";
        above = priority;
        for (uint32_t p = 0; p < world.machine.processors.size() && broken.empty(); ++p) {
            const ThreadId there = world.machine.processors[p].thread;
            if (!allows(id, p)) continue;
            if (!there.valid()) found("processor " + std::to_string(p) + " is idle");
            else if (world.threads[there.value].priority < priority) found("processor " + std::to_string(p) + " runs " + thread_text(scenario, there.value) + ", of lower priority");
        }
        return !broken.empty();
    });
    return broken;
}

// Every packet posted and not completed is queued at one port or held by one thread, once.
std::string packets_broken(const Scenario& scenario, const World& world) {
    // Threads hold few and, first in first out, older ones than the queue: often all ascend once theirs do.
    std::vector<PacketId> held;
    for (const Thread& thread : world.threads)
        for (uint32_t i = 0; i < thread.batch.left(); ++i) held.push_back(thread.batch.number(i));
    std::sort(held.begin(), held.end());
    for (size_t p = 0; p < world.ports.ports.size(); ++p) {
        const PacketQueue& queue = world.ports.ports[p].queue;
        if (queue.size() != world.queued[p].size()) return "port '" + scenario.ports[p].name + "' has " + std::to_string(queue.size()) + " packets queued, and " + std::to_string(world.queued[p].size()) + " lie there";
        queue.for_each_piece([&](std::span<const PacketId> piece) { held.insert(held.end(), piece.begin(), piece.end()); });
    }
    if (std::adjacent_find(held.begin(), held.end(), std::greater_equal()) != held.end()) {
        std::sort(held.begin(), held.end());
        if (const auto twice = std::adjacent_find(held.begin(), held.end()); twice != held.end()) return "packet " + std::to_string(twice->value) + " is in two places";
    }
    if (!held.empty() && held.back().value >= world.posted) return "packet " + std::to_string(held.back().value) + " was never posted";
    if (world.posted != world.completed + world.lost + held.size())
        return "packets are not conserved: " + std::to_string(world.posted) + " posted, " + std::to_string(world.completed) + " completed, " + std::to_string(world.lost) + " lost, " + std::to_string(held.size()) + " queued or in work";
    return {};
}

// A lock has one holder, who is on its way or runs; waiters are blocked for it, once each; nobody waits for a free lock.
std::string locks_broken(const Scenario& scenario, const World& world) {
    std::vector<uint32_t> places(world.threads.size());
    for (uint32_t l = 0; l < world.locks.size(); ++l) {
        const Lock& lock = world.locks[l];
        const std::string name = "lock '" + scenario.locks[l] + "' ";
        if (!lock.holder.valid() && !lock.waiters.empty()) return name + "is free although " + thread_text(scenario, lock.waiters.front().value) + " waits for it";
        const auto knows = [&](ThreadId id) { return world.threads[id.value].lock == LockId{l}; };
        if (lock.holder.valid()) {
            ++places[lock.holder.value];
            if (!knows(lock.holder) || is_blocked(world, lock.holder)) return name + "is held by " + thread_text(scenario, lock.holder.value) + ", who does not know it or still waits";
        }
        for (ThreadId id : lock.waiters) {
            ++places[id.value];
            if (!knows(id) || !is_blocked(world, id)) return name + "has " + thread_text(scenario, id.value) + " among its waiters, which does not wait for it";
        }
    }
    for (uint32_t t = 0; t < world.threads.size(); ++t)
        if (places[t] != (world.threads[t].lock.valid() ? 1u : 0u)) return thread_text(scenario, t) + " holds or waits for " + std::to_string(places[t]) + " locks, expected " + (world.threads[t].lock.valid() ? "1" : "0");
    return {};
}

// Operations are conserved, a device works on as many as it can, and those who wait for one are blocked, once each.
std::string devices_broken(const Scenario& scenario, const World& world) {
    std::vector<bool> waits(world.threads.size());
    uint64_t inside = 0;
    std::string broken;
    const auto look_at = [&](const DeviceOperation& operation) {
        ++inside;
        const ThreadId reader = operation.reader;
        if (!reader.valid()) return;
        if (!is_blocked(world, reader) || waits[reader.value]) broken = thread_text(scenario, reader.value) + " has an operation in a device and is not blocked, or has two";
        waits[reader.value] = true;
    };
    for (uint32_t d = 0; d < world.devices.size(); ++d) {
        const Device& device = world.devices[d];
        const std::string name = "device '" + scenario.devices[d].name + "' ";
        const uint32_t channels = scenario.devices[d].channels;
        uint32_t busy = 0;
        for (const Device::Channel& channel : device.channels)
            if (channel.busy) ++busy, look_at(channel.operation);
        for (const DeviceOperation& operation : device.queue) look_at(operation);
        if (busy != device.busy || busy > channels) return name + "works on " + std::to_string(busy) + " operations and counts " + std::to_string(device.busy) + ", expected at most " + std::to_string(channels);
        if (busy < channels && !device.queue.empty()) return name + "has a free channel although operations wait";
    }
    if (broken.empty() && world.io_started != world.io_ended + inside)
        return "operations are not conserved: " + std::to_string(world.io_started) + " started, " + std::to_string(world.io_ended) + " ended, " + std::to_string(inside) + " in devices";
    return broken;
}

// Handles, file objects and ports refer to each other, every pending operation is in a device, and who waits for one is blocked.
std::string files_broken(const Scenario& scenario, const World& world) {
    std::vector<uint32_t> pending(world.objects.size()), handles(world.objects.size()), files(world.ports.ports.size());
    std::vector<uint64_t> inside;
    const auto look_at = [&](const DeviceOperation& operation) {
        if (operation.reader.valid()) return;
        ++pending[operation.object];
        inside.push_back(operation.number);
    };
    for (const Device& device : world.devices) {
        for (const Device::Channel& channel : device.channels)
            if (channel.busy) look_at(channel.operation);
        for (const DeviceOperation& operation : device.queue) look_at(operation);
    }
    for (const FileHandle& handle : world.files)
        if (handle.open) ++handles[handle.object];
    for (size_t o = 0; o < world.objects.size(); ++o) {
        const FileObject& object = world.objects[o];
        const std::string name = "file object " + std::to_string(o) + " ";
        if (object.pending != pending[o]) return name + "counts " + std::to_string(object.pending) + " pending operations, " + std::to_string(pending[o]) + " are in its device";
        if (handles[o] > object.handles) return name + "has more handles than it counts";
        if (object.handles == 0 && (object.pending > 0 || object.port.valid())) return name + "is closed and has operations or a port";   // F4
        if (object.port.valid()) ++files[object.port.value];
    }
    for (size_t p = 0; p < files.size(); ++p)
        if (files[p] != world.ports.ports[p].files) return "port '" + scenario.ports[p].name + "' counts " + std::to_string(world.ports.ports[p].files) + " files, expected " + std::to_string(files[p]);   // K32
    for (const auto& [slot, operation] : world.named_operations)
        if (operation.pending != (std::find(inside.begin(), inside.end(), operation.number) != inside.end())) return "operation " + std::to_string(operation.number) + " is pending and in no device, or the other way round";
    for (const IoWait& wait : world.io_waits)
        if (world.threads[wait.thread.value].phase != ThreadPhase::blocked) return thread_text(scenario, wait.thread.value) + " waits for an operation and is not blocked";
    return {};
}

}  // namespace

std::string world_broken(const Scenario& scenario, const World& world) {
    if (const std::string_view broken = port_invariant_broken(world.ports, world.instead.went == Instead::Went::so); !broken.empty()) return std::string(broken);
    if (std::string broken = packets_broken(scenario, world); !broken.empty()) return broken;
    if (std::string broken = threads_broken(scenario, world); !broken.empty()) return broken;
    if (std::string broken = processors_broken(scenario, world); !broken.empty()) return broken;
    if (std::string broken = suspended_broken(scenario, world); !broken.empty()) return broken;
    if (std::string broken = locks_broken(scenario, world); !broken.empty()) return broken;
    if (std::string broken = devices_broken(scenario, world); !broken.empty()) return broken;
    return files_broken(scenario, world);
}

}  // namespace sim
