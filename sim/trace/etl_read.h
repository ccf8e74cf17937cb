// Reads an event trace log (.etl) as the Windows kernel writes it: context switches, threads made ready, entries queued and taken. No call of a
// system; nothing crashes on bad bytes. The bytes and where they are documented: docs/port-rules.md 6.6.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/result.h"

namespace sim {

enum class EtlKind : uint8_t { context_switch, thread_ready, queued, taken };

struct EtlEvent {
    uint64_t ticks = 0;                   ///< of the performance counter
    uint64_t entry = 0;                   ///< queued: address of the queue's entry
    uint32_t thread = 0;                  ///< context_switch: gets the processor, 0 none does; thread_ready: may run; taken: takes; queued: what it means is not documented
    uint32_t old_thread = 0;              ///< context_switch: leaves the processor, 0 none did
    uint32_t first = 0, count = 0;        ///< taken: its entries in Etl::entries
    uint16_t processor = 0;               ///< on which it was written
    uint8_t state = 0, wait_reason = 0;   ///< context_switch, of the thread that leaves: as the CSwitch class numbers them
    bool from_interrupt = false;          ///< thread_ready: by a DPC
    EtlKind kind = EtlKind::context_switch;
};

inline constexpr uint16_t kEveryProcessor = UINT16_MAX;

/// Events of that processor may be missing between these moments, both included.
struct EtlHole { uint16_t processor = kEveryProcessor; uint64_t from = 0, to = UINT64_MAX; };

struct Etl {
    uint64_t frequency = 0;               ///< of the performance counter, a second
    uint64_t start_ticks = 0;
    uint64_t events_lost = 0, buffers_lost = 0;   ///< as the kernel counted them
    uint64_t skipped = 0;                 ///< events of other kinds
    std::vector<EtlEvent> events;         ///< in time order
    std::vector<uint64_t> entries;
    std::vector<EtlHole> holes;
    std::vector<std::string> damage;      ///< what could not be read, in sentences; empty: whole
};

/// An error where nothing can be made of the file: no log, of a 32-bit Windows, its first buffer cut off.
Result<Etl> etl_read(const std::string& path, const uint8_t* bytes, uint64_t size);
Result<Etl> etl_read_file(const std::string& path);

}  // namespace sim
