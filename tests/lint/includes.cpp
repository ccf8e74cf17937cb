#include <algorithm>
#include <array>
#include <map>

#include "tests/lint/lint.h"

namespace lint {
namespace {

/// `folder` may include what begins with one of `allowed` (and itself). The longest matching folder counts.
struct Layer {
    std::string_view folder;
    std::vector<std::string_view> allowed;
};

const std::vector<Layer>& layers() {
    static const std::vector<Layer> all{
        {"sim/base/", {}},
        {"sim/model/", {"sim/base/"}},
        {"sim/port/", {"sim/base/", "sim/model/"}},
        {"sim/sched/", {"sim/base/", "sim/model/"}},
        {"sim/device/", {"sim/base/", "sim/model/"}},
        {"sim/workload/", {"sim/base/", "sim/model/", "sim/scenario/handler.h", "sim/scenario/arrivals.h"}},
        {"sim/scenario/", {"sim/base/", "sim/model/"}},
        {"sim/trace/", {"sim/base/", "sim/model/"}},
        {"sim/engine/", {"sim/base/", "sim/model/", "sim/port/", "sim/sched/", "sim/device/", "sim/workload/", "sim/scenario/", "sim/trace/"}},
        {"sim/compare/", {"sim/base/", "sim/model/", "sim/port/", "sim/scenario/", "sim/trace/", "sim/engine/", "sim/identify/"}},
        {"sim/report/", {"sim/base/", "sim/model/", "sim/port/", "sim/trace/", "sim/compare/", "sim/identify/"}},
        {"sim/identify/", {"sim/base/", "sim/model/", "sim/port/", "sim/trace/"}},
        {"sim/calibrate/", {"sim/base/", "sim/model/", "sim/scenario/", "sim/trace/", "sim/identify/"}},
        {"sim/predict/", {"sim/base/", "sim/model/", "sim/scenario/", "sim/trace/", "sim/engine/", "sim/calibrate/"}},
        {"sim/cli/", {"sim/"}},
        // A recorder shares the scenario, the trace, the packets' random streams and the port's rules with the model, no more:
        // else what it measures would be the model.
        {"recorder/", {"sim/base/", "sim/model/", "sim/scenario/", "sim/trace/", "sim/port/"}},
        // The command `portside record`: the door from the command line to the recorders.
        {"recorder/linux/record_command", {"recorder/", "sim/base/", "sim/model/", "sim/scenario/", "sim/trace/", "sim/cli/"}},
        {"gui/model/", {"sim/base/", "sim/model/", "sim/trace/", "sim/compare/"}},
        {"gui/", {"sim/", "recorder/"}},
        {"tests/", {"sim/", "recorder/", "gui/"}},
    };
    return all;
}

const Layer* layer_of(std::string_view path) {
    const Layer* best = nullptr;
    for (const Layer& layer : layers()) {
        if (starts_with(path, layer.folder) && (!best || layer.folder.size() > best->folder.size())) best = &layer;
    }
    return best;
}

bool is_project_header(std::string_view name) {
    for (std::string_view top : {"sim/", "recorder/", "gui/", "tests/"}) {
        if (starts_with(name, top)) return true;
    }
    return false;
}

constexpr std::array kSystemHeaders{"thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "latch", "barrier",
                                    "stop_token", "chrono", "random", "ctime", "time.h", "csignal", "signal.h", "unistd.h", "fcntl.h",
                                    "pthread.h", "sched.h", "poll.h", "windows.h", "winsock2.h", "dlfcn.h"};
constexpr std::array kSystemFolders{"sys/", "linux/", "asm/", "X11/", "GLFW/", "GL/"};
/// docs/design.md 2: bench, sweep, progress and terminal; the mapping of trace files.
constexpr std::array kSystemExceptions{"sim/cli/", "sim/trace/file", "sim/trace/ring_file"};

constexpr std::string_view kSecondPort = "sim/compare/second_";

bool is_system_header(std::string_view name) {
    return std::find(kSystemHeaders.begin(), kSystemHeaders.end(), name) != kSystemHeaders.end() ||
           std::any_of(kSystemFolders.begin(), kSystemFolders.end(), [&](std::string_view f) { return starts_with(name, f); });
}

template <class List>
bool begins_with_one(std::string_view path, const List& list) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view start) { return starts_with(path, start); });
}

}  // namespace

