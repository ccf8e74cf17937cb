// The `iocp` backend: CreateIoCompletionPort, GetQueuedCompletionStatus(Ex), PostQueuedCompletionStatus. It records what its own
// calls show: when they began and what they returned. The kernel's queue and stack are not in the trace.
#pragma once
#include <memory>

#include "recorder/common/session.h"

namespace recorder {

std::unique_ptr<Backend> make_iocp_backend(Session& session);

}  // namespace recorder
