// What backends on Linux need beside recorder/common/work.h.
#pragma once

namespace recorder {

/// A sleep of the calling thread ends when it says, not up to 50 us later.
void wake_on_time();

/// The calling thread runs where a processor is idle, and waits its turn elsewhere.
void displace_nobody();

/// The calling thread does no work of the recording: it runs on a processor that the recording does not use, where there is one.
void leave_processors();

}  // namespace recorder
