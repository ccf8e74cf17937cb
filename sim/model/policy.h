// What tells completion mechanisms apart: a policy is a row of five switches, with what is known of it. The rows stand beside
// what each policy does, and their list is sim/port/policies.cpp; these functions are defined there, so that whoever names a
// policy needs no more of sim/port than the link.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sim {

/// A place in the list of policies. Only nt, the default and the reference, is named in code; others come by name.
enum class Policy : uint8_t { nt = 0 };

enum class ReleaseOrder : uint8_t { newest, oldest, all, by_request_size };
enum class AdmissionLimit : uint8_t { none, fixed, adaptive };
enum class BlockingFeedback : uint8_t { none, sampled, kernel_hook };
enum class Delivery : uint8_t { one, up_to_n, min_to_max };
enum class WakeStyle : uint8_t { hand_over, wake_and_look };    ///< the packet travels with the release, or the woken thread looks

struct PolicyRow {
    std::string_view name;        ///< in scenarios, scripts and traces: "nt"
    ReleaseOrder release;
    AdmissionLimit limit;
    BlockingFeedback feedback;
    Delivery delivery;
    WakeStyle wake;
    std::string_view evidence;    ///< classes of docs/port-rules.md, "[D][W][R]"
    std::string_view about;       ///< one line for people
};

/// All names in the order of the list, nt first.
const std::vector<std::string_view>& policy_names();
/// "nt, wine8 or epoll": what an error expects.
std::string_view policy_names_text();

std::optional<Policy> policy_from_name(std::string_view name);
const PolicyRow& policy_row(Policy policy);
std::string_view policy_name(Policy policy);

/// Whether its gets can be alertable (K23), whether its handle can be waited on (K33).
bool policy_runs_apcs(Policy policy);
bool policy_has_handle(Policy policy);

std::string_view name_of(ReleaseOrder value);
std::string_view name_of(AdmissionLimit value);
std::string_view name_of(BlockingFeedback value);
std::string_view name_of(Delivery value);
std::string_view name_of(WakeStyle value);

}  // namespace sim
