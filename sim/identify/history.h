// What a program saw of its own calls at one port, as calls with intervals. For traces that tell no decisions.
//
//   a call      begins with                       ends with
//   get         get_called                        get_returned; called at time 0: before the first later record, in their order
//   post        posted                            the poster's next record (sources and devices are one poster), or the get_returned
//                                                 that brings the packet, whichever is first; the answer of an operation: that get_returned
//   block       block_begin                       block_end
//   leaving     thread_exit, get_called at        the same record: the port hears of it at some moment from then on
//               another port
//
// off_processor of a thread inside its get that was not preempted: its get has been decided by then, and it waits; not where it is told as
// undecided. A thread that has had no processor since it was woken has not looked yet.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/base/stop.h"
#include "sim/trace/record.h"

namespace sim {

inline constexpr uint32_t kNoAsk = UINT32_MAX;

struct AskCall {
    enum class End : uint8_t { open, packets, timed_out, other };   ///< open: it had not returned when the trace ends
    uint32_t thread = 0;
    uint32_t most = 1;
    bool poll = false;
    End end = End::open;
    std::vector<uint32_t> packets;
    int64_t called_ns = 0, returned_ns = INT64_MAX;
};
struct PostCall {
    uint32_t packet = 0;
    uint32_t ask = kNoAsk;                ///< that brings it
    uint64_t poster = 0;                  ///< posts of one poster are in order
    int64_t begins_ns = 0, ends_ns = INT64_MAX;
};
struct CallStep {
    enum class What : uint8_t { asked, returned, parked_at_start, post_begins, post_ends, block_begins, block_ends, leaves, sleeps, runs, rests };
    What what = What::asked;
    bool surely = false;                  ///< block_begins: the thread does wait; rests: not preempted; runs: it was parked, and goes on to return with packets
    uint16_t processor = kNoProcessor;    ///< runs
    uint32_t number = 0;                  ///< of the ask, post or thread
    int64_t time_ns = 0;
    int64_t idle_ns = 0;                  ///< for so long until then some processor of the trace ran none of its threads, and none was ready; 0: no record tells
};

/// Of one port, threads and packets by their numbers in the trace.
struct CallHistory {
    uint16_t port = 0;
    uint32_t limit = 0;                   ///< 0: no record tells
    uint32_t threads = 0;
    std::vector<AskCall> asks;
    std::vector<PostCall> posts;
    std::vector<CallStep> steps;              ///< in the order of the records; runs and rests, of a thread that serves it: it gets a processor, loses it
    bool sees_waits = false;                  ///< processors tell when a thread surely waits in its get
    uint64_t in_vain = 0;                     ///< times that a thread which surely waited in its get had a processor, and waited again
    std::vector<uint16_t> processors;         ///< on which some thread of the trace, of this port or another, was seen
    std::unordered_map<uint32_t, uint32_t> got;   ///< by packet: the get that brought it
    bool cut = false;                     ///< what follows was left out: closing, suspending and APCs are looked at by no policy here
};

std::vector<CallHistory> call_histories(const std::vector<Record>& records, const Stop& stop = {});

}  // namespace sim
