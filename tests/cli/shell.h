// Runs programs from outside, as a person would: what they print, where, and how they end.
#pragma once
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/folder.h"

namespace test {

struct Outcome { int code = -1; std::string out, err; };

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline std::string quoted(const std::string& word) { return "'" + word + "'"; }

/// Runs `command` by the shell, in `folder`, without a terminal.
inline Outcome shell(const Folder& folder, const std::string& command) {
    const auto out = folder / ".out", err = folder / ".err";
    const std::string line = "cd " + quoted(folder.path().string()) + " && { " + command + "; } </dev/null >" + quoted(out.string()) + " 2>" + quoted(err.string());
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, read_file(out), read_file(err)};
}

inline Outcome portside(const Folder& folder, const std::string& arguments, const std::string& before = "") {
    return shell(folder, before + quoted(PORTSIDE_PROGRAM) + " " + arguments);
}

/// The text of a string member of a JSON value; enough for fingerprints.
inline std::string json_text(const std::string& json, const std::string& name) {
    std::size_t at = json.find("\"" + name + "\"");
    if (at == std::string::npos) return "";
    at = json.find('"', json.find(':', at));
    return json.substr(at + 1, json.find('"', at + 1) - at - 1);
}

/// Every number of that name in a JSON value, in order.
inline std::vector<double> json_numbers(const std::string& json, const std::string& name) {
    std::vector<double> numbers;
    const std::string key = "\"" + name + "\":";
    for (std::size_t at = json.find(key); at != std::string::npos; at = json.find(key, at + 1)) numbers.push_back(std::strtod(json.c_str() + at + key.size(), nullptr));
    return numbers;
}

}  // namespace test
