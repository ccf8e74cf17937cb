// Devices and files of a scenario, for real: a device answers after the latency that was drawn, by the thread that also brings the
// arrivals; who reads waits in the kernel meanwhile, overlapped operations come to the port of their file. What the system itself
// knows of files (pipes, cancellation, closing) is the backend's. Not the model's device, which the recorder must not measure.
#pragma once
#include <deque>
#include <map>
#include <mutex>

#include "recorder/common/session.h"
#include "recorder/common/sources.h"
#include "sim/model/file.h"
#include "sim/trace/arguments.h"

namespace recorder {

struct Operation {
    enum class State : uint8_t { queued, serving, over };
    uint64_t number = 0;
    sim::DeviceId device;
    sim::Duration latency;
    sim::IoFate fate = sim::IoFate::pends;
    uint32_t reader = sim::kNoThread;     ///< of a `read`: who waits; none: overlapped
    uint32_t issuer = sim::kNoThread;
    uint32_t parent = sim::kNoPacket;     ///< whose handler started it
    sim::PacketWork answer;               ///< overlapped: of the packet that it may bring
    sim::FileId file;
    uint32_t object = 0;
    uint32_t name = sim::kNoOperation;
    sim::EventUse event = sim::EventUse::none;
    State state = State::queued;
    uint16_t error = 0;                   ///< that it ended with
    uint32_t packet = sim::kNoPacket;     ///< that it brings; known before the system can hand it out
    sim::PortId port;                     ///< where
    void* native = nullptr;               ///< the backend's
};

/// What a start_io or read step has drawn.
struct Drawn {
    sim::Duration latency;
    sim::IoFate fate = sim::IoFate::pends;
    sim::PacketWork answer{};
};

class Files {
public:
    Files(Session& session, Backend& backend, Sources& sources);

    /// A synchronous read: returns with the answer. Records: io_started, io_finished, and those of Backend::block.
    void read(uint32_t thread, uint32_t packet, sim::DeviceId device, const Drawn& drawn);
    /// An overlapped operation. Records: io_started, io_detail; its end: io_finished or io_cancelled, io_detail, posted.
    void start(uint32_t thread, uint32_t packet, const sim::Step& step, const Drawn& drawn);
    /// GetOverlappedResult. Records: call, and those of Backend::block.
    void wait(uint32_t thread, uint32_t packet, const sim::Step& step);
    /// Any other call on a file. Records: call, and what it brings about.
    void call(uint32_t thread, uint32_t packet, const sim::Step& step);

private:
    struct Object {
        sim::DeviceId device;
        sim::PortId port;
        uint64_t key = 0;
        bool overlapped = true, skip_on_success = false, skip_set_event = false;
        bool signalled = false;               // an operation has ended since the last one was started
        uint32_t handles = 1;
    };
    struct IoWait { uint32_t thread; const Operation* operation; bool by_event; };
    struct Handle { bool open = false; uint32_t object = 0; };
    struct Device { uint32_t busy = 0; std::deque<Operation*> queue; };
    struct Answer { uint16_t error = 0; sim::ApiReason reason = sim::ApiReason::none; };

    sim::Record record(sim::Kind kind, uint32_t thread, const Operation& operation) const;
    sim::Record detail(uint32_t thread, const Operation& operation, sim::IoOutcome outcome, sim::Rule rule) const;
    sim::Rule rule_at(sim::PortId port, sim::Rule rule) const;
    bool brings_packet(const Object& object, const Operation& operation, sim::IoOutcome outcome) const;
    Operation& operation_for(uint32_t thread, uint32_t packet, sim::DeviceId device, const Drawn& drawn);
    void serve(Operation& operation, int64_t from_ns);
    void channel_is_free(sim::DeviceId device, int64_t at_ns);
    void device_ends(Operation& operation, int64_t at_ns);
    void ends(Operation& operation, sim::Kind kind, uint32_t caller, int64_t at_ns, sim::Rule rule);
    void prepare_packet(Operation& operation);
    void told_started(const Operation& operation, Backend::Started started, bool detailed, int64_t at_ns);
    void note_call(uint32_t thread, uint32_t packet, const sim::FileCall& call, Answer answer, uint16_t other, sim::Rule rule, int64_t at_ns);
    void note_key(uint32_t thread, const sim::FileCall& call, int64_t at_ns);
    Operation* operation_named(uint32_t name, uint32_t thread) const;
    static Answer result_of(const Operation& operation);
    void end_io_waits(const Operation& operation);
    std::vector<Operation*> operations_of(uint32_t object, uint32_t issuer, uint32_t name, uint32_t thread);
    Answer answer_of(const sim::FileCall& call, bool found) const;
    void cancel_read(uint32_t thread, uint32_t packet, const sim::FileCall& call, int64_t at_ns);
    void is_not_cancelled(Operation& operation);
    void cancelled(uint32_t thread, const std::vector<Operation*>& operations, sim::Rule rule, int64_t at_ns);
    void carry_out(uint32_t thread, const sim::FileCall& call, const std::vector<Operation*>& operations, int64_t at_ns);

    Session& session_;
    Backend& backend_;
    Sources& sources_;
    std::mutex mutex_;                    // of everything below
    std::vector<Device> devices_;
    std::vector<Object> objects_;
    std::vector<Handle> handles_;         // by FileId
    std::deque<Operation> operations_;    // their addresses stay: the system may still write into one that is over
    std::map<std::pair<uint32_t, uint32_t>, Operation*> named_;   // by name and thread: the last one
    std::vector<IoWait> io_waits_;
};

}  // namespace recorder
