// A folder for a test's files, and whole files as text.
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace test {

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

/// What is written by a bare name while it lives lies in a folder of its own.
class InFolder {
public:
    InFolder() : before_(std::filesystem::current_path()) { std::filesystem::current_path(folder_.path()); }
    ~InFolder() { std::filesystem::current_path(before_); }
    InFolder(const InFolder&) = delete;
    InFolder& operator=(const InFolder&) = delete;
    const Folder& folder() const { return folder_; }

private:
    Folder folder_;
    std::filesystem::path before_;
};

}  // namespace test
