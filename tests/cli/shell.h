// Runs programs from outside, as a person would: what they print, where, and how they end.
#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace test {

struct Outcome { int code = -1; std::string out, err; };

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::filesystem::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

/// A folder of its own with a space in its name, removed at the end.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "portside test XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    ~Folder() { std::error_code ignored; std::filesystem::remove_all(path_, ignored); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

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

}  // namespace test
