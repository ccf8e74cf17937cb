#include "sim/trace/teller.h"

#include <algorithm>

#include "sim/model/policy.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

constexpr uint64_t kLimitOff = 1'000'000;   // programs that want no limit pass 4294967295
constexpr size_t kNamesMax = 3;   // more are counted: nobody reads out a list of twelve

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return out;
}

}  // namespace

std::string Teller::counted(uint64_t n, const char* one, const char* many) { return std::to_string(n) + ' ' + (n == 1 ? one : many); }

std::string Teller::slots(uint64_t active, uint64_t limit) {
    if (active > limit) return counted(active, "thread is", "threads are") + " active over a limit of " + std::to_string(limit);
    if (limit > kLimitOff) return counted(active, "thread is", "threads are") + " active and the limit is out of reach";
    if (active == 0) return limit == 1 ? "the only slot is free" : limit == 2 ? "both slots are free" : "all " + std::to_string(limit) + " slots are free";
    return std::to_string(active) + " of " + counted(limit, "slot", "slots") + (active == 1 ? " is in use" : " are in use");
}

std::string Teller::said(int64_t ns) { return time_text(ns < 100'000 ? ns : (std::min(ns, INT64_MAX - 500) + 500) / 1'000 * 1'000); }

std::string Teller::since(int64_t ns) { return ns <= 0 ? "since the start" : "since " + said(ns); }

std::string Teller::at(int64_t ns) { return ns <= 0 ? "at the start" : "at " + said(ns); }

std::string Teller::thread(uint32_t number) const { return thread_label(header, number); }

std::string Teller::packet() const { return packet_label(header, state, record.packet); }

std::string Teller::rule() const {
    const std::string_view id = is_nt() || record.port == kNoPort ? rule_label(record.rule) : std::string_view{};
    return id.empty() ? "" : " (" + std::string(id) + ")";
}

bool Teller::wakes_all() const {
    const auto policy = record.port < header.ports.size() ? policy_from_name(header.ports[record.port].policy) : std::nullopt;
    return policy && policy_row(*policy).release == ReleaseOrder::all;
}

std::string Teller::others_waiting(const PortTraceState& port) const {
    if (port.waiters.size() > kNamesMax) return std::to_string(port.waiters.size()) + " threads wait";
    std::vector<std::string> names;
    for (uint32_t waiter : port.waiters) names.push_back(thread(waiter));
    return listed(names) + (names.size() == 1 ? " waits" : " wait");
}

std::string Teller::queue_text(const PortTraceState& port) const {
    if (port.queue.size() > kNamesMax) return std::to_string(port.queue.size()) + " packets";
    std::vector<std::string> names;
    for (uint32_t queued : port.queue) names.push_back(packet_label(header, state, queued));
    return listed(names);
}

std::string Teller::on_its_processor() const { return record.processor == kNoProcessor ? "" : " runs on processor " + std::to_string(record.processor) + ","; }

size_t Teller::place_of(const PortTraceState& port, uint32_t thread) {
    return static_cast<size_t>(std::find(port.waiters.begin(), port.waiters.end(), thread) - port.waiters.begin());
}

}  // namespace sim
