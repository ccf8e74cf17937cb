#include "recorder/common/thread_activity.h"

#include <algorithm>
#include <charconv>

namespace recorder {
namespace {

// "NAME:\tVALUE" at the beginning of a line.
std::string_view value_of(std::string_view status, std::string_view name) {
    for (size_t at = status.find(name); at != std::string_view::npos; at = status.find(name, at + 1)) {
        if (at > 0 && status[at - 1] != '\n') continue;
        std::string_view value = status.substr(at + name.size());
        value = value.substr(0, value.find('\n'));
        value.remove_prefix(std::min(value.find_first_not_of(":\t "), value.size()));
        return value;
    }
    return {};
}

bool add_number(std::string_view text, uint64_t& sum) {
    uint64_t number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) return false;
    sum += number;
    return true;
}

}  // namespace

ThreadActivity activity_of_status(std::string_view status) {
    const std::string_view state = value_of(status, "State");
    ThreadActivity out{.told = !state.empty(), .sleeps = state.starts_with('S'), .switches = 0};
    out.told = out.told && add_number(value_of(status, "voluntary_ctxt_switches"), out.switches) && add_number(value_of(status, "nonvoluntary_ctxt_switches"), out.switches);
    return out.told ? out : ThreadActivity{};
}

}  // namespace recorder
