// A file server that reads inside its handler: the thread waits for the disk and does not tell the port.
#include <cstdio>
#include <filesystem>
#include <vector>

#include "recorder/load/load.h"

namespace {

constexpr long kBytes = 4 << 20;
constexpr size_t kBlock = 64 << 10;

// Read from its beginning to a place that the message says, so that a question costs a real time. The answer is the question's own.
void read_some(const std::string& path, const load::Message& message) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) std::abort();
    std::vector<char> block(kBlock);
    const long at = (static_cast<long>(message[0]) * 7919 + static_cast<long>(message[2]) * 104'729) % (kBytes - static_cast<long>(kBlock));
    std::fseek(file, at, SEEK_SET);
    if (std::fread(block.data(), 1, kBlock, file) != kBlock) std::abort();
    std::fclose(file);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string path = (std::filesystem::temp_directory_path() / "portside-load-file.bin").string();
    std::FILE* file = std::fopen(path.c_str(), "wb");
    const std::vector<char> bytes(kBytes, 'x');
    if (file == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) return 1;
    std::fclose(file);
    const int code = load::run(argc, argv, "file", [&path](load::Message& message) { read_some(path, message); });
    std::filesystem::remove(path);
    return code;
}
