// Whether a thread of this process sleeps, and whether it had a processor meanwhile, as Linux tells: its own, or the one below Wine 8. linux/ and
// windows/ implement it.
#pragma once
#include <cstdint>
#include <string_view>

namespace recorder {

struct ThreadActivity {
    bool told = false;                    ///< by the system; else the rest says nothing
    bool sleeps = false;
    uint64_t switches = 0;                ///< times that it gave a processor up: as many as before, and it sleeps: it had none in between
    friend bool operator==(const ThreadActivity&, const ThreadActivity&) = default;
};

/// The number of the calling thread to thread_activity(); 0: the system can't be asked.
uint32_t activity_number();
ThreadActivity thread_activity(uint32_t number);

/// From the text of /proc/self/task/N/status.
ThreadActivity activity_of_status(std::string_view status);

}  // namespace recorder
