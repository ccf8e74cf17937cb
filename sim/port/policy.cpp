#include "sim/port/policy.h"

#include <array>

#include "sim/base/check.h"

namespace sim {
namespace {

constexpr std::array<PolicyRow, kPolicyNames.size()> kRows{{
    {Policy::nt, ReleaseOrder::newest, AdmissionLimit::fixed, BlockingFeedback::kernel_hook, Delivery::up_to_n, WakeStyle::hand_over,
     "[D][W][R]", "Windows: newest waiter first, a limit on active threads, blocking frees a slot"},
    {Policy::wine8, ReleaseOrder::oldest, AdmissionLimit::none, BlockingFeedback::none, Delivery::up_to_n, WakeStyle::wake_and_look,
     "[M]", "Wine 8.0: oldest waiter first, no limit, a woken thread must find the packet itself"},
}};

}  // namespace

const PolicyRow& policy_row(Policy policy) {
    const PolicyRow& row = kRows[static_cast<size_t>(policy)];
    SIM_CHECK(row.policy == policy, "the policy table is in another order than the names");
    return row;
}

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
