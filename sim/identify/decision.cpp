#include "sim/identify/decision.h"

#include "sim/trace/print.h"

namespace sim {
namespace {

std::string packets_text(const std::vector<uint32_t>& packets) {
    std::string out = packets.size() == 1 ? "packet " : "packets ";
    for (size_t i = 0; i < packets.size() && i < 4; ++i) out += (i == 0 ? "" : ", ") + std::to_string(packets[i]);
    return out + (packets.size() > 4 ? ", ..." : "");
}

std::string decision_text(const TraceHeader& header, const Decision& d) {
    const std::string who = d.thread != UINT32_MAX ? thread_label(header, d.thread) : "";
    switch (d.what) {
        case Decision::What::queued: return packets_text(d.packets) + " is queued";
        case Decision::What::handed_over: return packets_text(d.packets) + " is handed to " + who;
        case Decision::What::let_go: return who + " is let go with " + packets_text(d.packets) + " from the queue";
        case Decision::What::woken: return who + " is woken to look";
        case Decision::What::took: return who + " takes " + packets_text(d.packets);
        case Decision::What::waits: return who + " waits";
        case Decision::What::timed_out: return who + "'s get times out";
        case Decision::What::abandoned: return who + "'s wait is abandoned";
        case Decision::What::alerted: return who + "'s get ends for an APC";
    }
    return {};
}

}  // namespace

void append_decisions(const Effects& effects, std::vector<Decision>& out) {
    for (const Effect& effect : effects.items) {
        Decision d;
        d.thread = effect.thread.value;
        switch (effect.kind) {
            case EffectKind::queued: d.what = Decision::What::queued; break;
            case EffectKind::released: d.what = effect.from_queue ? Decision::What::let_go : Decision::What::handed_over; break;
            case EffectKind::woken: d.what = Decision::What::woken; break;
            case EffectKind::took: d.what = Decision::What::took; break;
            case EffectKind::waits: d.what = Decision::What::waits; break;
            case EffectKind::timed_out: d.what = Decision::What::timed_out; break;
            case EffectKind::abandoned: d.what = Decision::What::abandoned; break;
            case EffectKind::apc: d.what = Decision::What::alerted; break;
            case EffectKind::opened: case EffectKind::blocked: case EffectKind::woke: case EffectKind::suspended: case EffectKind::resumed: case EffectKind::exited: case EffectKind::closed:
            case EffectKind::watching: case EffectKind::signalled: continue;
        }
        for (uint32_t i = 0; i < effect.count; ++i) d.packets.push_back(effects.packets[effect.first + i].value);
        out.push_back(std::move(d));
    }
}

std::string decisions_text(const TraceHeader& header, const std::vector<Decision>& decisions) {
    std::string out;
    for (size_t i = 0; i < decisions.size() && i < 3; ++i) out += (i == 0 ? "" : " and ") + decision_text(header, decisions[i]);
    if (decisions.size() > 3) out += " and more";
    return out.empty() ? "nothing happens" : out;
}

}  // namespace sim
