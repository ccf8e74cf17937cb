// What a drawing of one side shows, as plain values: who was doing what in a part of the run, and a port over the whole of it. One
// pass over the trace; its size is bounded, however many records there are.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/file.h"
#include "sim/trace/state.h"

namespace sim {

inline constexpr size_t kViews = 7;       ///< of ThreadView

struct PictureOptions {
    int64_t from_ns = 0, to_ns = 1;       ///< of the lanes
    int64_t end_ns = 1;                   ///< of the port's curves, from 0
    uint16_t port = 0;
    size_t lanes_max = 24;
    size_t columns = 480;
    size_t boxes_max = 120;               ///< of a lane; beyond, it is folded
    std::vector<uint32_t> first;          ///< threads that are shown whatever they do
    size_t idle_max = 8;                  ///< beyond so many lanes, threads that only wait are left out
};

struct Box { int64_t from_ns = 0, to_ns = 0; ThreadView view = ThreadView::unknown; std::string label; };   ///< label: the packet in work, called alike on every side

/// Either boxes, or, where there would be too many, columns: the share of each column's time, by ThreadView.
struct Lane {
    uint32_t thread = 0;
    std::vector<Box> boxes;
    std::vector<std::array<float, kViews>> columns;
    uint64_t changes = 0;                 ///< of the view, inside the part
};

/// It does nothing but wait.
bool lane_is_idle(const Lane& lane);

struct PortColumn { uint32_t depth_max = 0, active_max = 0; float over_limit = 0; bool known = false; };   ///< over_limit: share of the time

struct Picture {
    std::vector<Lane> lanes;              ///< by thread number
    size_t idle = 0;                      ///< threads that are left out, for they only wait in the part
    size_t threads = 0;                   ///< that there are, without other work of the machine
    std::vector<PortColumn> port;         ///< columns from 0 to end_ns
    uint32_t limit = 0;                   ///< last in force; 0: not known
};

Picture picture_of(const Trace& trace, const PictureOptions& options);

}  // namespace sim