Complaints check_includes(const Tree& tree) {
    Complaints found;
    for (const File& file : tree) {
        if (!is_code(file)) continue;
        const Layer* layer = layer_of(file.path);
        // The second port is the model's judge: it must not share its mistakes.
        const bool judge = starts_with(file.path, kSecondPort);
        for (const Include& include : includes_of(file)) {
            if (judge && starts_with(include.name, "sim/") && !starts_with(include.name, kSecondPort)) {
                found.push_back({file.path, include.line, "the second port includes nothing of sim/, but " + include.name});
            }
            if (!layer || !is_project_header(include.name) || starts_with(include.name, layer->folder)) continue;
            if (!begins_with_one(include.name, layer->allowed)) {
                found.push_back({file.path, include.line, std::string(layer->folder) + " may not include " + include.name});
            }
        }
    }
    return found;
}

Complaints check_heavy_headers(const Tree& tree) {
    struct Heavy { std::string_view library, start; };
    constexpr std::array kHeavy{Heavy{"toml++", "toml"}, Heavy{"nlohmann/json", "nlohmann/"}, Heavy{"CLI11", "CLI/"}};
    constexpr std::array<std::string_view, 5> kDrawing{"gui/draw/", "gui/panels/", "gui/platform/", "gui/app/", "tests/gui/"};
    Complaints found;
    std::map<std::string_view, int> users;
    for (const File& file : tree) {
        if (!is_code(file)) continue;
        for (const Include& include : includes_of(file)) {
            if (starts_with(include.name, "imgui") && !begins_with_one(file.path, kDrawing)) {
                found.push_back({file.path, include.line, "ImGui only in gui/draw, gui/panels, gui/platform and gui/app"});
            }
            for (const Heavy& heavy : kHeavy) {
                if (!starts_with(include.name, heavy.start)) continue;
                const int count = ++users[heavy.library];
                const std::string name(heavy.library);
                if (ends_with(file.path, ".h")) found.push_back({file.path, include.line, name + " in a header: it costs seconds in every file"});
                if (count > 2) found.push_back({file.path, include.line, name + " in more than two files: it costs seconds in each"});
            }
        }
    }
    return found;
}

Complaints check_system_headers(const Tree& tree) {
    Complaints found;
    for (const File& file : tree) {
        const bool pure = starts_with(file.path, "sim/") || starts_with(file.path, "gui/model/");
        if (!is_code(file) || !pure || begins_with_one(file.path, kSystemExceptions)) continue;
        for (const Include& include : includes_of(file)) {
            if (is_system_header(include.name)) {
                found.push_back({file.path, include.line, "no clock, thread or operating system here: " + include.name});
            }
        }
    }
    return found;
}

Complaints check_macros(const Tree& tree) {
    constexpr std::array<std::string_view, 11> kAllowed{"SIM_CHECK", "DOCTEST_", "XXH_", "TOML_", "WIN32_LEAN_AND_MEAN", "NOMINMAX",
                                                        "_WIN32_WINNT", "IMGUI_", "GLFW_", "GL_", "STB"};
    Complaints found;
    for (const File& file : tree) {
        if (!is_code(file)) continue;
        int number = 0;
        for (std::string_view line : lines_of(file.text)) {
            ++number;
            if (!starts_with(line, "#define ") || begins_with_one(line.substr(8), kAllowed)) continue;
            found.push_back({file.path, number, "a macro: " + std::string(line.substr(8, 40))});
        }
    }
    return found;
}

}  // namespace lint
