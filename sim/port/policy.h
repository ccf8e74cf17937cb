// What tells completion mechanisms apart: five switches, and how well each row is known. Used wherever a policy is named.
#pragma once
#include <string_view>

#include "sim/model/policy.h"

namespace sim {

enum class ReleaseOrder : uint8_t { newest, oldest, all, by_request_size };
enum class AdmissionLimit : uint8_t { none, fixed, adaptive };
enum class BlockingFeedback : uint8_t { none, sampled, kernel_hook };
enum class Delivery : uint8_t { one, up_to_n, min_to_max };
enum class WakeStyle : uint8_t { hand_over, wake_and_look };    ///< the packet travels with the release, or the woken thread looks

struct PolicyRow {
    Policy policy;
    ReleaseOrder release;
    AdmissionLimit limit;
    BlockingFeedback feedback;
    Delivery delivery;
    WakeStyle wake;
    std::string_view evidence;    ///< classes of docs/port-rules.md, "[D][W][R]"
    std::string_view about;       ///< one line for people
};

/// The row of a policy.
const PolicyRow& policy_row(Policy policy);

std::string_view name_of(ReleaseOrder value);
std::string_view name_of(AdmissionLimit value);
std::string_view name_of(BlockingFeedback value);
std::string_view name_of(Delivery value);
std::string_view name_of(WakeStyle value);

}  // namespace sim
