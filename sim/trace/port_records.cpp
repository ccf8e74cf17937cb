#include "sim/trace/port_records.h"

namespace sim {

void append_port_records(std::vector<Record>& out, const PortState& state, const Effects& effects, const DecisionContext& context) {
    for (const Effect& effect : effects.items) append_port_records(out, state, effect, effects.packets.data() + effect.first, context);
}

}  // namespace sim
