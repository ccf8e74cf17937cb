// The `port` backend: real threads, each parked on a futex of its own; the rules are the model's (sim/port) behind one lock.
#pragma once
#include <memory>

#include "recorder/common/session.h"

namespace recorder {

std::unique_ptr<Backend> make_port_backend(Session& session);

}  // namespace recorder
