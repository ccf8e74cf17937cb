// The port at one moment, as a picture's parts. No ImGui.
#pragma once
#include <string>
#include <vector>

#include "gui/model/side.h"

namespace gui {

struct RunningSlot {
    uint32_t thread = sim::kNoThread, packet_number = sim::kNoPacket;
    std::string thread_name, packet;      ///< packet: label, "" if none
    bool over_limit = false;              ///< beyond the first `limit`: the one that came back last stands over
    bool ready = false;                   ///< active, but without a processor or still on its way
};

struct PortPicture {
    std::string name;
    uint32_t limit = 0, active = 0;
    std::vector<std::string> queue;       ///< labels, oldest first
    std::vector<RunningSlot> running;     ///< active threads, longest active first
    std::vector<std::string> stack;       ///< waiting threads, next to be released first (nt: the newest; wine8: the oldest)
    std::vector<std::string> blocked;     ///< threads in a wait that is not the port's
    std::vector<uint32_t> queue_packets, stack_threads, blocked_threads;   ///< whose these are, in the same orders
    bool queue_known = true;              ///< false: the trace does not show the queue
};

PortPicture port_picture(const Side& side, const sim::TraceState& state, uint16_t port);

}  // namespace gui
