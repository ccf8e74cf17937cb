// What the records of decisions say of ports and threads, kept record by record and without asking whose rules they are: where a
// policy decides otherwise than was recorded, its port goes on from here.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/identify/variant.h"
#include "sim/model/port.h"
#include "sim/trace/record.h"

namespace sim {

struct SeenThread {
    PortThreadState state = PortThreadState::unknown;
    uint16_t association = kNoPort, waits_on = kNoPort;
    bool keeps_slot = false;
    bool in_wait = false;                 ///< in a wait that is not a port's, also while it is suspended there
    bool released_with = false;           ///< its get will return with what it was given
    bool asks = false;                    ///< a get that has been called and not decided
    uint16_t asked = kNoPort;
    uint32_t least = 1, most = 1;         ///< least: no record tells; the smallest minimum that its waits beside queued packets allow
    bool poll = false, alertable = false;
};
struct SeenPort {
    bool known = false, open = false;
    uint32_t limit = 0;                   ///< 0: no record tells
    std::deque<uint32_t> queue;
    std::vector<uint32_t> waiters;        ///< in parking order
};

struct Seen {
    std::vector<SeenThread> threads;
    std::vector<SeenPort> ports;

    /// Makes room for whoever the record names; false: beyond the limits, a damaged record.
    bool knows(const Record& record);
    void apply(const Record& record);
    /// The same as ports of one variant. Packets keep their numbers.
    PortState as_ports(const Variant& variant) const;

private:
    void parked(const Record& record);
    void returned(const Record& record);
    void closed(const Record& record);
    void suspends(SeenThread& t, const Record& record);
    void leaves_wait(uint32_t thread);
};

}  // namespace sim
