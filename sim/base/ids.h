// Typed indices into the vectors of a world. An id of one kind can't be passed for another.
#pragma once
#include <compare>
#include <cstdint>

namespace sim {

template <class Tag>
struct Id {
    uint32_t value = UINT32_MAX;
    constexpr bool valid() const { return value != UINT32_MAX; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

using ThreadId = Id<struct ThreadTag>;        ///< worker threads in file order, then index in the worker table
using PortId = Id<struct PortTag>;            ///< ports in opening order (a scenario: file order)
using PacketId = Id<struct PacketTag>;        ///< packets of one run in the order in which they were posted
using ProcessorId = Id<struct ProcessorTag>;  ///< processors 0..n-1
using SourceId = Id<struct SourceTag>;        ///< sources in file order
using LockId = Id<struct LockTag>;            ///< locks in the order in which steps name them first
using DeviceId = Id<struct DeviceTag>;        ///< devices in file order
using FileId = Id<struct FileTag>;            ///< names of handles: of each device its own, then [[file]] tables, then duplicates

}  // namespace sim
