// The one list of policies. A new one: its pair of files, and a line here.
#include <array>
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
namespace {

// The place is the value of Policy, which world hashes and the window's controls hold: new ones go to the end.
constexpr std::array kPolicies{&kNt, &kWine8, &kWine10, &kEpoll, &kIoUring, &kKqueue, &kEventPorts, &kAix, &kThreadPerOperation};

}  // namespace

std::span<const PolicyDefinition* const> policy_list() { return kPolicies; }

const PolicyDefinition& policy_of(const Port& port) { return *kPolicies[static_cast<size_t>(port.policy)]; }

const std::vector<std::string_view>& policy_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> out;
        for (const PolicyDefinition* policy : kPolicies) out.push_back(policy->row.name);
        return out;
    }();
    return names;
}

std::string_view policy_names_text() {
    static const std::string text = [] {
        std::string out;
        for (size_t i = 0; i < kPolicies.size(); ++i)
            out += (i == 0 ? "" : i + 1 == kPolicies.size() ? " or " : ", ") + std::string(kPolicies[i]->row.name);
        return out;
    }();
    return text;
}

std::optional<Policy> policy_from_name(std::string_view name) {
    for (size_t i = 0; i < kPolicies.size(); ++i)
        if (kPolicies[i]->row.name == name) return static_cast<Policy>(i);
    return std::nullopt;
}

const PolicyRow& policy_row(Policy policy) {
    SIM_CHECK(static_cast<size_t>(policy) < kPolicies.size(), "a policy that is not in the list");
    return kPolicies[static_cast<size_t>(policy)]->row;
}

std::string_view policy_name(Policy policy) { return policy_row(policy).name; }

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
