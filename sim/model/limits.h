// How many threads and ports one run can have: what a scenario may ask for is what a trace can name and a reader follows.
#pragma once
#include <cstdint>

namespace sim {

inline constexpr uint32_t kThreadsMax = 65'536;   ///< of all [[worker]] tables together; numbers 0..65535
inline constexpr uint32_t kPortsMax = 4'096;      ///< numbers 0..4095
inline constexpr uint32_t kProcessorsMax = 4'096;   ///< numbers 0..4095
inline constexpr uint32_t kDevicesMax = 65'536; ///< numbers 0..65535
inline constexpr uint32_t kFilesMax = 65'534;   ///< devices, [[file]] tables and duplicates: traces give them 16 bits and keep 0
inline constexpr uint32_t kOperationNamesMax = 65'534;

}  // namespace sim
