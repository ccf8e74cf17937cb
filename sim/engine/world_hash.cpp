#include "sim/engine/world_hash.h"

#include <algorithm>

#include "sim/base/prng.h"

namespace sim {
namespace {

struct Hasher {
    uint64_t value = 0;
    void add(uint64_t x) { value = mix64(value ^ x) + 0x9E3779B97F4A7C15u; }
    void add(int64_t x) { add(static_cast<uint64_t>(x)); }
    void add(uint32_t x) { add(uint64_t{x}); }
    template <class Tag>
    void add(Id<Tag> id) { add(uint64_t{id.value}); }
};

void add_work(Hasher& hash, const PacketWork& work) {
    hash.add(work.identity);
    hash.add(work.stream.key);
    hash.add(work.stream.counter);
    hash.add(uint64_t{work.next_step} << 32 | work.posts);
}

void add_packet(Hasher& hash, PacketId id, const Packet& packet) {
    hash.add(id);
    add_work(hash, packet.work);
    hash.add(packet.key);
    hash.add(uint64_t{packet.compute_ns} << 1 | packet.failed);
}

void add_thread(Hasher& hash, const World& world, size_t t) {
    const Thread& thread = world.threads[t];
    hash.add(uint64_t{static_cast<uint8_t>(thread.phase)} | uint64_t{static_cast<uint8_t>(thread.activity)} << 8 | uint64_t{static_cast<uint8_t>(thread.pending)} << 16);
    hash.add(thread.remaining.ns);
    hash.add(thread.slice.ns);
    hash.add(thread.slice_began.ns);
    hash.add(thread.quantum_left.ns);
    hash.add(thread.turn);
    hash.add(thread.processor);
    hash.add(thread.last_processor);
    hash.add(thread.batch.left());
    hash.add(uint64_t{thread.batch.size()});
    for (uint32_t i = 0; i < thread.batch.left(); ++i) add_packet(hash, thread.batch.number(i), thread.batch.packet(i));
    add_work(hash, thread.post_work);
    hash.add(thread.post_port);
    hash.add(thread.post_key);
    hash.add(thread.deadline.ns);
    hash.add(thread.get_generation);
    hash.add(thread.lock);
    hash.add(thread.io_device);
    hash.add(thread.io_latency.ns);
    hash.add(uint64_t{thread.file_call} << 8 | static_cast<uint8_t>(thread.io_fate));
    const PortThread& port_thread = world.ports.threads[t];
    hash.add(uint64_t{static_cast<uint8_t>(port_thread.state)});
    hash.add(port_thread.association);
    hash.add(port_thread.waits_on);
    hash.add(port_thread.batch_max);
}

void add_verbs(Hasher& hash, const World& world) {
    hash.add(world.lost);
    for (size_t t = 0; t < world.verbs.size(); ++t) {
        const ThreadVerbs& v = world.verbs[t];
        const PortThread& p = world.ports.threads[t];
        hash.add(v.port);
        hash.add(uint64_t{v.suspends} << 32 | uint64_t{static_cast<uint8_t>(v.stopped)} << 16 | uint64_t{static_cast<uint8_t>(v.pending)} << 8 | static_cast<uint8_t>(v.side));
        hash.add(uint64_t{v.sleeps} | uint64_t{v.wait_over} << 1 | uint64_t{v.reason} << 16 | uint64_t{p.alertable} << 2 | uint64_t{p.keeps_slot} << 3);
        hash.add(v.argument);
        hash.add(v.wait_until.ns);
        hash.add(v.watches);
        hash.add(uint64_t{v.apcs} << 32 | v.apcs_to_run);
        hash.add(uint64_t{p.apcs} << 32 | p.batch_min);
        add_work(hash, v.side_work);
        hash.add(v.side_runs);
        hash.add(v.side_packets);
    }
    for (const Port& port : world.ports.ports)
        for (ThreadId id : port.watchers) hash.add(id);
}

void add_ports(Hasher& hash, const World& world) {
    for (size_t p = 0; p < world.ports.ports.size(); ++p) {
        const Port& port = world.ports.ports[p];
        hash.add(uint64_t{static_cast<uint8_t>(port.policy)} << 1 | (port.open ? 1u : 0u));
        hash.add(uint64_t{port.limit} << 32 | port.active);
        hash.add(uint64_t{port.queue.size()});
        for (size_t i = 0; i < port.queue.size(); ++i) add_packet(hash, port.queue[i], world.queued[p][i]);
        hash.add(uint64_t{port.waiters.size()});
        for (ThreadId id : port.waiters) hash.add(id);
    }
}

void add_locks(Hasher& hash, const World& world) {
    for (const Lock& lock : world.locks) {
        hash.add(lock.holder);
        hash.add(uint64_t{lock.waiters.size()});
        for (ThreadId id : lock.waiters) hash.add(id);
    }
}

void add_operation(Hasher& hash, const DeviceOperation& operation) {
    hash.add(operation.number);
    hash.add(operation.reader);
    hash.add(operation.packet);
    add_work(hash, operation.answer);
    hash.add(operation.latency.ns);
    hash.add(operation.issuer);
    hash.add(operation.file);
    hash.add(uint64_t{operation.object} << 32 | operation.name);
    hash.add(uint64_t{operation.error} << 8 | static_cast<uint8_t>(operation.event));
}

void add_programs(Hasher& hash, const World& world) {
    for (const ProgramState& program : world.programs) {
        add_work(hash, program.work);
        hash.add(program.round);
        hash.add(program.packets);
    }
}

void add_devices(Hasher& hash, const World& world) {
    for (const Device& device : world.devices) {
        for (uint32_t c = 0; c < device.channels.size(); ++c) {
            if (device.channels[c].stale) hash.add(uint64_t{c} << 32);
            if (!device.channels[c].busy) continue;
            hash.add(c);
            add_operation(hash, device.channels[c].operation);
        }
        hash.add(uint64_t{device.queue.size()});
        for (const DeviceOperation& operation : device.queue) add_operation(hash, operation);
    }
    hash.add(world.io_started);
    hash.add(world.io_ended);
}

void add_files(Hasher& hash, const World& world) {
    for (const FileHandle& file : world.files) hash.add(uint64_t{file.object} << 1 | (file.open ? 1u : 0u));
    for (const FileObject& object : world.objects) {
        hash.add(object.port);
        hash.add(object.key);
        hash.add(uint64_t{object.handles} << 32 | object.pending);
        hash.add(uint64_t{object.skip_on_success} << 1 | uint64_t{object.signalled});
    }
    for (const auto& [slot, operation] : world.named_operations) {
        hash.add(slot);
        hash.add(operation.number);
        hash.add(uint64_t{operation.object} << 32 | uint64_t{operation.error} << 8 | (operation.pending ? 1u : 0u));
    }
    for (const IoWait& wait : world.io_waits) {
        hash.add(wait.thread);
        hash.add(wait.number);
    }
}

// The heap's inner order is no part of the state: events are hashed in the order in which they will happen.
void add_events(Hasher& hash, const EventQueue& queue) {
    std::vector<Event> events = queue.all();
    std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.at != b.at ? a.at < b.at : a.order < b.order; });
    for (const Event& event : events) {
        hash.add(event.at.ns);
        hash.add(event.order);
        hash.add(uint64_t{static_cast<uint8_t>(event.kind())} << 32 | event.subject());
        hash.add(event.detail());
    }
}

}  // namespace

uint64_t world_hash(const World& world) {
    Hasher hash;
    hash.add(world.now.ns);
    hash.add(world.tie_shuffle);
    add_events(hash, world.events);
    add_ports(hash, world);
    add_locks(hash, world);
    add_devices(hash, world);
    add_files(hash, world);
    add_programs(hash, world);
    add_verbs(hash, world);
    for (size_t t = 0; t < world.threads.size(); ++t) add_thread(hash, world, t);
    for (const Processor& processor : world.machine.processors) {
        hash.add(processor.thread);
        hash.add(processor.last);
        hash.add(uint64_t{processor.switching});
    }
    world.machine.ready.find(0, [&hash](ThreadId id) {
        hash.add(id);
        return false;
    });
    for (const SourceState& source : world.sources) {
        hash.add(source.next);
        for (uint64_t round : source.rounds) hash.add(round);
    }
    hash.add(world.next_order);
    if (world.instead != Instead{}) hash.add(world.instead.record ^ uint64_t{static_cast<uint8_t>(world.instead.went)} << 56);
    hash.add(world.posted);
    hash.add(world.completed);
    hash.add(world.record_count);
    hash.add(world.records_before_now);
    return hash.value;
}

}  // namespace sim
