// The one list of policies. A new one: its pair of files, and a line here.
#include <iterator>
#include <string>

#include "sim/base/check.h"
#include "sim/port/aix.h"
#include "sim/port/epoll.h"
#include "sim/port/event_ports.h"
#include "sim/port/io_uring.h"
#include "sim/port/kqueue.h"
#include "sim/port/nt.h"
#include "sim/port/policy.h"
#include "sim/port/thread_per_operation.h"
#include "sim/port/wine10.h"
#include "sim/port/wine8.h"

namespace sim {
// The place is the value of Policy, which world hashes and the window's controls hold: new ones go to the end.
constexpr const PolicyDefinition* const kPolicyList[] = {&kNt, &kWine8, &kWine10, &kEpoll, &kIoUring, &kKqueue, &kEventPorts, &kAix, &kThreadPerOperation};

std::span<const PolicyDefinition* const> policy_list() { return kPolicyList; }

const std::vector<std::string_view>& policy_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> out;
        for (const PolicyDefinition* policy : policy_list()) out.push_back(policy->row.name);
        return out;
    }();
    return names;
}

std::string_view policy_names_text() {
    static const std::string text = [] {
        std::string out;
        for (size_t i = 0; i < std::size(kPolicyList); ++i)
            out += (i == 0 ? "" : i + 1 == std::size(kPolicyList) ? " or " : ", ") + std::string(kPolicyList[i]->row.name);
        return out;
    }();
    return text;
}

std::optional<Policy> policy_from_name(std::string_view name) {
    for (size_t i = 0; i < std::size(kPolicyList); ++i)
        if (kPolicyList[i]->row.name == name) return static_cast<Policy>(i);
    return std::nullopt;
}

const PolicyRow& policy_row(Policy policy) {
    SIM_CHECK(static_cast<size_t>(policy) < std::size(kPolicyList), "a policy that is not in the list");
    return kPolicyList[static_cast<size_t>(policy)]->row;
}

std::string_view policy_name(Policy policy) { return policy_row(policy).name; }

bool policy_runs_apcs(Policy policy) { return kPolicyList[static_cast<size_t>(policy)]->runs_apcs; }
bool policy_has_handle(Policy policy) { return kPolicyList[static_cast<size_t>(policy)]->has_handle; }

std::string_view name_of(ReleaseOrder value) {
    switch (value) {
        case ReleaseOrder::newest: return "newest";
        case ReleaseOrder::oldest: return "oldest";
        case ReleaseOrder::all: return "all";
        case ReleaseOrder::by_request_size: return "by request size";
    }
    return {};
}

std::string_view name_of(AdmissionLimit value) {
    switch (value) {
        case AdmissionLimit::none: return "none";
        case AdmissionLimit::fixed: return "fixed";
        case AdmissionLimit::adaptive: return "adaptive";
    }
    return {};
}

std::string_view name_of(BlockingFeedback value) {
    switch (value) {
        case BlockingFeedback::none: return "none";
        case BlockingFeedback::sampled: return "sampled";
        case BlockingFeedback::kernel_hook: return "kernel hook";
    }
    return {};
}

std::string_view name_of(Delivery value) {
    switch (value) {
        case Delivery::one: return "one";
        case Delivery::up_to_n: return "up to n";
        case Delivery::min_to_max: return "min to max";
    }
    return {};
}

std::string_view name_of(WakeStyle value) {
    switch (value) {
        case WakeStyle::hand_over: return "hand-over";
        case WakeStyle::wake_and_look: return "wake and look";
    }
    return {};
}

}  // namespace sim
