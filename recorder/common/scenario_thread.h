// One thread of the scenario, for real: it serves a port, or runs a program of its own ([[thread]]), step by step.
#pragma once
#include "recorder/common/files.h"
#include "recorder/common/locks.h"
#include "recorder/common/session.h"
#include "recorder/common/sources.h"
#include "sim/scenario/handler.h"

namespace recorder {

/// What the threads of one recording share, beside the session.
struct Stage {
    Session& session;
    Backend& backend;
    Sources& sources;
    Locks locks{session, backend};
    Files files{session, backend, sources};
};

class ScenarioThread {
public:
    ScenarioThread(Stage& stage, uint32_t thread);
    /// Until it exits or the recording is over.
    void run();

private:
    // Whose steps are done: those of a packet, of a round of the program, or of what follows a get that brought no packet.
    struct Doing {
        sim::PacketWork& work;
        uint32_t number = sim::kNoPacket;
        sim::Packet* packet = nullptr;
    };

    void serve();
    void run_program();
    void wait_for_start();
    bool handle(uint32_t number);
    bool do_all(const sim::Handler& handler, Doing& doing);
    bool do_step(const sim::Action& action, Doing& doing);
    bool do_side(const sim::Handler& handler);
    void compute(sim::Duration duration);
    void operate(const sim::Action& action, Doing& doing);
    void post(sim::PortId port, uint64_t key, Doing& doing);
    sim::PacketWork next_packet_of(Doing& doing);
    void complete(uint32_t number, const sim::Packet& packet);
    void exit(uint64_t lost);
    bool is_over() const { return stage_.session.stop.load(std::memory_order_relaxed); }

    Stage& stage_;
    Session& session_;
    const uint32_t thread_;
    const sim::WorkerParams* worker_ = nullptr;   // none: it runs a program
    sim::PortId port_, asked_;                    // that its next get asks, its last one asked
    uint32_t program_ = 0, index_ = 0;            // table, place in it
    uint64_t packets_ = 0, side_runs_ = 0;        // brought about while it handled none
    bool exits_ = false;
};

}  // namespace recorder
