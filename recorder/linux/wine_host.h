// Wine as a place to run the Windows recorder in: where both are, a folder of Wine's own, a command with a time limit.
#pragma once
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/base/result.h"

namespace recorder {

/// Beside this program, or as PORTSIDE_WINDOWS_RECORDER says.
std::filesystem::path windows_recorder();
/// The Windows recorder and Wine; `where` begins the message that says which is missing.
sim::Status wine_is_there(const std::string& where);
/// Portside's own folder of Wine.
std::filesystem::path wine_prefix();
/// Asked here, because it is the caller's file, and before Wine takes its seconds.
sim::Status out_can_be_written(const std::string& out);
/// Makes the folder, which takes half a minute, where it is not there yet.
sim::Status prepare_prefix(const std::string& where, const std::filesystem::path& prefix, const std::filesystem::path& log);
/// Of this process, before it becomes Wine.
void set_wine_environment(const std::filesystem::path& prefix);

/// Runs a command in a process group of its own, its output in `log`. The exit status; -1: it ran past the limit and was killed.
/// After request_stop it has ten seconds to end by itself.
int run_limited(const std::vector<std::string>& command, const std::filesystem::path& prefix, const std::filesystem::path& log, std::chrono::seconds limit);
/// What a command printed, for a message.
std::string last_lines(const std::filesystem::path& log);
std::string windows_path(const std::filesystem::path& path);

}  // namespace recorder
